import { afterAll, beforeAll, beforeEach } from 'vitest'
import * as core from 'zapier-platform-core'
import type { listBookingPages } from '../src/choices.ts'
import app from '../src/index.ts'
import { GOOD_PAIR, type HourwireDouble, openDouble } from './hourwire-double.ts'

/** Runs a function of the integration as Zapier would: with middleware, error types and checks of the answer. */
export const run = core.createAppTester(app)

// Core's types leave out this export, through which Zapier itself runs an integration.
const { createAppHandler } = core as unknown as {
  createAppHandler: (app: object) => (command: object) => Promise<{ results: unknown }>
}
const handle = createAppHandler(app)

/** The definition as Zapier's command line reads it before a push. */
export const readDefinition = async () =>
  (await handle({ command: 'definition', calledFromCli: true })).results as object

type Choices = Awaited<ReturnType<typeof listBookingPages>>

/**
 * Fills the dropdown of an input field of "Booking Scheduled" by the path Zapier uses: the app tester of core
 * 19.1.0 stumbles over a function that is nested in a field.
 */
export const fillDropdown = async (
  field: 'booking_page' | 'event_type',
  bundle: object,
): Promise<Choices> => {
  const operation = 'triggers.booking_scheduled.operation'
  const at = app.triggers.booking_scheduled.operation.inputFields.findIndex(({ key }) => key === field)
  const method = `${operation}.inputFields.${at}.choices.perform`
  return (await handle({ command: 'execute', method, bundle, calledFromCli: true })).results as Choices
}

/** Opens a fresh double for every test file and resets it before each test; the integration is pointed at it. */
export const aHourwireDouble = (): (() => HourwireDouble) => {
  let double: HourwireDouble
  beforeAll(async () => {
    double = await openDouble()
  })
  beforeEach(() => {
    process.env.HOURWIRE_BASE_URL = double.url
    double.asked.length = 0
    double.answers.clear()
    double.subscriptions.clear()
    Object.assign(double, { pair: { ...GOOD_PAIR }, contractVersion: '1', bookingPages: [], eventTypes: [] })
  })
  afterAll(() => double.close())
  return () => double
}

/** A bundle as Zapier makes it, with the good pair. */
export const aBundle = (more: Record<string, unknown> = {}) => ({
  authData: { ...GOOD_PAIR },
  inputData: {},
  ...more,
})

/** The failure of a call, as its kind and the one sentence a person would read. */
export const failureOf = async (call: Promise<unknown>) => {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof Error)) throw new Error('The call was expected to fail, but it did not.')
  // Core packs message, code, status and delay of some kinds into JSON, and appends the calls made to others.
  const packed = error.message.startsWith('{') ? JSON.parse(error.message) : { message: error.message }
  return { kind: error.name, ...packed, message: packed.message.split('\nWhat happened:')[0].trim() }
}

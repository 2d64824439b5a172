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

type Loose = Record<string, unknown>

/** The definition as Zapier's command line reads it before a push. */
export const readDefinition = async () =>
  (await handle({ command: 'definition', calledFromCli: true })).results as object

/** Runs what a path of the definition holds, as Zapier does: core's app tester cannot reach functions in fields. */
export const runPath = async (method: string, bundle: object): Promise<unknown> =>
  (await handle({ command: 'execute', method, bundle, calledFromCli: true })).results

type Field = { key: string; label: string; required?: boolean }
type Choices = Awaited<ReturnType<typeof listBookingPages>>

/** Every field of a list, those that a function computes included. */
export const readFields = async (path: string, bundle: object) => (await runPath(path, bundle)) as Field[]

/** Fills the dropdown of one input field of an operation such as `triggers.booking_scheduled`. */
export const fillDropdown = async (operation: string, key: string, bundle: object): Promise<Choices> => {
  const path = `${operation}.operation.inputFields`
  const fields = path.split('.').reduce<unknown>((part, name) => (part as Loose)[name], app) as Field[]
  const at = fields.findIndex((field) => field.key === key)
  return (await runPath(`${path}.${at}.choices.perform`, bundle)) as Choices
}

/** Every choice of a dropdown, page by page. */
export const readChoices = async (operation: string, key: string, bundle: object): Promise<string[]> => {
  const labels: string[] = []
  let token: string | null | undefined
  do {
    const meta = token ? { paging_token: token } : {}
    const page = await fillDropdown(operation, key, { ...bundle, meta })
    labels.push(...page.results.map(({ id, label }) => `${id} ${label}`))
    token = page.paging_token
  } while (token)
  return labels
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
    Object.assign(double, {
      pair: { ...GOOD_PAIR },
      contractVersion: '1',
      isOutdated: false,
      bookingPages: [],
      eventTypes: [],
      customFields: [],
      contacts: [],
      bookings: [],
      starts: [],
    })
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

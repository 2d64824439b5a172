import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { zapierContractVersion, zapierIntegrationVersion } from '#contracts/zapier.ts'
import { saveBookingForm } from '#domain/booking-pages/booking-forms.ts'
import { cancelAsUser } from '#domain/bookings/cancel-booking.ts'
import { completePastBookings } from '#domain/bookings/complete-past-bookings.ts'
import { setNoShow } from '#domain/bookings/handle-booking.ts'
import { rescheduleAsCustomer } from '#domain/bookings/reschedule.ts'
import { type Trigger, triggers } from '#domain/webhooks/subscription.ts'
import { generateKey, regenerateKey } from '#domain/zapier/manage-key.ts'
import { buildApp } from '#http/build-app.ts'
import type { SignIn } from '#http/sign-in.ts'
import { type BookingId, parsePublicId, publicId } from '#kit/ids.ts'
import { accepted } from '#kit/result.ts'
import integrationPackage from '../../integrations/zapier/package.json' with { type: 'json' }
import { keysOf, TRIGGER_FIELDS } from '../../integrations/zapier/src/fields.ts'
import { startHost } from '../../sandbox/host/host.ts'
import type { Bundle } from '../../sandbox/host/protocol.ts'
import { openHouse } from '../house.ts'

const integrationPath = fileURLToPath(new URL('../../integrations/zapier/src/index.ts', import.meta.url))

/** The real integration, run as Zapier would run it, against the real server. */
async function connectIntegration() {
  const house = await openHouse()
  const account = await house.anAccount()
  const { ana } = account
  accepted(
    await saveBookingForm(house, {
      viewer: ana,
      form: {
        id: null,
        name: 'Consulting',
        fields: [
          {
            name: 'company',
            kind: 'single-line',
            title: 'Company',
            subtext: '',
            required: false,
            hidden: false,
            options: [],
          },
          {
            name: 'team-size',
            kind: 'dropdown',
            title: 'Team size',
            subtext: '',
            required: true,
            hidden: false,
            options: ['1', '2 to 10'],
          },
          {
            name: 'mobile-phone',
            kind: 'single-line',
            title: 'Mobile phone',
            subtext: '',
            required: false,
            hidden: false,
            options: [],
          },
        ],
      },
    }),
  )
  await house.sql(
    `update booking_pages set scheduling = jsonb_set(scheduling, '{formId}', to_jsonb((select id::text from booking_forms)))`,
  )
  const { key } = accepted(await generateKey(house, ana))
  const app = await buildApp({
    deps: house,
    signIn: undefined as unknown as SignIn,
    refusalOfTarget: () => undefined,
    probes: {},
    sandboxUrl: undefined,
    trustProxy: false,
    logLevel: 'silent',
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const host = startHost({ integrationPath, baseUrl: `http://127.0.0.1:${port}` })
  onTestFinished(async () => {
    await host.close()
    await app.close()
  })
  const authData = { api_key: key, login_id: ana.loginId }
  const tryTo = async (method: string, bundle: Bundle = {}) =>
    (await host.call(method, { authData, inputData: {}, meta: {}, ...bundle })).outcome
  const run = async (method: string, bundle: Bundle = {}) => accepted(await tryTo(method, bundle)) as never
  const zapOn = (trigger: Trigger, inputData: Record<string, unknown> = {}) =>
    run(`triggers.${trigger}.operation.performSubscribe`, {
      inputData,
      targetUrl: `https://hooks.example.com/${trigger}`,
    }) as Promise<{ id: string }>
  return { house, ...account, key, authData, run, tryTo, zapOn }
}

const customFieldKeys = ['answer_mobile_phone', 'answer_team_size']

test('the integration that ships with the server is the one the server knows, of the contract that it speaks', () => {
  expect(integrationPackage.version).toBe(zapierIntegrationVersion)
  expect(zapierIntegrationVersion.split('.')[0]).toBe(zapierContractVersion)
})

test('the connection has the name of its user, and an old integration is told so', async () => {
  const { run } = await connectIntegration()
  expect(await run('authentication.test')).toMatchObject({
    name: 'Ana Martin',
    login_id: 'ana@example.com',
    integration_version: zapierIntegrationVersion,
    integration_outdated: false,
  })
})

test('for every trigger, what is shown in the editor, what is live and what is declared have the same keys', async () => {
  const { house, ana, page, run, zapOn } = await connectIntegration()
  for (const trigger of triggers) await zapOn(trigger)
  const declared = Object.fromEntries(
    triggers.map((trigger) => [
      trigger,
      [...keysOf(TRIGGER_FIELDS[trigger]), ...(trigger.startsWith('booking_') ? customFieldKeys : [])],
    ]),
  )
  const listed = async () =>
    Object.fromEntries(
      await Promise.all(
        triggers.map(async (trigger) => {
          const items: Record<string, unknown>[] = await run(`triggers.${trigger}.operation.performList`)
          return [trigger, items.map((item) => Object.keys(item))]
        }),
      ),
    )
  const once = Object.fromEntries(triggers.map((trigger) => [trigger, [declared[trigger]]]))
  // Made-up ones, while nothing has happened.
  expect(await listed()).toEqual(once)

  const moved = await house.aBooking({ page, start: '2026-11-24T09:00:00Z' })
  const [, , shownId = '', signature = ''] = moved.customerPath.split('/')
  accepted(
    await rescheduleAsCustomer(house, {
      address: { shownId, signature },
      start: Temporal.Instant.from('2026-11-24T10:00:00Z'),
      pageSlug: page.slug,
      eventTypeSlug: '30-minute-meeting',
      customerZone: 'America/New_York',
    }),
  )
  const cancel = async (start: string, kind: 'cancel' | 'ask-again') => {
    const { bookingId } = await house.aBooking({ page, start, name: 'Lena Berg' })
    accepted(
      await cancelAsUser(house, {
        viewer: ana,
        bookingId,
        cancel: kind === 'cancel' ? { kind } : { kind, rebook: 'same' },
      }),
    )
  }
  await cancel('2026-11-24T11:00:00Z', 'cancel')
  await cancel('2026-11-24T12:00:00Z', 'ask-again')
  house.setNow('2026-11-24T13:00:00Z')
  await completePastBookings(house, 10)
  accepted(await setNoShow(house, { viewer: ana, bookingId: moved.bookingId }))

  const live: Record<string, string[][]> = {}
  for (const { url, body } of await house.deliverAll()) {
    const trigger = url.split('/').at(-1) ?? ''
    const items: Record<string, unknown>[] = await run(`triggers.${trigger}.operation.perform`, {
      cleanedRequest: JSON.parse(body ?? ''),
    })
    live[trigger] = [...(live[trigger] ?? []), ...items.map((item) => Object.keys(item))]
  }
  const distinct = (lists: Record<string, string[][]>) =>
    Object.fromEntries(
      triggers.map((trigger) => [
        trigger,
        [...new Set((lists[trigger] ?? []).map((keys) => JSON.stringify(keys)))].map((text) =>
          JSON.parse(text),
        ),
      ]),
    )
  expect(distinct(live)).toEqual(once)
  expect(distinct(await listed())).toEqual(once)
})

test('the fields of the account’s forms stand in the editor under their titles', async () => {
  const { run } = await connectIntegration()
  const fields: { key: string; label: string }[] = await run(
    'triggers.booking_scheduled.operation.outputFields',
  )
  expect(fields).toContainEqual(
    expect.objectContaining({ key: 'answer_team_size', label: expect.stringContaining('Team size') }),
  )
})

describe('actions and searches', () => {
  test('book, find, get, ask to reschedule, cancel and set to no-show, all within the scope of the key', async () => {
    const { house, ana, page, eventTypes, run, tryTo, zapOn } = await connectIntegration()
    await zapOn('booking_scheduled')
    const input = {
      booking_page: publicId('booking-page', page.id),
      event_type: publicId('event-type', eventTypes[1]?.id as never),
    }
    const choices: { results: { id: string; label: string }[] } = await run(
      `creates.schedule_booking.operation.inputFields.${await indexOfField(run, 'schedule_booking', 'start')}.choices.perform`,
      { inputData: input },
    )
    const [first] = choices.results
    expect(first?.id).toMatch(/^2026-11-2\dT\d\d:\d\d:00\+01:00$/)
    const booked: Record<string, unknown> = await run('creates.schedule_booking.operation.perform', {
      inputData: {
        ...input,
        start: first?.id,
        name: 'Max Hill',
        email: 'Max@Example.org',
        phone: '+1 202 555 0195',
        answer_team_size: '2 to 10',
      },
    })
    expect(booked).toMatchObject({
      id: expect.stringMatching(/^BKNG-/),
      booking_status: 'Scheduled',
      customer_email: 'max@example.org',
      customer_phone_e164: '+12025550195',
      customer_company: '',
      answer_team_size: '2 to 10',
    })
    expect(await house.deliverAll()).toHaveLength(1)

    expect(
      await run('searches.find_contact.operation.perform', { inputData: { email: 'MAX@example.org' } }),
    ).toMatchObject([{ name: 'Max Hill', last_booking_id: booked.id }])
    expect(
      await run('searches.find_contact.operation.perform', { inputData: { email: 'no@example.org' } }),
    ).toEqual([])
    expect(
      await run('searches.find_booking.operation.perform', {
        inputData: { email: 'max@example.org', when: 'upcoming' },
      }),
    ).toMatchObject([{ id: booked.id }])
    expect(
      await run('searches.get_booking.operation.perform', { inputData: { booking: booked.id } }),
    ).toEqual([booked])
    expect(
      await run('searches.get_booking.operation.perform', { inputData: { booking: 'BKNG-NONE' } }),
    ).toEqual([])

    // The same time again, and what the form asks for left out.
    const again = await tryTo('creates.schedule_booking.operation.perform', {
      inputData: { ...input, start: first?.id, name: 'Bo', email: 'bo@example.org', answer_team_size: '1' },
    })
    expect(again).toMatchObject({ ok: false, problem: { message: expect.stringContaining('booked') } })
    const bare = await tryTo('creates.schedule_booking.operation.perform', {
      inputData: { ...input, start: choices.results[3]?.id, name: 'Bo', email: 'bo@example.org' },
    })
    expect(bare).toMatchObject({ ok: false, problem: { message: expect.stringContaining('Team size') } })

    expect(
      await run('creates.request_reschedule.operation.perform', {
        inputData: { booking: booked.id, reason: 'I am ill.', rebook: 'any' },
      }),
    ).toMatchObject({
      booking_status: 'Canceled',
      cancel_reschedule_by_user: 'Ana Martin',
      cancel_reschedule_reason: 'I am ill.',
    })
    const twice = await tryTo('creates.cancel_booking.operation.perform', {
      inputData: { booking: booked.id },
    })
    expect(twice).toMatchObject({ ok: false, problem: { name: 'HaltedError' } })

    const { bookingId } = await house.aBooking({ page, start: '2026-11-25T09:00:00Z' })
    expect(
      await run('creates.set_no_show.operation.perform', {
        inputData: { booking: publicId('booking', bookingId) },
      }),
    ).toMatchObject({ booking_status: 'No-show' })

    // Somebody else's page: what is there answers like what is not.
    const bo = await house.aUser({ accountId: ana.accountId, name: 'Bo Chen' })
    const bosPage = await house.aPage({ owner: bo, name: 'Bo Chen' })
    const bosBooking = await house.aBooking({
      page: bosPage,
      start: '2026-11-25T15:00:00Z',
      email: 'secret@example.org',
    })
    const bosId = publicId('booking', bosBooking.bookingId)
    expect(await run('searches.get_booking.operation.perform', { inputData: { booking: bosId } })).toEqual([])
    expect(
      await run('searches.find_booking.operation.perform', { inputData: { email: 'secret@example.org' } }),
    ).toEqual([])
    expect(
      await run('searches.find_contact.operation.perform', { inputData: { email: 'secret@example.org' } }),
    ).toEqual([])
    const refusedAt = (method: string, inputData: Record<string, unknown>) =>
      tryTo(`creates.${method}.operation.perform`, { inputData })
    const unknown = publicId('booking', '00000000-0000-7000-8000-000000000009' as BookingId)
    for (const method of ['cancel_booking', 'request_reschedule', 'set_no_show'])
      expect(await refusedAt(method, { booking: bosId })).toEqual(
        await refusedAt(method, { booking: unknown }),
      )
    expect(parsePublicId('booking', bosId)).toBe(bosBooking.bookingId)
    expect(await house.sql('select status from bookings where id = $1', [bosBooking.bookingId])).toEqual([
      { status: 'scheduled' },
    ])
  })

  test('a key that was replaced makes the connection expire, in words', async () => {
    const { house, ana, tryTo } = await connectIntegration()
    accepted(await regenerateKey(house, ana))
    expect(
      await tryTo('searches.find_contact.operation.perform', { inputData: { email: 'a@b.example' } }),
    ).toMatchObject({
      ok: false,
      problem: { name: 'ExpiredAuthError', message: expect.stringContaining('Reconnect') },
    })
  })
})

/** Place of a field among a create's static and dynamic input fields. */
async function indexOfField(
  run: (method: string) => Promise<never>,
  create: string,
  key: string,
): Promise<number> {
  const fields: { key: string }[] = await run(`creates.${create}.operation.inputFields`)
  return fields.findIndex((field) => field.key === key)
}

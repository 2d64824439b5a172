import { describe, expect, test } from 'vitest'
import { inAccount } from '#database/db.ts'
import { book } from '#domain/bookings/book.ts'
import { findContact } from '#domain/contacts/find-contact.ts'
import { parsePublicId, publicId } from '#kit/ids.ts'
import { holdRows, untilWaiting } from '../locks.ts'
import { type ApiHouse, openApiHouse } from './api-house.ts'

const lena = { first_name: 'Lena Marie', last_name: 'Novak', email: ' Lena@Example.org ' }

/** A form of the account that asks for these custom fields. */
const asksFor = (house: ApiHouse, fields: { name: string; title: string }[]) =>
  house.sql(
    `insert into booking_forms (account_id, id, name, fields, created_at) values ($1, gen_random_uuid(), 'F', $2, now())`,
    [
      house.ana.accountId,
      JSON.stringify(
        fields.map((field) => ({
          ...field,
          kind: 'single-line',
          subtext: '',
          required: false,
          hidden: false,
          options: [],
        })),
      ),
    ],
  )

const changesTold = (house: ApiHouse) =>
  house.sql(
    `select type, sequence, data->'changedFields' as changed from lifecycle_events where contact_id is not null order by id`,
  )

describe('contacts of the REST API', () => {
  test('are created, shown, changed and deleted, and then are known as deleted only', async () => {
    const house = await openApiHouse()
    const { call } = house
    const owner = publicId('user', house.ana.id)
    const made = await call('POST', '/contacts', {
      body: {
        ...lena,
        mobile_phone: '0049 (151) 123-4567',
        owner,
        status: 'Qualified',
        employees: 3,
        terms_of_service: true,
        timezone: 'Europe/Berlin',
        company: '',
      },
    })
    expect(made.status).toBe(201)
    const { id } = made.body
    expect(made.body).toEqual({
      object: 'contact',
      id,
      creation_time: '2026-11-23T08:00:00.000Z',
      last_updated_time: '2026-11-23T08:00:00.000Z',
      last_interacted_time: null,
      owner,
      status: 'Qualified',
      email: 'lena@example.org',
      mobile_phone: '+491511234567',
      phone: null,
      first_name: 'Lena Marie',
      last_name: 'Novak',
      salutation: null,
      job_title: null,
      company: null,
      company_size: null,
      city: null,
      state: null,
      country: null,
      post_code: null,
      street_address: null,
      employees: 3,
      has_consent: false,
      terms_of_sevice: true,
      timezone: 'Europe/Berlin',
      custom_fields: [],
    })
    expect((await call('GET', `/contacts/${id}`)).body).toEqual(made.body)

    const changed = await call('PATCH', `/contacts/${id}`, {
      body: { last_name: 'Novak-Berg', status: 'Nice', phone: '+1 202 555 0195', employees: null },
    })
    expect(changed.body).toEqual({
      ...made.body,
      last_updated_time: '2026-11-23T08:00:00.001Z',
      last_name: 'Novak-Berg',
      status: null,
      phone: '+12025550195',
      employees: null,
    })
    const same = await call('PATCH', `/contacts/${id}`, { body: { last_name: 'Novak-Berg' } })
    expect(same.body).toEqual(changed.body)

    const gone = { id, object: 'contact', deleted: true }
    expect((await call('DELETE', `/contacts/${id}`)).body).toEqual(gone)
    expect(await call('GET', `/contacts/${id}`)).toMatchObject({ status: 200, body: gone })
    expect((await call('GET', '/contacts')).body.data).toEqual([])
    for (const again of [
      await call('PATCH', `/contacts/${id}`, { body: { city: 'Berlin' } }),
      await call('DELETE', `/contacts/${id}`),
      await call('GET', `/contacts/${publicId('contact', house.ana.id as never)}`),
    ])
      expect(again).toMatchObject({ status: 404, body: { param: 'id' } })
    expect(await house.sql('select name, email, mobile_phone, details from contacts')).toEqual([
      { name: '', email: '', mobile_phone: '', details: {} },
    ])
    const another = await call('POST', '/contacts', { body: { ...lena, mobile_phone: '+491511234567' } })
    expect(another.status).toBe(201)
    expect(another.body.id).not.toBe(id)
  })

  test('without an e-mail are known by their mobile phone, and booking with it gives them the e-mail', async () => {
    const house = await openApiHouse()
    const { call } = house
    const { id } = (
      await call('POST', '/contacts', {
        body: { first_name: 'Max', last_name: 'Hill', mobile_phone: '+12025550195' },
      })
    ).body
    const [calendar] = (await call('GET', '/booking-calendars')).body.data
    const [slot, next] = (await call('GET', `/booking-calendars/${calendar.id}/time-slots`)).body
    const bookAt = async (start_time: string, more: object) =>
      (
        await call(
          'GET',
          `/bookings/${
            (
              await call('POST', `/booking-calendars/${calendar.id}/schedule`, {
                body: {
                  start_time,
                  guest_time_zone: 'America/New_York',
                  booking_form: { name: 'Maximilian Hill', email: 'Max@example.org', ...more },
                },
              })
            ).body.id
          }`,
        )
      ).body
    expect((await bookAt(slot.start_time, { phone: '+1 202 555 0195' })).contact).toBe(id)
    expect((await call('GET', `/contacts/${id}`)).body).toMatchObject({
      email: 'max@example.org',
      mobile_phone: '+12025550195',
      first_name: 'Maximilian',
      last_updated_time: '2026-11-23T08:00:00.001Z',
      last_interacted_time: '2026-11-23T08:00:00.000Z',
    })
    expect(await changesTold(house)).toEqual([
      { type: 'contact.updated', sequence: 2, changed: ['name', 'phone', 'zone', 'email'] },
    ])

    await call('DELETE', `/contacts/${id}`)
    const later = await bookAt(next.start_time, {})
    expect(later.contact).not.toBe(id)
    const former = (await call('GET', '/bookings?expand=contact')).body.data.find(
      (booking: { starting_time: string }) => booking.starting_time === slot.start_time,
    )
    expect(former.contact).toEqual({ id, object: 'contact', deleted: true })
    expect(former.form_submission.email).toBe('max@example.org')
    expect((await call('GET', '/contacts?email=MAX@example.org')).body.data).toEqual([
      expect.objectContaining({ id: later.contact }),
    ])
  })

  test('changed by the API are told of by later bookings in order, and their names follow the booking', async () => {
    const house = await openApiHouse()
    const { call, page } = house
    await house.aBooking({ page, start: '2026-11-24T09:00:00Z' })
    const [{ id }] = (await call('GET', '/contacts')).body.data
    await call('PATCH', `/contacts/${id}`, { body: { first_name: 'Lena Marie', city: 'Berlin' } })
    expect((await call('GET', `/contacts/${id}`)).body.first_name).toBe('Lena Marie')
    await house.aBooking({ page, start: '2026-11-24T10:00:00Z', name: 'Lena Berg' })
    expect((await call('GET', `/contacts/${id}`)).body).toMatchObject({
      first_name: 'Lena',
      last_name: 'Berg',
      city: 'Berlin',
    })
    expect(await changesTold(house)).toEqual([
      { type: 'contact.captured', sequence: 1, changed: [] },
      { type: 'contact.updated', sequence: 3, changed: ['name'] },
    ])
  })

  test('have the custom fields of the booking forms, by name or title, merged by name', async () => {
    const house = await openApiHouse()
    const { call } = house
    await asksFor(house, [
      { name: 'shoe-size', title: 'Shoe size' },
      { name: 'pets', title: 'Pets' },
    ])
    const { id } = (
      await call('POST', '/contacts', {
        body: { ...lena, custom_fields: [{ name: 'Shoe size', value: 42 }] },
      })
    ).body
    const { body } = await call('PATCH', `/contacts/${id}`, {
      body: {
        custom_fields: [
          { name: 'pets', value: ['cat', { name: 'Rex' }] },
          { name: 'shoe-size', value: null },
        ],
      },
    })
    expect(body.custom_fields).toEqual([
      { name: 'shoe-size', value: null },
      { name: 'pets', value: ['cat', { name: 'Rex' }] },
    ])
    for (const value of [
      'a\0b',
      '\ud800',
      JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)),
      'x'.repeat(20_000),
    ])
      expect(
        await call('PATCH', `/contacts/${id}`, { body: { custom_fields: [{ name: 'pets', value }] } }),
      ).toMatchObject({ status: 400, body: { param: 'custom_fields' } })
  })

  test('are listed page by page, forwards and back, each once, whatever is deleted meanwhile', async () => {
    const house = await openApiHouse()
    const { call } = house
    await house.sql(
      `insert into contacts (account_id, id, email, name, zone, created_at, updated_at)
       select $1, gen_random_uuid(), 'c' || n || '@example.org', 'C ' || n, 'UTC',
         '2026-11-01T00:00:00Z'::timestamptz + (n / 3) * interval '1 minute', '2026-11-02T00:00:00Z'::timestamptz + n * interval '1 minute'
       from generate_series(1, 25) n`,
      [house.ana.accountId],
    )
    const all: string[] = []
    const firsts: string[] = []
    for (let path: string | undefined = '/contacts?limit=7&email='; path !== undefined; ) {
      const { body, headers } = await call('GET', path)
      firsts.push(body.data[0].id)
      all.push(...body.data.map(({ id }: { id: string }) => id))
      const next = /<([^>]+)>; rel="next"/.exec(headers.link ?? '')?.[1]
      expect(body.has_more).toBe(next !== undefined)
      path = next?.replace(/^.*\/v2/, '')
    }
    expect(new Set(all).size).toBe(25)
    expect(all).toHaveLength(25)
    const back = await call('GET', `/contacts?limit=7&before=${firsts[2]}`)
    expect(back.body.data.map(({ id }: { id: string }) => id)).toEqual(all.slice(7, 14))
    expect(back.headers.link).toMatch(/rel="next".*rel="previous"/)

    await call('DELETE', `/contacts/${all[6]}`)
    const on = await call('GET', `/contacts?limit=3&after=${all[6]}`)
    expect(on.body.data.map(({ id }: { id: string }) => id)).toEqual(all.slice(7, 10))

    const some = await call(
      'GET',
      '/contacts?last_updated_time.gt=2026-11-02T00:22:00.000000Z&creation_time.lt=2026-11-01T00:08:00Z',
    )
    expect(some.body.data.map(({ email }: { email: string }) => email)).toEqual(['c23@example.org'])
    expect((await call('GET', '/contacts?creation_time.gt=0000-01-01')).status).toBe(400)
    expect((await call('GET', '/contacts?after=CTC-00000000000000000000000000')).body.data).toHaveLength(10)
  })

  test('known by their phone only become one with whoever books, also when two book at once', async () => {
    const house = await openApiHouse()
    const { call, page } = house
    for (const round of [1, 2, 3, 4]) {
      const [phone, email] = [`+1202555010${round}`, `max${round}@example.org`]
      await call('POST', '/contacts', { body: { first_name: 'Max', last_name: 'Hill', mobile_phone: phone } })
      const customer = { name: 'Max Hill', email, company: '', note: '', zone: 'UTC' }
      const booked = await Promise.all(
        [phone, '', phone].map((number, index) =>
          book(house, {
            pageSlug: page.slug,
            eventTypeSlug: '30-minute-meeting',
            start: Temporal.Instant.from(`2026-11-2${3 + round}T1${index}:00:00Z`),
            customer: { ...customer, phone: number },
          }),
        ),
      )
      expect(booked.map(({ ok }) => ok)).toEqual([true, true, true])
      expect((await call('GET', `/contacts?email=${email}`)).body.data).toHaveLength(1)
    }
  })

  test('whose e-mail is all that is new are changed by it like by anything else', async () => {
    const house = await openApiHouse()
    const { call, page } = house
    const phone = '+12025550195'
    const named = { first_name: 'Max', last_name: 'Hill', phone, timezone: 'UTC' }
    const { id } = (await call('POST', '/contacts', { body: { ...named, mobile_phone: phone } })).body
    for (const start of ['2026-11-24T10:00:00Z', '2026-11-24T11:00:00Z'])
      await book(house, {
        pageSlug: page.slug,
        eventTypeSlug: '30-minute-meeting',
        start: Temporal.Instant.from(start),
        customer: { name: 'Max Hill', email: 'max@example.org', company: '', phone, note: '', zone: 'UTC' },
      })
    expect(await changesTold(house)).toEqual([{ type: 'contact.updated', sequence: 2, changed: ['email'] }])
    expect((await call('GET', '/contacts?last_updated_time.gt=2026-11-23T08:00:00.000Z')).body.data).toEqual([
      expect.objectContaining({ id, email: 'max@example.org' }),
    ])
  })

  test('of another account are not there', async () => {
    const house = await openApiHouse()
    const other = '00000000-0000-7000-8000-000000000001'
    await house.sql(`insert into accounts (account_id, name, created_at) values ($1, 'Other', now())`, [
      other,
    ])
    await house.sql(
      `insert into contacts (account_id, id, email, name, zone, created_at, updated_at) values ($1, $1, 'x@example.org', 'X', 'UTC', now(), now())`,
      [other],
    )
    const path = `/contacts/${publicId('contact', other as never)}`
    expect((await house.call('GET', '/contacts')).body.data).toEqual([])
    for (const method of ['GET', 'DELETE'] as const) expect((await house.call(method, path)).status).toBe(404)
    expect((await house.call('PATCH', path, { body: { city: 'X' } })).status).toBe(404)
    expect(
      (await house.call('POST', '/contacts', { body: { ...lena, email: 'x@example.org' } })).status,
    ).toBe(201)
  })

  test('are refused for what another one has, whichever it is, also when that one comes at the very moment', async () => {
    const house = await openApiHouse()
    const add = (body: object) => house.call('POST', '/contacts', { body: { ...lena, ...body } })
    const taken = {
      email: { param: 'email', message: 'email: another contact has this address.' },
      mobile_phone: { param: 'mobile_phone', message: 'mobile_phone: another contact has this number.' },
    }
    for (const [what, value] of [
      ['email', 'max@example.org'],
      ['mobile_phone', '+12025550195'],
    ] as const) {
      const release = await holdRows(
        house,
        `insert into contacts (account_id, id, email, mobile_phone, name, zone, created_at, updated_at)
         values ('${house.ana.accountId}', gen_random_uuid(), '${what === 'email' ? value : ''}',
           '${what === 'email' ? '' : value}', 'Max', 'UTC', now(), now())`,
      )
      const refused = add({ [what]: value })
      await untilWaiting(house, 1)
      await release()
      for (const answer of [await refused, await add({ [what]: value })])
        expect(answer).toMatchObject({ status: 409, body: taken[what] })
    }
    expect(await add({})).toMatchObject({ status: 201 })
  })

  test('are refused for the e-mail also when the other contact is gone before anybody can look for it', async () => {
    const house = await openApiHouse()
    await house.call('POST', '/contacts', { body: lena })
    // As if it were deleted between two statements of the one who adds.
    await house.sql(`create function forget() returns trigger language plpgsql as $$
      begin update contacts set email = '', deleted_at = now() where email <> ''; return null; end $$`)
    await house.sql(
      'create trigger forgets after insert on contacts for each statement execute function forget()',
    )
    expect(await house.call('POST', '/contacts', { body: lena })).toMatchObject({
      status: 409,
      body: { param: 'email' },
    })
  })

  test('two who create one together make one', async () => {
    const house = await openApiHouse()
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => house.call('POST', '/contacts', { body: lena })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409])
    const found = await inAccount(house.database, house.ana.accountId, (tx) =>
      findContact(tx, house.ana.accountId, 'LENA@example.org'),
    )
    expect(found?.id).toBe(parsePublicId('contact', answers.find(({ status }) => status === 201)?.body.id))
  })
})

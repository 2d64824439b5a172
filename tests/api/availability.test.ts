import { describe, expect, test } from 'vitest'
import { setOwnHours } from '#domain/accounts/own-hours.ts'
import { type Id, publicId } from '#kit/ids.ts'
import { accepted } from '#kit/result.ts'
import { openApiHouse } from './api-house.ts'

const nineToFive = [{ start_time: '09:00', end_time: '17:00', locations: [] }]

describe('scheduling availability of the REST API', () => {
  test('is shown, and changed by days and dates; whatever is not named stays', async () => {
    const house = await openApiHouse()
    const { call, ana, page } = house
    const path = `/users/${publicId('user', ana.id)}/scheduling-availability`
    await house.sql(`update booking_pages set location = $1 where id = $2`, [
      JSON.stringify({ kind: 'physical-by-owner', header: 'Office', text: 'Lindenweg 3', announced: true }),
      page.id,
    ])
    const address = publicId('address', page.id as string as Id<'address'>)
    const before = (await call('GET', path)).body
    expect(before).toMatchObject({ object: 'schedule', timezone: 'Europe/Berlin', overrides: [] })
    expect(before.weekly).toHaveLength(7)
    expect(before.weekly[0]).toEqual({ day: 'Monday', working_hours: nineToFive })
    expect(before.weekly[6]).toEqual({ day: 'Sunday', working_hours: [] })

    const changed = await call('PATCH', path, {
      body: {
        weekly: [
          {
            day: 'Monday',
            working_hours: [
              {
                start_time: '13:00',
                end_time: '24:00',
                locations: [
                  { type: 'in_person_by_host', id: address },
                  { type: 'phone_by_guest', value: null },
                ],
              },
              {
                start_time: '09:00',
                end_time: '12:00',
                locations: [{ type: 'online_static_link', value: 'https://meet.example.com/ana', id: null }],
              },
            ],
          },
          { day: 'Friday', working_hours: [] },
        ],
        overrides: [
          { date: '2026-12-24', working_hours: [] },
          { date: '2026-11-29', working_hours: nineToFive },
        ],
      },
    })
    const monday = {
      day: 'Monday',
      working_hours: [
        {
          start_time: '09:00',
          end_time: '12:00',
          locations: [{ type: 'online_static_link', value: 'https://meet.example.com/ana', id: null }],
        },
        {
          start_time: '13:00',
          end_time: '24:00',
          locations: [
            { type: 'in_person_by_host', value: 'Lindenweg 3', id: address },
            { type: 'phone_by_guest', value: null, id: null },
          ],
        },
      ],
    }
    const expected = {
      ...before,
      weekly: [
        monday,
        ...before.weekly.slice(1, 4),
        { day: 'Friday', working_hours: [] },
        ...before.weekly.slice(5),
      ],
      overrides: [
        { date: '2026-11-29', day: 'Sunday', working_hours: nineToFive },
        { date: '2026-12-24', day: 'Thursday', working_hours: [] },
      ],
    }
    expect(changed.body).toEqual(expected)
    expect((await call('GET', `${path}?overrides_end_time=`)).body).toEqual(expected)
    expect(
      (await call('GET', `${path}?overrides_start_time=2026-11-30&overrides_end_time=2026-12-24`)).body
        .overrides,
    ).toEqual([expected.overrides[1]])

    const fewer = await call('PATCH', path, {
      body: { overrides: [{ date: '2026-12-24', working_hours: null }] },
    })
    expect(fewer.body).toEqual({ ...expected, overrides: [expected.overrides[0]] })

    // The screen of own hours knows no places.
    await house.sql('update booking_pages set location = $1', [
      JSON.stringify({ kind: 'none', header: '', text: '', announced: false }),
    ])
    accepted(
      await setOwnHours(house, {
        user: ana,
        hours: {
          weekly: [
            { day: 1, start: '13:00', end: '24:00' },
            { day: 1, start: '08:00', end: '12:00' },
            { day: 5, start: '22:00', end: '06:00', endsNextDay: true },
          ],
          overrides: {},
        },
      }),
    )
    const { weekly } = (await call('GET', path)).body
    expect(weekly[0].working_hours).toEqual([
      { start_time: '08:00', end_time: '12:00', locations: [] },
      {
        start_time: '13:00',
        end_time: '24:00',
        locations: [
          { type: 'in_person_by_host', value: null, id: address },
          { type: 'phone_by_guest', value: null, id: null },
        ],
      },
    ])
    expect(weekly.slice(4, 6).map((one: { working_hours: object[] }) => one.working_hours)).toEqual([
      [{ start_time: '22:00', end_time: '24:00', locations: [] }],
      [{ start_time: '00:00', end_time: '06:00', locations: [] }],
    ])
    const saturday = await call('PATCH', path, {
      body: { weekly: [{ day: 'Saturday', working_hours: [] }] },
    })
    expect(saturday.body.weekly[4]).toEqual(weekly[4])
    expect(saturday.body.weekly[5].working_hours).toEqual([])
  })

  test('opens and closes the pages that follow it', async () => {
    const house = await openApiHouse()
    const { call, ana } = house
    await house.sql('update booking_pages set uses_owner_hours = true')
    const [calendar] = (await call('GET', '/booking-calendars')).body.data
    const slots = async () =>
      (
        await call(
          'GET',
          `/booking-calendars/${calendar.id}/time-slots?start_time=2026-11-28T00:00:00Z&end_time=2026-11-29T00:00:00Z`,
        )
      ).body
    expect(await slots()).toEqual([])
    await call('PATCH', `/users/${publicId('user', ana.id)}/scheduling-availability`, {
      body: {
        overrides: [
          {
            date: '2026-11-28',
            working_hours: [
              { start_time: '10:00', end_time: '10:30', locations: [{ type: 'phone_by_guest' }] },
            ],
          },
        ],
      },
    })
    expect((await slots())[0]).toMatchObject({ start_time: '2026-11-28T09:00:00.000Z' })
  })

  test('of a deleted user is not there; two who change two days together both count', async () => {
    const house = await openApiHouse()
    const { call, ana } = house
    const path = `/users/${publicId('user', ana.id)}/scheduling-availability`
    await Promise.all(
      ['Monday', 'Tuesday', 'Wednesday', 'Thursday'].map((day) =>
        call('PATCH', path, { body: { weekly: [{ day, working_hours: [] }] } }),
      ),
    )
    const { weekly } = (await call('GET', path)).body
    expect(weekly.map((one: { working_hours: object[] }) => one.working_hours.length)).toEqual([
      0, 0, 0, 0, 1, 0, 0,
    ])
    const bo = (
      await call('POST', '/users', { body: { email: 'bo@example.com', first_name: 'Bo', last_name: 'Ek' } })
    ).body
    expect((await call('GET', `/users/${bo.id}/scheduling-availability`)).status).toBe(200)
    await call('DELETE', `/users/${bo.id}`)
    for (const gone of [
      await call('GET', `/users/${bo.id}/scheduling-availability`),
      await call('PATCH', `/users/${bo.id}/scheduling-availability`, { body: { weekly: [] } }),
    ])
      expect(gone).toMatchObject({ status: 404, body: { param: 'id' } })
  })
})

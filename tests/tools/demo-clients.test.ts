import { expect, onTestFinished, test } from 'vitest'
import { buildApp } from '#http/build-app.ts'
import { seedForClients } from '../../tools/demo-clients.ts'
import { seedStory } from '../../tools/demo-story.ts'
import { noLimits } from '../api/api-house.ts'
import { openHouse } from '../house.ts'

test.each(['2026-11-23T08:00:00Z', '2026-11-28T22:30:00Z', '2026-12-30T05:00:00Z'])(
  'the demo for clients has what clients need, started at %s',
  async (now) => {
    const house = await openHouse({ now })
    const story = await seedStory(house, 'tuesday lantern 26')
    await seedForClients(house, { ...story, password: 'tuesday lantern 26' })
    const app = await buildApp({
      deps: house,
      signIn: undefined as never,
      refusalOfTarget: () => undefined,
      probes: {} as never,
      sandboxUrl: undefined,
      trustProxy: false,
      logLevel: 'silent',
      api: { limits: noLimits },
    })
    onTestFinished(() => app.close())
    const get = async (path: string) =>
      (await app.inject({ url: `/v2${path}`, headers: { 'api-key': story.apiKey } })).json()

    const users = (await get('/users')).data
    expect(users.map((user: { role_name: string; status: string }) => [user.role_name, user.status])).toEqual(
      expect.arrayContaining([
        ['Account Owner', 'active'],
        ['Member', 'active'],
        ['Member', 'active'],
      ]),
    )
    expect(users.filter((user: { teams: string[] }) => user.teams.length > 0)).toHaveLength(1)
    expect((await get('/teams')).data).toHaveLength(2)
    const bookings = (await get('/bookings?limit=100&expand=contact')).data
    expect(bookings.length).toBeGreaterThanOrEqual(12)
    expect(new Set(bookings.map(({ status }: { status: string }) => status))).toEqual(
      new Set(['requested', 'scheduled', 'rescheduled', 'completed', 'canceled', 'no_show']),
    )
    for (const { contact } of bookings) expect(contact.email).toMatch(/@example\.org$/)

    const calendars = (await get('/booking-calendars?limit=100')).data
    expect(calendars.filter(({ published }: { published: boolean }) => !published)).toHaveLength(1)
    // The first is the one that most clients will take.
    const [anas] = calendars
    expect(anas).toMatchObject({ published: true, duration_minutes: 30 })
    const days = new Set<string>()
    for (const [from, to] of [
      [0, 14],
      [14, 28],
    ] as const) {
      const instant = (day: number) => house.clock.now().add({ hours: 24 * day })
      const slots = await get(
        `/booking-calendars/${anas.id}/time-slots?start_time=${instant(from)}&end_time=${instant(to)}`,
      )
      for (const { start_time, locations } of slots) {
        days.add(start_time.slice(0, 10))
        expect(locations.map(({ type }: { type: string }) => type)).toEqual(['virtual', 'guest_phone'])
      }
    }
    expect(days.size).toBeGreaterThan(20)
  },
)

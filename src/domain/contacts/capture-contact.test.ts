import { describe, expect, test } from 'vitest'
import { openHouse } from '../../../tests/house.ts'

const told = (house: Awaited<ReturnType<typeof openHouse>>) =>
  house.sql<{ type: string; sequence: number; changed: string[] }>(
    `select type, sequence, data->'changedFields' as changed from lifecycle_events where contact_id is not null order by id`,
  )

describe('a customer who books', () => {
  test('is captured once, updated when something changed, and not told of again when all was known', async () => {
    const house = await openHouse()
    const { page } = await house.anAccount()
    await house.aBooking({ page, start: '2026-11-24T09:00:00Z' })
    await house.aBooking({ page, start: '2026-11-24T10:00:00Z' })
    await house.aBooking({
      page,
      start: '2026-11-24T11:00:00Z',
      name: 'Lena Novak-Berg',
      email: ' LENA@example.org',
    })
    await house.aBooking({ page, start: '2026-11-24T12:00:00Z', name: 'Max Hill', email: 'max@example.org' })
    expect(await told(house)).toEqual([
      { type: 'contact.captured', sequence: 1, changed: [] },
      { type: 'contact.updated', sequence: 2, changed: ['name'] },
      { type: 'contact.captured', sequence: 1, changed: [] },
    ])
    expect(await house.sql('select email, name, sequence from contacts order by email')).toEqual([
      { email: 'lena@example.org', name: 'Lena Novak-Berg', sequence: 2 },
      { email: 'max@example.org', name: 'Max Hill', sequence: 1 },
    ])
  })

  test('of several at once with one new address, one is captured, and the sequence has no gaps', async () => {
    const house = await openHouse()
    const { page } = await house.anAccount()
    await Promise.all(
      ['09', '10', '11', '12', '13'].map((hour, index) =>
        house.aBooking({ page, start: `2026-11-24T${hour}:00:00Z`, name: `Lena ${index}` }),
      ),
    )
    const events = await told(house)
    expect(events.map(({ sequence }) => sequence).sort()).toEqual([1, 2, 3, 4, 5])
    expect(events.filter(({ type }) => type === 'contact.captured')).toHaveLength(1)
  })

  test('who is refused leaves no contact', async () => {
    const house = await openHouse()
    const { page } = await house.anAccount()
    await house.aBooking({ page, start: '2026-11-24T09:00:00Z' })
    await expect(
      house.aBooking({ page, start: '2026-11-24T09:00:00Z', email: 'late@example.org' }),
    ).rejects.toThrow()
    expect(await house.sql('select email from contacts')).toEqual([{ email: 'lena@example.org' }])
    expect(await told(house)).toHaveLength(1)
  })
})

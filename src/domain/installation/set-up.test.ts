import { describe, expect, test } from 'vitest'
import { accepted } from '#kit/result.ts'
import { openHouse } from '../../../tests/house.ts'
import { isSetUp, setUp, type WantedSetUp } from './set-up.ts'

const wanted: WantedSetUp = {
  name: 'Ana Martín',
  loginId: ' Ana@Example.com ',
  password: 'tuesday lantern 26',
  zone: 'Europe/Berlin',
}

describe('setUp', () => {
  test('makes account, Administrator, three event types and one page, open 9 to 5 on weekdays in the user’s zone', async () => {
    const house = await openHouse()
    expect(await isSetUp(house)).toBe(false)
    const { user, page } = accepted(await setUp(house, wanted))
    expect(user).toMatchObject({ loginId: 'ana@example.com', role: 'administrator', triggersAllPages: false })
    expect(page).toMatchObject({
      slug: 'ana-martin',
      zone: 'Europe/Berlin',
      ownerId: user.id,
      acceptsBookings: true,
    })
    expect(page.availability.weekly.map(({ day, start, end }) => `${day} ${start}-${end}`)).toEqual(
      [1, 2, 3, 4, 5].map((day) => `${day} 09:00-17:00`),
    )
    expect(await house.sql('select duration_minutes from event_types order by position')).toEqual(
      [15, 30, 60].map((duration_minutes) => ({ duration_minutes })),
    )
    expect(await house.sql('select count(*)::int as n from booking_page_event_types')).toEqual([{ n: 3 }])
    expect(await isSetUp(house)).toBe(true)
    const [stored] = await house.sql<{ password_hash: string }>('select password_hash from sign_in_passwords')
    expect(stored?.password_hash).toMatch(/^\$argon2id\$/)
  })

  test('happens once, also when several press the button together', async () => {
    const house = await openHouse()
    const answers = await Promise.all(
      Array.from({ length: 4 }, (_, n) => setUp(house, { ...wanted, loginId: `ana${n}@example.com` })),
    )
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    for (const answer of answers) if (!answer.ok) expect(answer.problem.code).toBe('already-set-up')
    expect(await house.sql('select count(*)::int as n from accounts')).toEqual([{ n: 1 }])
  })

  test('refuses a weak password, and stores nothing', async () => {
    const house = await openHouse()
    expect(await setUp(house, { ...wanted, password: 'short' })).toMatchObject({
      problem: { code: 'weak-password' },
    })
    expect(await isSetUp(house)).toBe(false)
  })
})

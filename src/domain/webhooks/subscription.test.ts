import { describe, expect, test } from 'vitest'
import type { AccountId, BookingPageId, EventTypeId, UserId } from '#kit/ids.ts'
import { isInScope, isWanted, ownerInScope } from './subscription.ts'

const account = 'a' as AccountId
const ana = 'ana' as UserId
const user = (more: Partial<Parameters<typeof isInScope>[0]> = {}) => ({
  id: ana,
  accountId: account,
  role: 'administrator' as const,
  triggersAllPages: false,
  ...more,
})
const bosPage = { accountId: account, ownerId: 'bo' as UserId }

describe('the scope rule', () => {
  test.each([
    ['own page, Member', user({ role: 'member' }), { accountId: account, ownerId: ana }, true],
    ['own page, Administrator without the permission', user(), { accountId: account, ownerId: ana }, true],
    ['another’s page, Member', user({ role: 'member' }), bosPage, false],
    ['another’s page, Administrator without the permission', user(), bosPage, false],
    ['another’s page, Administrator with the permission', user({ triggersAllPages: true }), bosPage, true],
    [
      'another’s page, demoted with the permission still stored',
      user({ role: 'member', triggersAllPages: true }),
      bosPage,
      false,
    ],
    [
      'another account, whatever the permission',
      user({ triggersAllPages: true }),
      { accountId: 'b' as AccountId, ownerId: ana },
      false,
    ],
  ])('%s', (_, who, page, expected) => {
    expect(isInScope(who, page)).toBe(expected)
    const owner = ownerInScope(who)
    if (page.accountId === who.accountId) expect(owner === undefined || owner === page.ownerId).toBe(expected)
  })
})

describe('what a subscription wants', () => {
  const page = 'page' as BookingPageId
  const thirty = 'thirty' as EventTypeId
  const event = {
    accountId: account,
    type: 'booking.scheduled' as const,
    ownerId: ana,
    bookingPageId: page,
    eventTypeId: thirty,
  }
  const all = { trigger: 'booking_scheduled' as const, bookingPageId: null, eventTypeId: null }

  test('only its own kind of event, its page and its event type', () => {
    expect(isWanted(all, user(), event)).toBe(true)
    expect(isWanted({ ...all, bookingPageId: page, eventTypeId: thirty }, user(), event)).toBe(true)
    expect(isWanted({ ...all, bookingPageId: 'other' as BookingPageId }, user(), event)).toBe(false)
    expect(isWanted({ ...all, eventTypeId: 'other' as EventTypeId }, user(), event)).toBe(false)
    expect(isWanted(all, user(), { ...event, type: 'booking.completed' })).toBe(false)
  })

  test('a filter never widens the scope', () => {
    expect(isWanted({ ...all, bookingPageId: page }, user(), { ...event, ownerId: 'bo' as UserId })).toBe(
      false,
    )
  })
})

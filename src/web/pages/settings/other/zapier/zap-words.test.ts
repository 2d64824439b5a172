import { describe, expect, test } from 'vitest'
import { type SubscriptionState, triggers } from '#domain/webhooks/subscription.ts'
import type { UserId } from '#kit/ids.ts'
import { filterWords, heldWords, hostOf, shownAddressOf, triggerNames, zapState } from './zap-words.ts'

describe('hostOf', () => {
  test('keeps the secret part of a hook address to itself', () => {
    expect(hostOf('https://hooks.example.com/hooks/standard/1/secret/?a=b')).toBe('hooks.example.com')
    expect(hostOf('http://user:secret@127.0.0.1:4201/hooks/secret')).toBe('127.0.0.1:4201')
    expect(hostOf('secret')).toBe('unknown')
  })
})

test('an address that is shown hides its secret part', () => {
  expect(shownAddressOf('https://hooks.example.com/hooks/secret/?a=b')).toBe('https://hooks.example.com/…')
})

test('every trigger has a name of its own', () => {
  expect(new Set(triggers.map((trigger) => triggerNames[trigger])).size).toBe(triggers.length)
})

describe('zapState', () => {
  const at = Temporal.Instant.from('2026-11-24T09:00:00Z')
  const last = (ok: boolean) => ({ at, ok, words: '' })

  test('calls a Zap failing whose last delivery did not arrive, while it is on', () => {
    const words = (
      state: SubscriptionState,
      lastDelivery: ReturnType<typeof last> | null,
      pausedFor: 'user' | 'failing' | null = null,
    ) => zapState({ state, lastDelivery, pausedFor }).text
    expect(words('on', null)).toBe('On')
    expect(words('on', last(true))).toBe('On')
    expect(words('on', last(false))).toBe('Failing')
    expect(words('paused', last(false), 'user')).toBe('Paused')
    expect(words('paused', last(false), 'failing')).toBe('Stopped')
    expect(words('needs_reconnect', last(false))).toBe('Needs reconnect')
  })

  test('says what held events wait for', () => {
    expect(heldWords({ state: 'paused', pausedFor: 'user', held: 2 })).toBe('2 held until you go on')
    expect(heldWords({ state: 'needs_reconnect', pausedFor: null, held: 2 })).toBe(
      '2 held until you reconnect',
    )
  })
})

describe('filterWords', () => {
  const member = { id: 'u' as UserId, role: 'member', triggersAllPages: false } as Parameters<
    typeof filterWords
  >[1]
  const everywhere = { ...member, role: 'administrator', triggersAllPages: true } as const

  test('names page and event type where the Zap asked for one', () => {
    expect(filterWords({ bookingPageLabel: 'Sales', eventTypeName: 'Call' }, member)).toBe('Sales, Call')
    expect(filterWords({ bookingPageLabel: null, eventTypeName: 'Call' }, member)).toBe('All my pages, Call')
  })

  test('says how far a Zap without a page reaches', () => {
    expect(filterWords({ bookingPageLabel: null, eventTypeName: null }, member)).toBe('All my pages')
    expect(filterWords({ bookingPageLabel: null, eventTypeName: null }, everywhere)).toBe(
      'All pages of the account',
    )
  })
})

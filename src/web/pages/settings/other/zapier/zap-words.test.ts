import { describe, expect, test } from 'vitest'
import type { UserId } from '#kit/ids.ts'
import { filterWords, hostOf } from './zap-words.ts'

describe('hostOf', () => {
  test('keeps the secret part of a hook address to itself', () => {
    expect(hostOf('https://hooks.example.com/hooks/standard/1/secret/?a=b')).toBe('hooks.example.com')
    expect(hostOf('http://user:secret@127.0.0.1:4201/hooks/secret')).toBe('127.0.0.1:4201')
    expect(hostOf('secret')).toBe('unknown')
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

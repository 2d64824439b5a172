import { describe, expect, test } from 'vitest'
import { longest, queryOf, readPrefill } from './carried.ts'
import { readReason } from './provide-information/move-fields.tsx'

const read = (query: string) => readPrefill(new URLSearchParams(query))

describe('readPrefill', () => {
  test('reads the fields whatever the case of their names, and mobile as phone', () => {
    expect(read('NAME=Lena+Novak&Email=lena%40example.com&company=Novak&Mobile=%2B1202&note=a%0Ab')).toEqual({
      name: 'Lena Novak',
      email: 'lena@example.com',
      company: 'Novak',
      phone: '+1202',
      note: 'a\nb',
    })
  })

  test('gives a phone number the plus that addresses lose, and that `mobile` never had', () => {
    expect(read('phone=+4930123456').phone).toBe('+4930123456')
    expect(read('mobile=4930123456').phone).toBe('+4930123456')
    expect(read('mobile=+49 30 123456').phone).toBe('+49 30 123456')
    expect(read('mobile=%2B4930123456').phone).toBe('+4930123456')
    // A number without its country code cannot be told from one that lost its plus: the customer mends it.
    expect(read('phone=2025550195').phone).toBe('2025550195')
    expect(read('mobile=004930123456').phone).toBe('004930123456')
  })

  test('cuts no character in half: a half cannot be stored', () => {
    const name = `${'a'.repeat(longest.name - 1)}😀`
    expect(read(`name=${encodeURIComponent(name)}`).name).toBe(`${'a'.repeat(longest.name - 1)}\ufffd`)
    const form = new FormData()
    form.set('reason', `${'a'.repeat(longest.note - 1)}😀`)
    expect(readReason(form).isWellFormed()).toBe(true)
  })

  test('takes the first of a name and nothing that is not for the form', () => {
    expect(read('name=A&Name=B&start=x&__proto__=x&utm_source=y&zone=z&skip=1')).toEqual({ name: 'A' })
  })

  test('custom fields of forms are filled by their names; at most forty', () => {
    expect(read('insurance=12&Topic-2=a%0Ab&location=Main+St')).toEqual({
      insurance: '12',
      'topic-2': 'a\nb',
      location: 'Main St',
    })
    const many = Array.from({ length: 100 }, (_, index) => `f${index}=x`).join('&')
    expect(Object.keys(read(many))).toHaveLength(40)
  })

  test('cuts what is too long and drops what cannot be shown', () => {
    expect(read(`name=${'x'.repeat(500)}`).name).toHaveLength(longest.name)
    expect(read('name=%00Le%0D%0Ana%E2%80%AE&company=%07')).toEqual({ name: 'Le  na' })
  })
})

describe('queryOf', () => {
  test('leaves out what is undefined, and is empty when nothing is left', () => {
    expect(queryOf({ zone: undefined, prefill: {} })).toBe('')
    expect(queryOf({ zone: 'Europe/Berlin', prefill: {} }, { month: '2026-12', date: undefined })).toBe(
      '?zone=Europe%2FBerlin&month=2026-12',
    )
  })

  test('cannot be broken out of', () => {
    expect(queryOf({ zone: undefined, prefill: { name: '"><a&b=c#' } })).toBe('?name=%22%3E%3Ca%26b%3Dc%23')
  })
})

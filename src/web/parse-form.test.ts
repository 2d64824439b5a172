import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { parseForm, readForm } from './parse-form.ts'

const Shape = z.object({
  name: z.string('Enter a name.').trim().min(1, 'Enter a name.').max(5, 'Too long.'),
  zone: z.string('Choose a zone.'),
})
const form = (fields: Record<string, string | Blob>) => {
  const made = new FormData()
  for (const [name, value] of Object.entries(fields)) made.append(name, value)
  return made
}

describe('parseForm', () => {
  test('gives the values as the shape makes them', () => {
    expect(parseForm(Shape, form({ name: ' Ana ', zone: 'UTC' }))).toEqual({
      ok: true,
      value: { name: 'Ana', zone: 'UTC' },
    })
  })

  test('names one problem per field, left-out fields and files included', () => {
    expect(parseForm(Shape, form({ name: '  ' }))).toEqual({
      ok: false,
      problems: { name: 'Enter a name.', zone: 'Choose a zone.' },
    })
    expect(parseForm(Shape, form({ name: new Blob(['x']), zone: 'UTC' }))).toEqual({
      ok: false,
      problems: { name: 'Enter a name.' },
    })
  })
})

describe('readForm', () => {
  const post = (body: string, type: string) =>
    new Request('http://own.invalid/', { method: 'POST', body, headers: { 'content-type': type } })

  test('reads a form', async () => {
    const read = await readForm(post('a=1&b=%C3%A4', 'application/x-www-form-urlencoded'))
    expect([...read]).toEqual([
      ['a', '1'],
      ['b', 'ä'],
    ])
  })

  test('answers a body that is no form with 400', async () => {
    await expect(readForm(post('{}', 'multipart/form-data; boundary=x'))).rejects.toMatchObject({
      init: { status: 400 },
    })
  })
})

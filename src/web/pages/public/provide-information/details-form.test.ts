import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultFields } from '#domain/booking-pages/booking-page.ts'
import { formOfPrefill, parseDetailsForm } from './details-form.ts'

const standard = { fields: defaultFields, location: undefined }
const good = { name: ' Lena Novak ', email: ' Lena@Example.org ', zone: 'America/New_York' }

function parse(fields: Record<string, string>) {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  return parseDetailsForm(form, standard)
}

describe('parseDetailsForm', () => {
  test('reads a filled form, trimmed, with lines of the note kept', () => {
    const form = parse({
      ...good,
      company: 'Novak & Sons',
      phone: '+1 (202) 555-0195',
      note: ' One\r\nTwo ',
      start: '2026-12-01T17:00Z',
      idempotencyKey: '0193a6f0-0000-4000-8000-000000000000',
    })
    expect(form.errors).toEqual({})
    expect(form.customer).toEqual({
      name: 'Lena Novak',
      email: 'Lena@Example.org',
      company: 'Novak & Sons',
      phone: '+12025550195',
      note: 'One\nTwo',
    })
    expect(form.zone).toBe('America/New_York')
    expect(form.start?.toString()).toBe('2026-12-01T17:00:00Z')
    expect(form.idempotencyKey).toBe('0193a6f0-0000-4000-8000-000000000000')
  })

  test('company, phone and note may be left empty', () => {
    expect(parse(good)).toMatchObject({ errors: {}, customer: { company: '', phone: '', note: '' } })
  })

  test('says what is missing, once for each field, and keeps what was typed', () => {
    const form = parse({ name: '  ', email: 'nonsense', phone: '12345' })
    expect(form.customer).toBeUndefined()
    expect(form.values).toEqual({ name: '  ', email: 'nonsense', company: '', phone: '12345', note: '' })
    expect(form.errors).toEqual({
      name: 'Enter your name',
      email: 'Enter an email address such as lena@example.com',
      phone: 'Enter the phone number with its country code, such as +1 202 555 0195',
    })
    expect(parse({ name: 'Lena' }).errors).toEqual({ email: 'Enter your email address' })
  })

  test.each([
    ['+49 30 1234567', '+49301234567'],
    ['0049 (30) 123-45.67', '+49301234567'],
    ['+44–20/7946 0018', '+442079460018'],
    ['', ''],
  ])('phone %j is %j', (typed, phone) => expect(parse({ ...good, phone: typed }).customer?.phone).toBe(phone))

  test.each([
    '030 1234567',
    '+0123456789',
    '+1',
    '+1234567890123456',
    'call me',
    '+12a3456789',
    '+',
    '++12025550195',
  ])('phone %j is refused', (phone) =>
    expect(Object.keys(parse({ ...good, phone }).errors)).toEqual(['phone']),
  )

  test.each([
    'lena@',
    '@example.org',
    'lena@example',
    'lena novak@example.org',
    'a@b.c\nBcc: all@example.org',
    `${'x'.repeat(250)}@example.org`,
  ])('email %j is refused', (email) =>
    expect(Object.keys(parse({ ...good, email }).errors)).toEqual(['email']),
  )

  test('refuses what is longer than its limit', () => {
    const form = parse({
      name: 'x'.repeat(121),
      email: good.email,
      company: 'x'.repeat(121),
      note: 'x'.repeat(2001),
    })
    expect(Object.keys(form.errors)).toEqual(['name', 'company', 'note'])
    expect(parse({ ...good, name: 'x'.repeat(120), note: 'x'.repeat(2000) }).errors).toEqual({})
  })

  test.each([
    ['name', 'Le\u0000na'],
    ['name', 'Le\nna'],
    ['name', 'Lena\u202e'],
    ['company', 'a\u0007b'],
    ['note', 'a\u0000b'],
    ['note', 'a\u2066b'],
  ])('refuses a control character in %s (%j)', (field, text) => {
    expect(Object.keys(parse({ ...good, [field]: text }).errors)).toEqual([field])
  })

  test('an unknown zone, a start or key of another shape are as if they were not there', () => {
    expect(parse({ ...good, zone: 'Mars/Olympus', start: 'soon', idempotencyKey: "' or 1=1" })).toMatchObject(
      {
        zone: undefined,
        start: undefined,
        idempotencyKey: undefined,
        errors: {},
      },
    )
  })

  test('asks what the form of the page asks, and takes nothing else', () => {
    const questions = {
      location: 'Your address',
      fields: [
        {
          name: 'topics',
          kind: 'checkbox' as const,
          title: 'Topics',
          subtext: '',
          required: true,
          hidden: false,
          options: ['Prices', 'Support'],
        },
      ],
    }
    const prefill = { name: 'Lena', email: 'lena@example.org', note: 'not asked' }
    const missing = parseDetailsForm(formOfPrefill(prefill, questions), questions)
    expect(missing.customer).toBeUndefined()
    expect(missing.errors).toEqual({
      topics: 'Choose an answer: Topics',
      location: 'Fill in: Your address',
    })
    const filled = { ...prefill, topics: 'Prices, Support', location: 'Main St 1' }
    const form = parseDetailsForm(formOfPrefill(filled, questions), questions)
    expect(form).toMatchObject({
      errors: {},
      location: 'Main St 1',
      customer: { note: '' },
      answers: [{ name: 'topics', title: 'Topics', value: 'Prices, Support' }],
      values: { topics: 'Prices\nSupport' },
    })
  })

  test('a required field of the system has to be filled in', () => {
    const fields = defaultFields.map((field) => ({ ...field, required: field.name === 'phone' }))
    const form = new FormData()
    for (const [name, value] of Object.entries(good)) form.set(name, value)
    expect(parseDetailsForm(form, { fields, location: undefined }).errors).toEqual({
      phone: 'Fill in: Phone',
    })
  })

  test('asks for a time when other times were offered and none was chosen', () => {
    expect(parse({ ...good, chooseStart: '1' }).errors).toEqual({ start: 'Choose a time' })
    expect(parse({ ...good, chooseStart: '1', start: '2026-12-01T17:00Z' }).errors).toEqual({})
  })

  test('a file in the place of a text is no text', () => {
    const form = new FormData()
    form.set('name', new File(['x'], 'name.txt'))
    form.set('email', good.email)
    expect(parseDetailsForm(form, standard)).toMatchObject({
      values: { name: '' },
      errors: { name: 'Enter your name' },
    })
  })

  test('whatever is sent, there is a customer or an error, and never a control character in the customer', () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 })
    fc.assert(
      fc.property(text, text, text, text, text, (name, email, company, phone, note) => {
        const { customer, errors } = parse({ name, email, company, phone, note })
        expect(customer === undefined).toBe(Object.keys(errors).length > 0)
        if (customer)
          expect(customer.name + customer.email + customer.company + customer.phone).not.toMatch(/\p{Cc}/u)
      }),
    )
  })
})

import { expect, test } from 'vitest'
import { fillCurlies, valueAt } from './curlies.ts'

const bundle = { inputData: { n: 3, name: 'Ana', list: [{ id: 'x' }] } }

test('fills placeholders at any depth, and a missing one with nothing', () => {
  const filled = fillCurlies(
    {
      url: '{{process.env.BASE}}/{{bundle.inputData.name}}',
      deep: ['{{ bundle.inputData.list.0.id }}', 'a{{bundle.no}}b'],
    },
    bundle,
    { BASE: 'http://a' },
  )
  expect(filled).toEqual({ url: 'http://a/Ana', deep: ['x', 'ab'] })
})

test('keeps the type of a value that is all there is', () => {
  expect(fillCurlies('{{bundle.inputData.n}}', bundle, {})).toBe(3)
})

test('finds own properties only', () => {
  expect(valueAt({ a: {} }, 'a.constructor.name')).toBeUndefined()
})

import { describe, expect, test } from 'vitest'
import { readConfig } from './config.ts'

describe('ZAPIER_APP', () => {
  const read = (value?: string) => readConfig([], value === undefined ? {} : { ZAPIER_APP: value }).zapierApp

  test('is the key in .zapierapprc with a version, and becomes what addresses of Zapier name', () => {
    expect(read('App12345@1.1.0')).toBe('App12345CLIAPI@1.1.0')
    expect(read('App12345CLIAPI@latest')).toBe('App12345CLIAPI@latest')
    expect(read()).toBeUndefined()
  })

  test.each(['12345', 'App12345', 'Hourwire@1.1.0', 'App12345@1.1', 'App1@1.1.0&steps[0][app]=Other'])(
    'refuses %s in a sentence',
    (value) => expect(() => read(value)).toThrow('ZAPIER_APP: must be the key of your integration'),
  )
})

describe('METRICS', () => {
  test('is off, on for this machine, or on with a token, which must be long', () => {
    expect(readConfig([], {}).metrics).toBeUndefined()
    expect(readConfig([], { METRICS: '1' }).metrics).toEqual({ token: undefined })
    expect(readConfig([], { METRICS_TOKEN: 'twenty-letters-or-more' }).metrics).toEqual({
      token: 'twenty-letters-or-more',
    })
    expect(() => readConfig([], { METRICS_TOKEN: 'short' })).toThrow('METRICS_TOKEN: must be at least 20')
  })
})

import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { asErrorOfCommit, isDatabaseAway, isOutcomeUnknown, OutcomeUnknown } from './database-away.ts'

const coded = (code: string, more: object = {}) => Object.assign(new Error(code), { code, ...more })

describe('isDatabaseAway', () => {
  test.each([
    ...['08000', '08001', '08003', '08004', '08006', '08P01'],
    ...['28000', '28P01', '3D000', '25006', '25P03', '25P04'],
    ...['53000', '53100', '53200', '53300', '53400'],
    ...['57014', '57P01', '57P02', '57P03', '57P04', '57P05', '58030'],
    ...[
      'ECONNREFUSED',
      'ECONNRESET',
      'EPIPE',
      'ETIMEDOUT',
      'EHOSTUNREACH',
      'ENETUNREACH',
      'ENOTFOUND',
      'EAI_AGAIN',
    ],
  ])('%s: away', (code) => {
    expect(isDatabaseAway(coded(code))).toBe(true)
    expect(isDatabaseAway(new Error('sign-in failed', { cause: coded(code) }))).toBe(true)
  })

  test.each([
    // constraints, deadlock, serialization, syntax, unknown table or column, no right, wrong value, program limits, internal
    ...[
      '23505',
      '23P01',
      '23503',
      '40P01',
      '40001',
      '42601',
      '42P01',
      '42703',
      '42501',
      '22P02',
      '54000',
      'XX000',
    ],
    ...['55P03', '25P02', '58P01'],
    ...['EACCES', 'EISDIR', 'ERR_INVALID_ARG_TYPE', 'FST_ERR_CTP_BODY_TOO_LARGE'],
  ])('%s: a mistake of ours, or a rule', (code) => {
    expect(isDatabaseAway(coded(code))).toBe(false)
  })

  test.each([
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'timeout exceeded when trying to connect',
    'Client has encountered a connection error and is not queryable',
    'Client was closed and is not queryable',
  ])('what pg says without a code: %s', (message) => expect(isDatabaseAway(new Error(message))).toBe(true))

  test('a file that is missing is no database, a socket that is missing is one', async () => {
    expect(isDatabaseAway(coded('ENOENT', { syscall: 'open' }))).toBe(false)
    const missing = await new Promise((resolve) => connect('/nowhere/.s.PGSQL.5432').once('error', resolve))
    expect(isDatabaseAway(missing)).toBe(true)
  })

  test('several addresses: away when none of them answered', () => {
    const refused = coded('ECONNREFUSED')
    expect(isDatabaseAway(new AggregateError([refused, refused]))).toBe(true)
    expect(isDatabaseAway(new AggregateError([refused, new TypeError('x')]))).toBe(false)
    expect(isDatabaseAway(new AggregateError([]))).toBe(false)
  })

  test.each([undefined, null, 'ECONNREFUSED', 42, {}, new TypeError('x is not a function')])(
    '%s is not',
    (thing) => expect(isDatabaseAway(thing)).toBe(false),
  )

  test('causes that go round end', () => {
    const error = new Error('round') as Error & { cause: unknown }
    error.cause = error
    expect(isDatabaseAway(error)).toBe(false)
  })
})

describe('an error of COMMIT', () => {
  const fatal = coded('57P01', { severity: 'FATAL' })
  test.each([
    ['the connection was cut', new Error('Connection terminated unexpectedly'), true],
    ['it was reset', coded('ECONNRESET'), true],
    ['the administrator ended it', fatal, true],
    ['the disk is full: rolled back', coded('53100', { severity: 'ERROR' }), false],
    ['a deferred constraint: rolled back', coded('23505', { severity: 'ERROR' }), false],
    ['it was never sent', new Error('Client has encountered a connection error and is not queryable'), false],
  ])('%s', (_words, error, isUnknown) => {
    const told = asErrorOfCommit(error)
    expect(isOutcomeUnknown(told)).toBe(isUnknown)
    expect(isUnknown || told === error).toBe(true)
  })

  test('an unknown outcome is the database being away as well', () => {
    expect(isDatabaseAway(new OutcomeUnknown(fatal))).toBe(true)
    expect(isOutcomeUnknown(fatal)).toBe(false)
  })
})

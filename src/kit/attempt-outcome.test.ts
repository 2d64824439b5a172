import { describe, expect, test } from 'vitest'
import { type AttemptOutcome, isGone, isSuccess, parseRetryAfter, reasonInWords } from './attempt-outcome.ts'

const answered = (status: number, more: object = {}): AttemptOutcome => ({
  kind: 'answered',
  status,
  responseHead: '',
  truncated: false,
  durationMs: 5,
  ...more,
})

describe('parseRetryAfter', () => {
  const now = Date.UTC(2026, 10, 22, 12, 0, 0)
  test.each([
    ['30', 30],
    [' 30 ', 30],
    ['0', 1],
    ['86400', 86_400],
    ['86401', 86_400],
    ['9'.repeat(400), 86_400],
    ['Sun, 22 Nov 2026 12:00:30 GMT', 30],
    ['Sunday, 22-Nov-26 12:01:00 GMT', 60],
    ['Sun Nov 22 12:02:00 2026', 120],
    ['Sun, 22 Nov 2026 11:00:00 GMT', 1],
    ['Fri, 01 Jan 2100 00:00:00 GMT', 86_400],
    ['', undefined],
    ['-5', undefined],
    ['1.5', undefined],
    ['1e3', undefined],
    ['soon', undefined],
    ['2026-11-22T12:00:30Z', undefined],
    ['Sun, 99 Foo 2026 12:00:30 GMT', undefined],
  ])('reads %j as %s', (value, seconds) => {
    expect(parseRetryAfter(value, now)).toBe(seconds)
  })
})

describe('what an outcome means', () => {
  test('delivered is any 2xx and nothing else', () => {
    for (const status of [200, 201, 204, 299]) expect(isSuccess(answered(status))).toBe(true)
    for (const status of [199, 300, 302, 400, 410, 500]) expect(isSuccess(answered(status))).toBe(false)
    expect(isSuccess({ kind: 'timed-out', phase: 'body', status: 200, durationMs: 5 })).toBe(false)
  })

  test('gone is 410 alone', () => {
    expect(isGone(answered(410))).toBe(true)
    expect(isGone(answered(404))).toBe(false)
  })
})

describe('reasonInWords', () => {
  test.each<[AttemptOutcome, string]>([
    [answered(200), 'The target answered 200 (OK).'],
    [answered(299), 'The target answered 299.'],
    [
      answered(200, { truncated: true }),
      'The target answered 200 (OK). Its answer was cut or came incomplete.',
    ],
    [answered(302), 'The target answered 302 (Found). Redirects are not followed: enter the final address.'],
    [answered(410), 'The target answered 410 (Gone): it asks to receive nothing more.'],
    [
      answered(429, { retryAfterSeconds: 1 }),
      'The target answered 429 (Too Many Requests). It asks to wait 1 second.',
    ],
    [
      answered(503, { retryAfterSeconds: 300 }),
      'The target answered 503 (Service Unavailable). It asks to wait 5 minutes.',
    ],
    [
      answered(503, { retryAfterSeconds: 7200 }),
      'The target answered 503 (Service Unavailable). It asks to wait 2 hours.',
    ],
    [
      answered(404, { responseHead: '{"message":"The requested webhook \\"x\\" is not registered."}' }),
      'The target answered 404 (Not Found): the receiving workflow is not switched on.',
    ],
    [answered(404), 'The target answered 404 (Not Found).'],
    [
      { kind: 'timed-out', phase: 'headers', durationMs: 5 },
      'The target accepted the request but did not answer in time.',
    ],
    [
      { kind: 'refused-connection', code: 'ECONNREFUSED', durationMs: 5 },
      'The target refused the connection: nothing listens at this address and port.',
    ],
    [
      { kind: 'refused-connection', code: 'EHOSTUNREACH', durationMs: 5 },
      'The target cannot be reached from here (EHOSTUNREACH).',
    ],
    [
      { kind: 'dns-failed', code: 'ENOTFOUND', durationMs: 5 },
      "The target's name does not exist, or has no address.",
    ],
    [
      { kind: 'dns-failed', code: 'ESERVFAIL', durationMs: 5 },
      "The target's name could not be looked up (ESERVFAIL).",
    ],
    [
      { kind: 'bad-certificate', code: 'CERT_HAS_EXPIRED', durationMs: 5 },
      "The target's certificate was not accepted: it has expired.",
    ],
    [
      { kind: 'bad-certificate', code: 'CERT_REJECTED', durationMs: 5 },
      "The target's certificate was not accepted: CERT_REJECTED.",
    ],
    [
      { kind: 'tls-failed', code: 'EPROTO', durationMs: 5 },
      'No encrypted connection could be set up with the target (EPROTO).',
    ],
    [
      { kind: 'blocked-address', reason: 'it is a private address.', durationMs: 5 },
      'The target is blocked: it is a private address.',
    ],
    [
      { kind: 'bad-target', reason: 'it must begin with https://.', durationMs: 5 },
      "The target's address cannot be used: it must begin with https://.",
    ],
    [
      { kind: 'bad-answer', code: 'HPE_INVALID_CONSTANT', durationMs: 5 },
      'The target did not answer in readable HTTP (HPE_INVALID_CONSTANT).',
    ],
    [
      { kind: 'connection-lost', phase: 'headers', durationMs: 5 },
      'The target closed the connection before it answered.',
    ],
  ])('%j', (outcome, words) => expect(reasonInWords(outcome)).toBe(words))

  test('has a sentence for every phase in which time can run out', () => {
    for (const phase of ['queue', 'lookup', 'connect', 'tls', 'headers', 'body'] as const)
      expect(reasonInWords({ kind: 'timed-out', phase, durationMs: 5 })).toMatch(/^(The|No) .+ in time.*\.$/)
  })
})

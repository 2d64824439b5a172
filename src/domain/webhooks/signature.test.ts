import { createHmac, timingSafeEqual } from 'node:crypto'
import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { makeSigningSecret, signedHeaders } from './signature.ts'

const now = () => Temporal.Now.instant()

/** The algorithm of api-contract 11.5, written from the contract and not from our code. */
function isSignedAsInTheContract(secret: string, body: string, header: string): boolean {
  const [t = '', s = ''] = header.split(',').map((part) => part.split('=')[1])
  const expected = createHmac('sha256', Buffer.from(secret, 'utf8'))
    .update(`${t}.${body}`, 'utf8')
    .digest('hex')
  return s.length === expected.length && timingSafeEqual(Buffer.from(s), Buffer.from(expected))
}

describe('signatures', () => {
  test('verify with the official library and with the contract’s algorithm, whatever the body', () => {
    fc.assert(
      fc.property(
        fc.json({ noUnicodeString: false }),
        fc.stringMatching(/^EVNT-[0-9A-Z]{26}$/),
        (body, id) => {
          const secret = makeSigningSecret()
          const headers = signedHeaders({ id, body }, now(), [secret])
          expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body))
          expect(isSignedAsInTheContract(secret, body, headers['oncehub-signature'] ?? '')).toBe(true)
        },
      ),
      { numRuns: 300 },
    )
  })

  test('do not verify with another secret, another body, another id, or a changed bit', () => {
    const [secret, other] = [makeSigningSecret(), makeSigningSecret()]
    const message = { id: 'EVNT-1', body: '{"a":1}' }
    const headers = signedHeaders(message, now(), [secret])
    const verify = (with_: { secret?: string; body?: string; headers?: Record<string, string> }) => () =>
      new Webhook(with_.secret ?? secret).verify(with_.body ?? message.body, { ...headers, ...with_.headers })
    expect(verify({})).not.toThrow()
    expect(verify({ secret: other })).toThrow()
    expect(verify({ body: '{"a":2}' })).toThrow()
    expect(verify({ headers: { 'webhook-id': 'EVNT-2' } })).toThrow()
    const bytes = Buffer.from(headers['webhook-signature']?.slice(3) ?? '', 'base64')
    for (let bit = 0; bit < bytes.length * 8; bit += 7) {
      const flipped = Buffer.from(bytes)
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      expect(verify({ headers: { 'webhook-signature': `v1,${flipped.toString('base64')}` } })).toThrow()
    }
    expect(isSignedAsInTheContract(other, message.body, headers['oncehub-signature'] ?? '')).toBe(false)
  })

  test('of two secrets in force both verify, and the contract’s header is the newest one’s', () => {
    const [newest, former] = [makeSigningSecret(), makeSigningSecret()]
    const message = { id: 'EVNT-1', body: '{}' }
    const headers = signedHeaders(message, now(), [newest, former])
    for (const secret of [newest, former]) new Webhook(secret).verify(message.body, headers)
    expect(isSignedAsInTheContract(newest, message.body, headers['oncehub-signature'] ?? '')).toBe(true)
  })

  test('carry the time of sending: an old one is refused', () => {
    const secret = makeSigningSecret()
    const headers = signedHeaders({ id: 'EVNT-1', body: '{}' }, now().subtract({ minutes: 6 }), [secret])
    expect(() => new Webhook(secret).verify('{}', headers)).toThrow()
  })
})

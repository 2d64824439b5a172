import { createHmac, randomBytes } from 'node:crypto'
import type { Instant } from '#kit/time.ts'

/**
 * A signing secret as people copy it: `whsec_` and 32 random bytes in base64 (Standard Webhooks 1.0.0, "Signature scheme").
 */
export const makeSigningSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`

/** How long a former secret signs beside the new one, so that a receiver can be changed without a gap. */
export const overlapHours = 24

/**
 * The headers of one attempt. The id is the message's and stays; time and signatures are the attempt's.
 *
 * - `webhook-id`, `webhook-timestamp` (Unix seconds), `webhook-signature`: Standard Webhooks 1.0.0. HMAC-SHA-256 under the decoded bytes
 *   of each secret, over `id.timestamp.body`, one `v1,…` for each secret in force, the newest first.
 * - `oncehub-signature`: api-contract section 11.5, for receivers written for the original. HMAC-SHA-256 in hex under the text of the
 *   newest secret, over `timestamp.body`.
 */
export function signedHeaders(
  { id, body }: { id: string; body: string },
  at: Instant,
  secrets: readonly string[],
): Record<string, string> {
  const timestamp = String(Math.floor(at.epochMilliseconds / 1000))
  const [newest = ''] = secrets
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': secrets
      .map((secret) => `v1,${hmac(keyOf(secret), `${id}.${timestamp}.${body}`).toString('base64')}`)
      .join(' '),
    'oncehub-signature': `t=${timestamp},s=${hmac(newest, `${timestamp}.${body}`).toString('hex')}`,
  }
}

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

const keyOf = (secret: string): Buffer => Buffer.from(secret.replace(/^whsec_/, ''), 'base64')

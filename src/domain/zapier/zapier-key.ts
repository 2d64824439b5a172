import type { User } from '#domain/accounts/user.ts'
import type { AccountId, UserId, ZapierKeyId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'

/** A user's one key for Zapier. */
export interface ZapierKey {
  accountId: AccountId
  id: ZapierKeyId
  userId: UserId
  createdAt: Instant
  /** First successful call with this key and the current Login ID. */
  connectedAt: Instant | null
  lastUsedAt: Instant | null
  /** Addresses that made the connection, and that called last; the integration's version at that time. */
  connectedFrom: string | null
  lastUsedFrom: string | null
  lastUsedBy: string | null
  /** The last call with this key that was refused, for its other half. */
  refusedAt: Instant | null
  refusedFrom: string | null
}

/** Who is calling: proven by key and Login ID together. */
export interface ZapierCaller {
  user: User
  accountName: string
  keyId: ZapierKeyId
}

/** How long a former key may go on after Regenerate, where its user asks for it. */
export const graceHours = 24

export type CredentialsRefused = { code: 'credentials-refused' }
export type KeyExists = { code: 'zapier-key-exists' }
export type NoKey = { code: 'no-zapier-key' }

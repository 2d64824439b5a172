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
}

/** Who is calling: proven by key and Login ID together. */
export interface ZapierCaller {
  user: User
  accountName: string
  keyId: ZapierKeyId
}

export type CredentialsRefused = { code: 'credentials-refused' }
export type KeyExists = { code: 'zapier-key-exists' }
export type NoKey = { code: 'no-zapier-key' }

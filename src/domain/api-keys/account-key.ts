import type { ApiScope } from '#database/tables.ts'
import type { AccountId, ApiKeyId, UserId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'

export type { ApiScope }

/** So many keys an account may have at a time (api-contract section 2). */
export const mostAccountKeys = 25

/** A key of the REST API: it acts as the account, within its scope. The key itself is kept by nobody but its holder. */
export interface AccountKey {
  accountId: AccountId
  id: ApiKeyId
  /** Unique among the account's keys, compared without case. */
  name: string
  scope: ApiScope
  createdBy: UserId | null
  createdAt: Instant
  lastUsedAt: Instant | null
  /** The client's address. */
  lastUsedFrom: string | null
}

/** Who calls the REST API. */
export interface ApiCaller {
  accountId: AccountId
  keyId: ApiKeyId
  scope: ApiScope
}

export type ApiKeyRefused = { code: 'api-key-refused' }
export type AccountKeyNotFound = { code: 'api-key-not-found' }
export type CreateKeyProblem =
  | { code: 'api-key-name-taken' }
  | { code: 'api-key-name-wrong'; reason: string }
  | { code: 'too-many-api-keys'; most: number }

/** What an endpoint asks of a key. */
export type ApiNeed = 'any' | 'read' | 'write' | 'webhooks'

/** A key for all may do anything, one for reading only read, one for webhooks only what webhooks need. */
export const mayCall = (scope: ApiScope, need: ApiNeed): boolean =>
  scope === 'all' || need === 'any' || (scope === 'read' ? need === 'read' : need === 'webhooks')

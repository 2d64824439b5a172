import { inAccount } from '#database/db.ts'
import { audit } from '#domain/accounts/audit.ts'
import type { User } from '#domain/accounts/user.ts'
import type { Deps } from '#domain/deps.ts'
import { type ApiKeyId, newUuid } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import {
  type AccountKey,
  type AccountKeyNotFound,
  type ApiScope,
  type CreateKeyProblem,
  mostAccountKeys,
} from './account-key.ts'
import { endAccountKey, insertAccountKey, listLiveKeys, lockKeysOf } from './account-key-repository.ts'
import { hashOfKey, makeKey, publicPartOf } from './api-key.ts'

type AdministratorsOnly = { code: 'administrators-only' }

/** The account's keys, newest first; for Administrators, because a key acts as the account. */
export const listAccountKeys = (
  { database }: Pick<Deps, 'database'>,
  viewer: User,
): Promise<Result<AccountKey[], AdministratorsOnly>> =>
  inAccount(database, viewer.accountId, async (tx) =>
    viewer.role === 'administrator'
      ? ok(await listLiveKeys(tx, viewer.accountId))
      : refuse({ code: 'administrators-only' }),
  )

/** Makes a key, usable at once. Its text is in this answer and nowhere else afterwards. */
export const createAccountKey = (
  deps: Pick<Deps, 'database' | 'clock' | 'secrets'>,
  { viewer, name, scope }: { viewer: User; name: string; scope: ApiScope },
): Promise<Result<AccountKey & { key: string }, CreateKeyProblem | AdministratorsOnly>> =>
  inAccount(deps.database, viewer.accountId, async (tx) => {
    if (viewer.role !== 'administrator') return refuse({ code: 'administrators-only' })
    const given = name.trim()
    if (given === '') return refuse({ code: 'api-key-name-wrong', reason: 'Give the key a name.' })
    if (given.length > 100)
      return refuse({ code: 'api-key-name-wrong', reason: 'A name can have at most 100 characters.' })
    await lockKeysOf(tx, viewer.accountId)
    const live = await listLiveKeys(tx, viewer.accountId)
    if (live.some((other) => other.name.toLowerCase() === given.toLowerCase()))
      return refuse({ code: 'api-key-name-taken' })
    if (live.length >= mostAccountKeys) return refuse({ code: 'too-many-api-keys', most: mostAccountKeys })
    const now = deps.clock.now()
    const text = makeKey('hwk')
    const key: AccountKey = {
      accountId: viewer.accountId,
      id: newUuid(now.epochMilliseconds) as ApiKeyId,
      name: given,
      scope,
      createdBy: viewer.id,
      createdAt: now,
      lastUsedAt: null,
      lastUsedFrom: null,
    }
    await insertAccountKey(tx, {
      ...key,
      publicPart: publicPartOf('hwk', text) as string,
      hash: hashOfKey(deps.secrets, text),
    })
    await audit(tx, deps, {
      accountId: viewer.accountId,
      actorUserId: viewer.id,
      action: 'api-key.created',
      subject: key.id,
      details: { scope },
    })
    return ok({ ...key, key: text })
  })

/** Ends a key: refused from the very next call on, on every process. */
export const revokeAccountKey = (
  deps: Pick<Deps, 'database' | 'clock'>,
  { viewer, id }: { viewer: User; id: ApiKeyId },
): Promise<Result<undefined, AccountKeyNotFound>> =>
  inAccount(deps.database, viewer.accountId, async (tx) => {
    const isEnded =
      viewer.role === 'administrator' &&
      (await endAccountKey(tx, viewer.accountId, { id, now: deps.clock.now() }))
    if (!isEnded) return refuse({ code: 'api-key-not-found' })
    await audit(tx, deps, {
      accountId: viewer.accountId,
      actorUserId: viewer.id,
      action: 'api-key.revoked',
      subject: id,
    })
    return ok(undefined)
  })

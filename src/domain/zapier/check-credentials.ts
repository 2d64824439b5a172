import { createHash, timingSafeEqual } from 'node:crypto'
import { inAccount } from '#database/db.ts'
import { audit } from '#domain/accounts/audit.ts'
import { lockUserOf } from '#domain/accounts/change-user.ts'
import { normaliseLoginId } from '#domain/accounts/user.ts'
import { isSameKey, publicPartOf } from '#domain/api-keys/api-key.ts'
import type { Deps } from '#domain/deps.ts'
import { resumeAllSubscriptions } from '#domain/webhooks/subscribe.ts'
import { inOneQuery } from '#kit/in-one-query.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import { tellOfKey } from './tell-of-key.ts'
import type { CredentialsRefused, ZapierCaller } from './zapier-key.ts'
import {
  type Call,
  findKeysByPublicPart,
  type KeyLookup,
  markConnected,
  markRefused,
  markUsed,
} from './zapier-key-repository.ts'

export interface Credentials {
  key: string
  loginId: string
  /** Who calls: the client's address, and the integration's version where it says so. */
  address: string
  integration: string | null
}

export type CheckCredentials = (given: Credentials) => Promise<Result<ZapierCaller, CredentialsRefused>>

type CheckDeps = Pick<Deps, 'database' | 'clock' | 'secrets' | 'wakeWorker' | 'publicUrl'>

/**
 * Checks a Zapier key and a Login ID together. Every wrong half gives the same refusal after the same work.
 *
 * Nothing is cached: each check reads the database after it was asked, so a revoked key is refused from the next request on,
 * on every process. Checks asked in the same turn of the event loop share one query.
 *
 * The first good call with a new key, or after a change of the Login ID, makes the connection: Zaps that waited for it go on.
 */
export function createCredentialCheck(deps: CheckDeps): CheckCredentials {
  const find = inOneQuery((parts) => findKeysByPublicPart(deps.database.system, parts, deps.clock.now()))
  const noted = { used: new Map<string, number>(), refused: new Map<string, number>() }

  return async ({ key, loginId, address, integration }) => {
    const publicPart = publicPartOf('hwz', key)
    const found = publicPart === undefined ? undefined : await find(publicPart)
    const rightKey = isSameKey(deps.secrets, key, found?.hash)
    const rightLoginId = isSameText(normaliseLoginId(loginId), found?.user.loginId ?? '')
    const call = { now: deps.clock.now(), address, integration: integration?.slice(0, 40) ?? null }
    if (!found || !rightKey || !rightLoginId) {
      if (found) noteOnceAMinute(noted.refused, found.key, call, () => noteRefusal(deps, found.key, call))
      return refuse({ code: 'credentials-refused' })
    }
    if (!found.isConnected) await connect(deps, found, call)
    else noteOnceAMinute(noted.used, found.key, call, () => markUsed(deps.database.system, found.key, call))
    return ok({ user: found.user, accountName: found.accountName, keyId: found.key.id })
  }
}

async function connect(deps: CheckDeps, { key, user }: KeyLookup, call: Call): Promise<void> {
  const resumed = await inAccount(deps.database, key.accountId, async (tx) => {
    // The pair was right a moment ago: a Login ID that changes meanwhile breaks the connection that we would make here.
    const present = await lockUserOf(tx, user)
    if (present?.loginId !== user.loginId || !(await markConnected(tx, key, call))) return 0
    const zapsResumed = await resumeAllSubscriptions(tx, key.accountId, { userId: key.userId, keyId: key.id })
    await audit(tx, deps, {
      accountId: key.accountId,
      actorUserId: null,
      action: 'zapier.connected',
      subject: key.id,
      details: { zapsResumed },
    })
    await tellOfKey(tx, deps, {
      user: present,
      what: { kind: 'connected', at: call.now, from: call.address, zapsResumed },
    })
    return 1
  })
  if (resumed > 0) deps.wakeWorker()
}

/** Somebody holds half of the pair: its owner can see that. */
const noteRefusal = (deps: CheckDeps, key: KeyLookup['key'], call: Call): Promise<void> =>
  inAccount(deps.database, key.accountId, async (tx) => {
    if (!(await markRefused(tx, key, call))) return
    await audit(tx, deps, {
      accountId: key.accountId,
      actorUserId: null,
      action: 'zapier.refused',
      subject: key.id,
    })
  })

/** Notes are for people: at most a minute late, never waited for, and never worth a failed request. */
function noteOnceAMinute(
  at: Map<string, number>,
  key: KeyLookup['key'],
  { now }: Call,
  note: () => Promise<void>,
): void {
  if (now.epochMilliseconds - (at.get(key.id) ?? Number.NEGATIVE_INFINITY) < 60_000) return
  if (at.size > 10_000) at.clear()
  at.set(key.id, now.epochMilliseconds)
  void note().catch(() => at.delete(key.id))
}

const digest = (text: string) => createHash('sha256').update(text).digest()
const isSameText = (a: string, b: string) => timingSafeEqual(digest(a), digest(b))

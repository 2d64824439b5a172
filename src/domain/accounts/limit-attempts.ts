import type { Deps } from '#domain/deps.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import { countOneMore, deleteCount } from './attempt-repository.ts'
import type { TooManyAttempts } from './user.ts'

/** What is limited: so many attempts in so many minutes, over all processes. */
export interface AttemptLimit {
  /** What is counted, such as `password-check:<user>`. Sign-in counts on its own (ADR 0006), so no limit here ever holds it up. */
  key: string
  most: number
  minutes: number
}

/** Counts an attempt before it is made, whatever becomes of it; refuses those beyond the limit. */
export async function countAttempt(
  { database, clock }: Pick<Deps, 'database' | 'clock'>,
  { key, most, minutes }: AttemptLimit,
): Promise<Result<void, TooManyAttempts>> {
  const now = clock.now()
  const { count, until } = await countOneMore(database.system, { key, now, until: now.add({ minutes }) })
  if (count <= most) return ok(undefined)
  const retryAfterSeconds = Math.max(1, Math.ceil(now.until(until).total('seconds')))
  return refuse({ code: 'too-many-attempts', retryAfterSeconds })
}

/** Forgets the attempts counted so far: the last one was right. */
export const forgetAttempts = ({ database }: Pick<Deps, 'database'>, key: string): Promise<void> =>
  deleteCount(database.system, key)

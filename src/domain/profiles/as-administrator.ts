import { type Db, inAccount } from '#database/db.ts'
import { lockUsers } from '#domain/accounts/change-user.ts'
import type { KnownUser, User } from '#domain/accounts/user.ts'
import type { Deps } from '#domain/deps.ts'
import { type Result, refuse } from '#kit/result.ts'
import type { AdministratorsOnly } from './profile.ts'

export type ProfileDeps = Pick<
  Deps,
  'database' | 'clock' | 'secrets' | 'publicUrl' | 'mailAddress' | 'wakeWorker'
>

/**
 * A change by an Administrator to the account's users: one at a time, decided on roles as they are then and not as they were when the
 * page was opened. Wakes the worker for the mails it plans.
 */
export async function asAdministrator<T, Problem>(
  deps: Pick<ProfileDeps, 'database' | 'wakeWorker'>,
  viewer: User,
  work: (tx: Db, users: KnownUser[]) => Promise<Result<T, Problem>>,
): Promise<Result<T, Problem | AdministratorsOnly>> {
  const done = await inAccount(
    deps.database,
    viewer.accountId,
    async (tx): Promise<Result<T, Problem | AdministratorsOnly>> => {
      const users = await lockUsers(tx, viewer.accountId)
      const acting = users.find(({ id }) => id === viewer.id)
      if (acting?.role !== 'administrator') return refuse({ code: 'administrators-only' })
      return await work(tx, users)
    },
  )
  if (done.ok) deps.wakeWorker()
  return done
}

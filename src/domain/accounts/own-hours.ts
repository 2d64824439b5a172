import { type Db, inAccount } from '#database/db.ts'
import type { Hours } from '#database/tables.ts'
import type { AvailabilityProblem } from '#domain/availability/availability.ts'
import { hoursProblem } from '#domain/availability/check-hours.ts'
import type { Deps } from '#domain/deps.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import { changedByDay, type DayChanges, keepingLocations } from './hours-by-day.ts'
import type { User } from './user.ts'
import { findHours, lockUser, updateHours } from './user-repository.ts'

/** A user's own hours, which pages of that user may follow. */
export const findOwnHours = ({ database }: Pick<Deps, 'database'>, user: User): Promise<Hours> =>
  inAccount(database, user.accountId, (tx) => findHours(tx, user.accountId, user.id))

/**
 * Changes them: every page that follows them opens and closes with them. A window that is as it was keeps the places that the REST API
 * was told for it.
 */
export const setOwnHours = (
  { database }: Pick<Deps, 'database'>,
  { user, hours }: { user: User; hours: Hours },
): Promise<Result<void, AvailabilityProblem>> =>
  inAccount(database, user.accountId, async (tx) => {
    const done = await replaceHours(tx, user, (former) => keepingLocations(hours, former))
    return done.ok ? ok(undefined) : done
  })

/**
 * Replaces the hours of some days and leaves all others. Windows over midnight are first cut in two, so that each belongs to the day
 * it is open on.
 */
export const changeOwnHours = (
  { database }: Pick<Deps, 'database'>,
  { user, changes }: { user: User; changes: DayChanges },
): Promise<Result<Hours, AvailabilityProblem>> =>
  inAccount(database, user.accountId, (tx) =>
    replaceHours(tx, user, (former) => changedByDay(former, changes)),
  )

async function replaceHours(
  tx: Db,
  user: User,
  change: (former: Hours) => Hours,
): Promise<Result<Hours, AvailabilityProblem>> {
  await lockUser(tx, user)
  const hours = change(await findHours(tx, user.accountId, user.id))
  const problem = hoursProblem(hours)
  if (problem) return refuse(problem)
  await updateHours(tx, user.accountId, { id: user.id, hours })
  return ok(hours)
}

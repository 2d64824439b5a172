import { inAccount } from '#database/db.ts'
import type { Hours } from '#database/tables.ts'
import type { AvailabilityProblem } from '#domain/availability/availability.ts'
import { hoursProblem } from '#domain/availability/check-hours.ts'
import type { Deps } from '#domain/deps.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import type { User } from './user.ts'
import { findHours, updateHours } from './user-repository.ts'

/** A user's own hours, which pages of that user may follow. */
export const findOwnHours = ({ database }: Pick<Deps, 'database'>, user: User): Promise<Hours> =>
  inAccount(database, user.accountId, (tx) => findHours(tx, user.accountId, user.id))

/** Changes them: every page that follows them opens and closes with them. */
export const setOwnHours = (
  { database }: Pick<Deps, 'database'>,
  { user, hours }: { user: User; hours: Hours },
): Promise<Result<void, AvailabilityProblem>> =>
  inAccount(database, user.accountId, async (tx) => {
    const problem = hoursProblem(hours)
    if (problem) return refuse(problem)
    await updateHours(tx, user.accountId, { id: user.id, hours })
    return ok(undefined)
  })

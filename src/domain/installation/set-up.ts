import { inSystem } from '#database/db.ts'
import { addUser, openAccount, prepareUser } from '#domain/accounts/add-user.ts'
import type { LoginIdTaken, User, WeakPassword } from '#domain/accounts/user.ts'
import { addBookingPage, addFirstEventTypes } from '#domain/booking-pages/add-booking-page.ts'
import type { BookingPage } from '#domain/booking-pages/booking-page.ts'
import type { Deps } from '#domain/deps.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import { anyAccountExists, lockSetUp } from './installation-repository.ts'

export interface WantedSetUp {
  name: string
  loginId: string
  password: string
  zone: string
}

export type SetUpProblem = { code: 'already-set-up' } | WeakPassword | LoginIdTaken

/** Before the set-up there is nothing to sign in to. */
export const isSetUp = ({ database }: Pick<Deps, 'database'>): Promise<boolean> =>
  anyAccountExists(database.system)

/**
 * Makes the account, its first Administrator, three event types and one booking page owned by that user.
 *
 * All or nothing, and once only: of two people who press the button together, one is refused with `already-set-up`.
 */
export async function setUp(
  deps: Pick<Deps, 'database' | 'clock'>,
  wanted: WantedSetUp,
): Promise<Result<{ user: User; page: BookingPage }, SetUpProblem>> {
  if (await isSetUp(deps)) return refuse({ code: 'already-set-up' })
  const prepared = await prepareUser({ ...wanted, role: 'administrator' })
  if (!prepared.ok) return prepared
  return await inSystem(deps.database, async (tx) => {
    await lockSetUp(tx)
    if (await anyAccountExists(tx)) return refuse({ code: 'already-set-up' })
    const accountId = await openAccount(tx, deps, wanted.name)
    const added = await addUser(tx, deps, { accountId, user: prepared.value })
    if (!added.ok) return added
    const eventTypes = await addFirstEventTypes(tx, deps, accountId)
    const page = await addBookingPage(tx, deps, {
      owner: added.value,
      publicName: wanted.name,
      eventTypeIds: eventTypes.map(({ id }) => id),
    })
    return ok({ user: added.value, page })
  })
}

import type { KnownUser } from '#domain/accounts/user.ts'
import type { BookingPageId } from '#kit/ids.ts'

/** A user with what hangs on them in other rooms. */
export type Profile = KnownUser & {
  pages: { id: BookingPageId; internalLabel: string; publicLink: string }[]
  hasKey: boolean
  /** Zaps that are turned on, also those that wait for a reconnect. */
  zaps: number
}

/** Only Administrators may. */
export type AdministratorsOnly = { code: 'administrators-only' }
/** No such user, or none whom the asker may see. */
export type UserNotFound = { code: 'user-not-found' }
/** Somebody has to be left who can administer the account, and has signed in before. */
export type LastAdministrator = { code: 'last-administrator' }

/** The invitation was accepted, so there is none to send again. */
export type HasSignedIn = { code: 'has-signed-in' }
/** Members cannot have this permission. */
export type NotAnAdministrator = { code: 'not-an-administrator' }
/** Nobody deletes the own user: the account would lose somebody who meant something else. */
export type NotYourself = { code: 'not-yourself' }
/** Pages go to an Administrator who has signed in before. */
export type HeirNotPossible = { code: 'heir-not-possible' }
export type LoginIdUnchanged = { code: 'login-id-unchanged' }

/** True when nobody but this user could still administer the account. Who never accepted the invitation does not count. */
export const isLastAdministrator = (users: KnownUser[], user: Pick<KnownUser, 'id'>): boolean =>
  !users.some(({ id, role, joinedAt }) => id !== user.id && role === 'administrator' && joinedAt !== null)

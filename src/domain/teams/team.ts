import type { AccountId, TeamId } from '#kit/ids.ts'

/** Users of an account by a common name. */
export interface Team {
  accountId: AccountId
  id: TeamId
  /** Unique in the account, compared without case. */
  name: string
}

import { testKey } from '#contracts/api/account.ts'
import { inAccount } from '#database/db.ts'
import { listUsersOf } from '#domain/accounts/find-user.ts'
import { accountOwnerOf } from '#domain/accounts/user.ts'
import { ok } from '#kit/result.ts'
import { on } from './call.ts'

export const accountEndpoints = [
  on(testKey, ({ deps, caller }) =>
    inAccount(deps.database, caller.accountId, async (tx) => {
      const owner = accountOwnerOf(await listUsersOf(tx, caller.accountId))
      return ok({ message: `The key works, for the account of ${owner?.loginId ?? 'nobody'}.` })
    }),
  ),
]

import type { FastifyRequest } from 'fastify'
import type { ApiCaller } from '#domain/api-keys/account-key.ts'
import { createAccountKeyCheck } from '#domain/api-keys/check-account-key.ts'
import type { Deps } from '#domain/deps.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import { type ApiLimits, createApiLimits } from './limits.ts'
import { type ApiProblem, noKey, tooMany } from './refusal.ts'

/** Says who calls, or why nobody gets in. One for all doors that take keys of the account, so that their calls count together. */
export type ApiGate = (
  request: Pick<FastifyRequest, 'headers' | 'ip'>,
) => Promise<Result<ApiCaller, ApiProblem>>

/** In this order: address limit, key, account limit. */
export function createApiGate(
  deps: Pick<Deps, 'database' | 'clock' | 'secrets'>,
  limits: ApiLimits,
): ApiGate {
  const checkKey = createAccountKeyCheck(deps)
  const limit = createApiLimits(limits, () => performance.now())
  return async (request) => {
    const wait = limit.takeOfAddress(request.ip)
    if (wait !== undefined) return refuse(tooMany(wait))
    const checked = await checkKey({ key: keyOf(request), address: request.ip })
    if (!checked.ok) return refuse(noKey)
    const waitOfAccount = limit.takeOfAccount(checked.value.accountId)
    return waitOfAccount === undefined ? ok(checked.value) : refuse(tooMany(waitOfAccount))
  }
}

/** `API-Key`; in its absence a bearer token is taken too (api-contract T3). */
const keyOf = ({ headers }: Pick<FastifyRequest, 'headers'>): string => {
  const key = headers['api-key']
  if (typeof key === 'string' && key !== '') return key.trim()
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? ''
}

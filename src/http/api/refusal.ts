import { randomBytes } from 'node:crypto'
import type { FastifyBaseLogger } from 'fastify'
import type { z } from 'zod'
import { show } from '#contracts/api/values.ts'
import type { ApiCaller } from '#domain/api-keys/account-key.ts'
import { refuse } from '#kit/result.ts'
import { problemOfError, retryAfterDatabase } from '../problems.ts'

/** A refusal as the REST API tells it. */
export interface ApiProblem {
  code: 'api-problem'
  status: 400 | 401 | 403 | 404 | 409 | 410 | 422 | 429 | 500 | 503
  message: string
  param?: string
  retryAfterSeconds?: number
}

export const apiProblem = (status: ApiProblem['status'], message: string, param?: string): ApiProblem => ({
  code: 'api-problem',
  status,
  message,
  ...(param === undefined ? {} : { param }),
})

export const refuseWith = (...problem: Parameters<typeof apiProblem>) => refuse(apiProblem(...problem))

/** An unknown id in the path: someone else's answers like one that never was. */
export const notFound = (noun: string, id: string): ApiProblem =>
  apiProblem(404, `There is no ${noun} ${show(id)}.`, 'id')

/** Unique for each answer (api-contract section 2). */
export const newRequestId = (): string => `req_${randomBytes(8).toString('hex')}`

export const keyReused = apiProblem(
  422,
  'Idempotency-Key: this key was used for another request. Use a new one.',
  'Idempotency-Key',
)

const typeOfStatus = (status: ApiProblem['status'], param: string | undefined) => {
  if (status === 429) return 'rate_limit_error'
  if (status >= 500) return 'api_error'
  return status === 401 || (status === 403 && param === undefined)
    ? 'authentication_error'
    : 'invalid_request_error'
}

/** The body of a refusal (api-contract section 3). */
export const refusalBody = ({ status, message, param }: ApiProblem) => ({
  type: typeOfStatus(status, param),
  message,
  ...(param === undefined ? {} : { param }),
})

export const noKey = apiProblem(
  401,
  'The API key is missing, unknown or revoked. Send a key of the account in the header API-Key; keys are made in Hourwire under Other settings, API & Webhooks.',
)

/** Repeating is safe where a key was sent; otherwise what is there tells. */
const awayProblem = (code: 'database-away' | 'outcome-unknown'): ApiProblem => ({
  ...apiProblem(
    503,
    code === 'database-away'
      ? 'The server is without its database for a moment. Nothing was changed; try again in a few seconds.'
      : 'The connection to the database broke at the very end, so this may have been done or not. Look whether it was before you repeat it; where an Idempotency-Key is taken, repeating with the same one is safe.',
  ),
  retryAfterSeconds: retryAfterDatabase,
})

export const outOfScope = ({ scope }: ApiCaller): ApiProblem =>
  apiProblem(
    403,
    scope === 'read'
      ? 'This API key may only read. Use one that may do everything.'
      : 'This API key is for webhooks only. Use one that may do this.',
  )

export const tooMany = (retryAfterSeconds: number): ApiProblem => ({
  ...apiProblem(429, 'Too many requests. Wait as long as Retry-After says and try again.'),
  retryAfterSeconds,
})

/** What an exception stands for, logged: the database is away, or a fault of ours. */
export function problemOfThrown(error: Error, log: Pick<FastifyBaseLogger, 'info' | 'error'>): ApiProblem {
  const away = problemOfError(error)
  if (away) {
    log.info(`The database is away: ${error.message}`)
    return awayProblem(away.code)
  }
  log.error(error)
  return apiProblem(
    500,
    'Something went wrong on our side. It has been logged; please try again in a moment.',
  )
}

/** The first thing wrong with an input. `at`: what to blame where it is the input as a whole. */
export function problemOfIssue({ issues }: z.ZodError, at: 'body' | 'query', given: unknown): ApiProblem {
  const [issue] = issues
  if (issue?.code === 'unrecognized_keys') {
    const path = [...issue.path, issue.keys[0]].map(String).join('.')
    return apiProblem(400, `${show(path)} is not known here.`, path)
  }
  const path = issue?.path.filter((part) => typeof part === 'string').join('.') || at
  const value = issue?.path.reduce<unknown>(
    (from, part) => (typeof from === 'object' && from !== null ? Reflect.get(from, part) : undefined),
    given,
  )
  const words = value === undefined ? 'is missing' : (issue?.message ?? 'is not valid')
  const quoted = value === undefined || words.includes(show(value)) ? '' : `; it is ${show(value)}`
  return apiProblem(400, `${path}: ${words}${quoted}.`, path)
}

import type { z } from 'zod'
import { show } from '#contracts/api/values.ts'
import { refuse } from '#kit/result.ts'

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

/** The first thing wrong with an input. `at`: what to blame where it is the input as a whole. */
export function problemOfIssue({ issues }: z.ZodError, at: 'body' | 'query'): ApiProblem {
  const [issue] = issues
  if (issue?.code === 'unrecognized_keys') {
    const path = [...issue.path, issue.keys[0]].map(String).join('.')
    return apiProblem(400, `${show(path)} is not known here.`, path)
  }
  const path = issue?.path.filter((part) => typeof part === 'string').join('.') || at
  const isMissing = issue?.code === 'invalid_type' && issue.input === undefined
  const words = isMissing ? 'is missing' : (issue?.message ?? 'is not valid')
  return apiProblem(400, `${path}: ${words}.`, path)
}

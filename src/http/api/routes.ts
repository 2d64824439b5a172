import { randomBytes } from 'node:crypto'
import type { FastifyError, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { Endpoint } from '#contracts/api/endpoint.ts'
import { type ApiCaller, mayCall } from '#domain/api-keys/account-key.ts'
import { createAccountKeyCheck } from '#domain/api-keys/check-account-key.ts'
import { problemOfError, retryAfterDatabase } from '../problems.ts'
import type { ApiDeps, Implementation } from './call.ts'
import { implementations } from './implementations.ts'
import { type ApiLimits, createApiLimits } from './limits.ts'
import { bothCursors, linkHeader } from './paging.ts'
import { type ApiProblem, apiProblem, problemOfIssue, refusalBody } from './refusal.ts'

declare module 'fastify' {
  interface FastifyRequest {
    apiCaller: ApiCaller | null
  }
  interface FastifyContextConfig {
    readsBody?: boolean
  }
}

export interface ApiDoor {
  deps: ApiDeps
  limits: ApiLimits
  /** Sees each answer of an endpoint, to hold it against the contract. */
  onAnswer?: ((answer: { endpoint: Endpoint; status: number; body: unknown }) => void) | undefined
}

/**
 * The REST API v2 (api-contract.md): every endpoint of `implementations`, behind a key of the account.
 *
 * In this order: address limit, key, account limit, scope of the key, then the input.
 */
export const apiRoutes: FastifyPluginAsync<ApiDoor> = async (app, { deps, limits, onAnswer }) => {
  const checkKey = createAccountKeyCheck(deps)
  const limit = createApiLimits(limits, () => performance.now())

  app.decorateRequest('apiCaller', null)
  app.removeAllContentTypeParsers()
  // Clients send other types, and none; what they send is JSON all the same.
  app.addContentTypeParser('*', { parseAs: 'string' }, (request, text, done) => {
    try {
      // What an endpoint does not ask for is not looked at.
      const isRead = request.routeOptions.config.readsBody && text !== ''
      done(null, isRead ? JSON.parse(text as string) : undefined)
    } catch {
      done(Object.assign(new Error('body: is not JSON.'), { statusCode: 400 }))
    }
  })
  app.addHook('onRequest', async (request, reply) => {
    reply.header('request-id', `req_${randomBytes(8).toString('hex')}`)
    reply.header('cache-control', 'no-store')
    const wait = limit.takeOfAddress(request.ip)
    if (wait !== undefined) return send(reply, tooMany(wait))
    const checked = await checkKey({ key: keyOf(request), address: request.ip })
    if (!checked.ok) return send(reply, noKey)
    request.apiCaller = checked.value
    const waitOfAccount = limit.takeOfAccount(checked.value.accountId)
    if (waitOfAccount !== undefined) return send(reply, tooMany(waitOfAccount))
  })
  app.setErrorHandler(async (error: FastifyError, request, reply) => {
    if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE')
      return send(reply, apiProblem(400, 'body: is too large; 1 MiB is the most.', 'body'))
    if (error.statusCode !== undefined && error.statusCode < 500)
      return send(reply, apiProblem(400, error.message, 'body'))
    const away = problemOfError(error)
    if (away) {
      request.log.warn(`The database is away: ${error.message}`)
      return send(reply, awayProblem(away.code))
    }
    request.log.error(error)
    return send(
      reply,
      apiProblem(500, 'Something went wrong on our side. It has been logged; please try again in a moment.'),
    )
  })
  app.setNotFoundHandler(async (request, reply) =>
    send(reply, apiProblem(404, `There is no ${request.method} ${request.url.split('?')[0]}.`)),
  )

  for (const { endpoint, handle } of implementations)
    app.route<{ Params: { id?: string } }>({
      method: endpoint.method,
      url: endpoint.path.replaceAll(/\{(\w+)\}/g, ':$1'),
      config: { readsBody: endpoint.body !== undefined },
      handler: async (request, reply) => {
        const answer = await answerOf(request, { endpoint, handle })
        const status = answer.ok ? endpoint.status : answer.problem.status
        if (answer.ok && answer.link !== undefined) reply.header('Link', answer.link)
        const body = answer.ok ? answer.body : refusalBody(answer.problem)
        onAnswer?.({ endpoint, status, body })
        return answer.ok
          ? reply.code(status).type('application/json; charset=utf-8').send(JSON.stringify(body))
          : send(reply, answer.problem)
      },
    })

  async function answerOf(
    request: FastifyRequest<{ Params: { id?: string } }>,
    { endpoint, handle }: Implementation,
  ): Promise<{ ok: true; body: unknown; link: string | undefined } | { ok: false; problem: ApiProblem }> {
    const caller = callerOf(request)
    if (!mayCall(caller.scope, endpoint.need)) return { ok: false, problem: outOfScope(caller) }
    const given = request.query as Record<string, unknown>
    const query = endpoint.query?.safeParse(given)
    if (query?.success === false) return { ok: false, problem: problemOfIssue(query.error, 'query') }
    if (endpoint.isList && given.after && given.before) return { ok: false, problem: bothCursors }
    const body = endpoint.body?.safeParse(bodyOf(request, endpoint))
    if (body?.success === false) return { ok: false, problem: problemOfIssue(body.error, 'body') }
    const key = request.headers['idempotency-key']
    const done = await handle({
      deps,
      caller,
      id: request.params.id ?? '',
      query: query?.data,
      body: body?.data,
      idempotencyKey: typeof key === 'string' && key !== '' ? key.slice(0, 255) : undefined,
      request,
    })
    if (!done.ok) return { ok: false, problem: done.problem }
    if (!endpoint.isList) return { ok: true, body: done.value, link: undefined }
    const list = done.value as { body: unknown; links: Parameters<typeof linkHeader>[1] }
    return { ok: true, body: list.body, link: linkHeader(request, list.links) }
  }
}

/** Nothing sent is nothing wanted; what is wrong then is the member that is missing. */
const bodyOf = ({ body }: FastifyRequest, { bodyOptional }: Endpoint): unknown =>
  body === undefined || (body === null && bodyOptional) ? {} : body

/** `API-Key`; in its absence a bearer token is taken too (api-contract T3). */
const keyOf = ({ headers }: FastifyRequest): string => {
  const key = headers['api-key']
  if (typeof key === 'string' && key !== '') return key.trim()
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? ''
}

const noKey = apiProblem(
  401,
  'The API key is missing, unknown or revoked. Send a key of the account in the header API-Key; keys are made in Hourwire under Other settings, API & Webhooks.',
)

/** Repeating is safe where a key was sent; otherwise what is there tells. */
const awayProblem = (code: 'database-away' | 'outcome-unknown'): ApiProblem => ({
  ...apiProblem(
    503,
    code === 'database-away'
      ? 'The server is without its database for a moment. Nothing was changed; try again in a few seconds.'
      : 'The connection to the database broke at the very end, so this may have been done or not. Look whether it was before you repeat it; with the same Idempotency-Key repeating is safe.',
  ),
  retryAfterSeconds: retryAfterDatabase,
})

const outOfScope = ({ scope }: ApiCaller): ApiProblem =>
  apiProblem(
    403,
    scope === 'read'
      ? 'This API key may only read. Use one that may do everything.'
      : 'This API key is for webhooks only. Use one that may do this.',
  )

const tooMany = (retryAfterSeconds: number): ApiProblem => ({
  ...apiProblem(429, 'Too many requests. Wait as long as Retry-After says and try again.'),
  retryAfterSeconds,
})

function callerOf({ apiCaller }: FastifyRequest): ApiCaller {
  if (!apiCaller) throw new Error('A route of the API was reached without a key')
  return apiCaller
}

function send(reply: FastifyReply, problem: ApiProblem): FastifyReply {
  if (problem.retryAfterSeconds !== undefined) reply.header('retry-after', problem.retryAfterSeconds)
  return reply
    .code(problem.status)
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(refusalBody(problem)))
}

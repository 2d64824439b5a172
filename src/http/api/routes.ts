import type { FastifyError, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { Endpoint } from '#contracts/api/endpoint.ts'
import type { ApiCaller } from '#domain/api-keys/account-key.ts'
import type { ApiDeps, Implementation } from './call.ts'
import type { ApiGate } from './gate.ts'
import { implementations } from './implementations.ts'
import { linkHeader } from './paging.ts'
import { perform } from './perform.ts'
import { type ApiProblem, apiProblem, newRequestId, problemOfThrown, refusalBody } from './refusal.ts'

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
  gate: ApiGate
  /** Sees each answer of an endpoint, to hold it against the contract. */
  onAnswer?: ((answer: { endpoint: Endpoint; status: number; body: unknown }) => void) | undefined
}

/**
 * The REST API v2 (api-contract.md): every endpoint of `implementations`, behind a key of the account.
 *
 * In this order: address limit, key, account limit, scope of the key, then the input.
 */
export const apiRoutes: FastifyPluginAsync<ApiDoor> = async (app, { deps, gate, onAnswer }) => {
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
    reply.header('request-id', newRequestId())
    reply.header('cache-control', 'no-store')
    const admitted = await gate(request)
    if (!admitted.ok) return send(reply, admitted.problem)
    request.apiCaller = admitted.value
  })
  app.setErrorHandler(async (error: FastifyError, request, reply) => {
    if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE')
      return send(reply, apiProblem(400, 'body: is too large; 1 MiB is the most.', 'body'))
    if (error.statusCode !== undefined && error.statusCode < 500)
      return send(reply, apiProblem(400, error.message, 'body'))
    return send(reply, problemOfThrown(error, request.log))
  })
  // In front of the pages, which answer to everything else.
  for (const url of ['/', '/*'])
    app.all(url, async (request, reply) =>
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
        // Past Fastify, which writes names in small letters: some clients look for exactly this one (api-contract T30).
        if (answer.ok && answer.link !== undefined) reply.raw.setHeader('Link', answer.link)
        const body = answer.ok ? answer.body : refusalBody(answer.problem)
        onAnswer?.({ endpoint, status, body })
        return answer.ok
          ? reply.code(status).type('application/json; charset=utf-8').send(JSON.stringify(body))
          : send(reply, answer.problem)
      },
    })

  async function answerOf(
    request: FastifyRequest<{ Params: { id?: string } }>,
    implementation: Implementation,
  ): Promise<{ ok: true; body: unknown; link: string | undefined } | { ok: false; problem: ApiProblem }> {
    const key = request.headers['idempotency-key']
    const done = await perform(implementation, {
      deps,
      caller: callerOf(request),
      id: request.params.id ?? '',
      query: request.query as Record<string, unknown>,
      body: bodyOf(request, implementation.endpoint),
      idempotencyKey: typeof key === 'string' && key !== '' ? key.slice(0, 255) : undefined,
      request,
    })
    if (!done.ok) return { ok: false, problem: done.problem }
    if (!implementation.endpoint.isList) return { ok: true, body: done.value, link: undefined }
    const list = done.value as { body: unknown; links: Parameters<typeof linkHeader>[1] }
    return { ok: true, body: list.body, link: linkHeader(request, list.links) }
  }
}

/** Nothing sent is nothing wanted; what is wrong then is the member that is missing. */
const bodyOf = ({ body }: FastifyRequest, { bodyOptional }: Endpoint): unknown =>
  body === undefined || (body === null && bodyOptional) ? {} : body

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

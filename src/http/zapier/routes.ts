import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import {
  EventTypeListShape,
  ListQueryShape,
  MeShape,
  PageListShape,
  SamplesQueryShape,
  SubscribedShape,
  SubscribeShape,
  zapierContractVersion,
} from '#contracts/zapier.ts'
import type { Deps } from '#domain/deps.ts'
import { reachesAllPages } from '#domain/webhooks/subscription.ts'
import { type CheckCredentials, createCredentialCheck } from '#domain/zapier/check-credentials.ts'
import {
  listEventTypesInScope,
  listPagesInScope,
  listSamples,
  type RefusalOfTarget,
  turnZapOff,
  turnZapOn,
} from '#domain/zapier/manage-zaps.ts'
import type { ZapierCaller } from '#domain/zapier/zapier-key.ts'
import { type Id, type PublicKind, parsePublicId, publicId } from '#kit/ids.ts'
import { createAttemptLimit } from '../attempt-limit.ts'
import { sendProblem } from '../problems.ts'

declare module 'fastify' {
  interface FastifyRequest {
    zapierCaller: ZapierCaller | null
  }
}

export interface ZapierDoor {
  deps: Deps
  refusalOfTarget: RefusalOfTarget
}

/** Wrong pairs per address before it has to wait. */
const wrongPairs = { most: 10, windowMs: 60_000 }

/** What the Zapier integration calls: every request proves itself by API key and Login ID together. */
export const zapierRoutes: FastifyPluginAsyncZod<ZapierDoor> = async (app, { deps, refusalOfTarget }) => {
  const checkCredentials: CheckCredentials = createCredentialCheck(deps)
  const limit = createAttemptLimit({ ...wrongPairs, now: () => performance.now() })

  app.decorateRequest('zapierCaller', null)
  app.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const key = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1]
    const loginId = request.headers['x-hourwire-login-id']
    const checked = await checkCredentials({
      key: key ?? '',
      loginId: typeof loginId === 'string' ? loginId : '',
    })
    if (checked.ok) {
      request.zapierCaller = checked.value
      return
    }
    const retryAfterSeconds = limit.retryAfter(request.ip)
    limit.fail(request.ip)
    return sendProblem(
      reply,
      retryAfterSeconds === undefined ? checked.problem : { code: 'too-many-requests', retryAfterSeconds },
    )
  })

  app.get('/me', { schema: { response: { 200: MeShape } } }, async (request) => {
    const { user, accountName } = callerOf(request)
    return {
      id: publicId('user', user.id),
      name: user.name,
      login_id: user.loginId,
      account_name: accountName,
      scope: reachesAllPages(user) ? ('all_booking_pages' as const) : ('own_booking_pages' as const),
      contract_version: zapierContractVersion,
    }
  })

  app.get(
    '/booking-pages',
    { schema: { querystring: ListQueryShape, response: { 200: PageListShape } } },
    async (request) => {
      const pages = await listPagesInScope(deps, callerOf(request))
      const items = pages.map((page) => ({
        id: publicId('booking-page', page.id),
        name: page.name,
        public_link: page.publicLink,
      }))
      return onePage(items, request.query.cursor)
    },
  )

  app.get(
    '/event-types',
    { schema: { querystring: ListQueryShape, response: { 200: EventTypeListShape } } },
    async (request) => {
      const eventTypes = await listEventTypesInScope(deps, callerOf(request))
      const items = eventTypes.map((one) => ({
        id: publicId('event-type', one.id),
        name: one.name,
        duration_minutes: one.durationMinutes,
      }))
      return onePage(items, request.query.cursor)
    },
  )

  app.post(
    '/subscriptions',
    { schema: { body: SubscribeShape, response: { 201: SubscribedShape } } },
    async (request, reply) => {
      const { trigger, target_url, booking_page_id, event_type_id } = request.body
      const bookingPageId = readId('booking-page', booking_page_id)
      if (bookingPageId === undefined) return sendProblem(reply, { code: 'booking-page-out-of-scope' })
      const eventTypeId = readId('event-type', event_type_id)
      if (eventTypeId === undefined) return sendProblem(reply, { code: 'event-type-unknown' })
      const turnedOn = await turnZapOn({ ...deps, refusalOfTarget }, callerOf(request), {
        trigger,
        targetUrl: target_url,
        bookingPageId,
        eventTypeId,
      })
      if (!turnedOn.ok) return sendProblem(reply, turnedOn.problem)
      return reply.code(201).send({ id: publicId('subscription', turnedOn.value.id) })
    },
  )

  app.delete<{ Params: { id: string } }>('/subscriptions/:id', async (request, reply) => {
    const id = parsePublicId('subscription', request.params.id)
    if (!id) return sendProblem(reply, { code: 'subscription-not-found' })
    const turnedOff = await turnZapOff(deps, callerOf(request), id)
    if (!turnedOff.ok) return sendProblem(reply, turnedOff.problem)
    return reply.code(204).send()
  })

  app.get('/samples', { schema: { querystring: SamplesQueryShape } }, async (request, reply) => {
    const { trigger, booking_page_id, event_type_id, limit: most } = request.query
    const bookingPageId = readId('booking-page', booking_page_id)
    if (bookingPageId === undefined) return sendProblem(reply, { code: 'booking-page-out-of-scope' })
    const eventTypeId = readId('event-type', event_type_id)
    if (eventTypeId === undefined) return sendProblem(reply, { code: 'event-type-unknown' })
    return await listSamples(deps, callerOf(request), { trigger, bookingPageId, eventTypeId, limit: most })
  })
}

function callerOf({ zapierCaller }: { zapierCaller: ZapierCaller | null }): ZapierCaller {
  if (!zapierCaller) throw new Error('A Zapier route was reached without credentials')
  return zapierCaller
}

/** Null for nothing given, undefined for what is no id of this kind. */
function readId<Kind extends PublicKind>(
  kind: Kind,
  text: string | null | undefined,
): Id<Kind> | null | undefined {
  return text === null || text === undefined || text === '' ? null : parsePublicId(kind, text)
}

const pageSize = 100

/** One page of a list, going on after the item that the cursor names. */
function onePage<Item extends { id: string }>(
  items: Item[],
  cursor: string | undefined,
): { items: Item[]; next_cursor: string | null } {
  const begin = cursor === undefined ? 0 : items.findIndex(({ id }) => id === cursor) + 1
  const shown = items.slice(begin, begin + pageSize)
  return { items: shown, next_cursor: begin + pageSize < items.length ? (shown.at(-1)?.id ?? null) : null }
}

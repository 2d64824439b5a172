import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import {
  BookingsQueryShape,
  CancelShape,
  ContactsQueryShape,
  CustomFieldListShape,
  EventTypeListShape,
  ItemListShape,
  ItemShape,
  judgeIntegration,
  ListQueryShape,
  MeShape,
  NoShowShape,
  PageListShape,
  RequestRescheduleShape,
  SamplesQueryShape,
  ScheduleShape,
  SlotListShape,
  SlotsQueryShape,
  SubscribedShape,
  SubscribeShape,
  zapierContractVersion,
  zapierIntegrationVersion,
} from '#contracts/zapier.ts'
import type { Deps } from '#domain/deps.ts'
import { reachesAllPages } from '#domain/webhooks/subscription.ts'
import {
  cancelForZap,
  findContactForZap,
  getForZap,
  listSlotsForZap,
  requestRescheduleForZap,
  scheduleForZap,
  searchForZap,
  setNoShowForZap,
} from '#domain/zapier/act-on-bookings.ts'
import { type CheckCredentials, createCredentialCheck } from '#domain/zapier/check-credentials.ts'
import {
  listEventTypesInScope,
  listItemFields,
  listPagesInScope,
  listSamples,
  type RefusalOfTarget,
  turnZapOff,
  turnZapOn,
} from '#domain/zapier/manage-zaps.ts'
import type { ZapItem } from '#domain/zapier/present-zap-item.ts'
import type { ZapierCaller } from '#domain/zapier/zapier-key.ts'
import { type BookingId, type Id, type PublicKind, parsePublicId, publicId } from '#kit/ids.ts'
import type { Result } from '#kit/result.ts'
import { createAttemptLimit } from '../attempt-limit.ts'
import { type Problem, sendProblem } from '../problems.ts'

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
    const begun = performance.now()
    const integration = integrationOf(request)
    const checked = await checkCredentials({
      key: key ?? '',
      loginId: typeof loginId === 'string' ? loginId : '',
      address: request.ip,
      integration: integration ?? null,
    })
    if (checked.ok) {
      if (judgeIntegration(integration) === 'refused') return sendProblem(reply, tooOld(integration))
      request.zapierCaller = checked.value
      return
    }
    const retryAfterSeconds = limit.retryAfter(request.ip)
    limit.fail(request.ip)
    await onTheBeat(begun)
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
      integration_version: zapierIntegrationVersion,
      integration_outdated: judgeIntegration(integrationOf(request)) === 'outdated',
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

  app.get('/custom-fields', { schema: { response: { 200: CustomFieldListShape } } }, async (request) => ({
    items: await listItemFields(deps, callerOf(request)),
  }))

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

  app.get(
    '/contacts',
    { schema: { querystring: ContactsQueryShape, response: { 200: ItemListShape } } },
    async (request) => ({
      items: await findContactForZap(deps, callerOf(request), request.query.email),
      next_cursor: null,
    }),
  )

  app.get(
    '/bookings',
    { schema: { querystring: BookingsQueryShape, response: { 200: ItemListShape } } },
    async (request, reply) => {
      const { email, status, when, booking_page_id, event_type_id, cursor } = request.query
      const bookingPageId = readId('booking-page', booking_page_id)
      if (bookingPageId === undefined) return sendProblem(reply, { code: 'booking-page-out-of-scope' })
      const eventTypeId = readId('event-type', event_type_id)
      if (eventTypeId === undefined) return sendProblem(reply, { code: 'event-type-unknown' })
      const after = readId('booking', cursor)
      if (after === undefined) return sendProblem(reply, { code: 'booking-not-found' })
      const items = await searchForZap(deps, callerOf(request), {
        email,
        status,
        when,
        bookingPageId: bookingPageId ?? undefined,
        eventTypeId: eventTypeId ?? undefined,
        after: after ?? undefined,
        limit: bookingsAtOnce,
      })
      return {
        items,
        next_cursor: items.length === bookingsAtOnce ? String(items.at(-1)?.id) : null,
      }
    },
  )

  app.get(
    '/bookings/:id',
    { schema: { params: BookingParams, response: { 200: ItemShape } } },
    async (request, reply) => answerWith(reply, await getForZap(deps, callerOf(request), bookingOf(request))),
  )

  app.post(
    '/bookings/:id/cancel',
    { schema: { params: BookingParams, body: CancelShape, response: { 200: ItemShape } } },
    async (request, reply) =>
      answerWith(
        reply,
        await cancelForZap(deps, callerOf(request), { id: bookingOf(request), ...request.body }),
      ),
  )

  app.post(
    '/bookings/:id/request-reschedule',
    { schema: { params: BookingParams, body: RequestRescheduleShape, response: { 200: ItemShape } } },
    async (request, reply) =>
      answerWith(
        reply,
        await requestRescheduleForZap(deps, callerOf(request), { id: bookingOf(request), ...request.body }),
      ),
  )

  app.post(
    '/bookings/:id/no-show',
    { schema: { params: BookingParams, body: NoShowShape, response: { 200: ItemShape } } },
    async (request, reply) =>
      answerWith(reply, await setNoShowForZap(deps, callerOf(request), bookingOf(request))),
  )

  app.post(
    '/bookings',
    { schema: { body: ScheduleShape, response: { 201: ItemShape } } },
    async (request, reply) => {
      const { body } = request
      const bookingPageId = parsePublicId('booking-page', body.booking_page_id)
      if (!bookingPageId) return sendProblem(reply, { code: 'page-not-found' })
      const eventTypeId = parsePublicId('event-type', body.event_type_id)
      if (!eventTypeId) return sendProblem(reply, { code: 'event-type-not-found' })
      const scheduled = await scheduleForZap(deps, callerOf(request), {
        bookingPageId,
        eventTypeId,
        start: Temporal.Instant.from(body.start),
        customer: {
          name: body.name,
          email: body.email,
          company: body.company ?? '',
          phone: body.phone ?? '',
          note: body.note ?? '',
          zone: body.zone,
        },
        location: body.location,
        answers: body.answers ?? {},
      })
      return answerWith(reply, scheduled, 201)
    },
  )

  app.get(
    '/slots',
    { schema: { querystring: SlotsQueryShape, response: { 200: SlotListShape } } },
    async (request, reply) => {
      const { booking_page_id, event_type_id, cursor } = request.query
      const bookingPageId = parsePublicId('booking-page', booking_page_id)
      if (!bookingPageId) return sendProblem(reply, { code: 'page-not-found' })
      const eventTypeId = parsePublicId('event-type', event_type_id)
      if (!eventTypeId) return sendProblem(reply, { code: 'event-type-not-found' })
      const found = await listSlotsForZap(deps, callerOf(request), {
        bookingPageId,
        eventTypeId,
        from: cursor,
      })
      if (!found.ok) return sendProblem(reply, found.problem)
      return { items: found.value.slots, next_cursor: found.value.nextDate }
    },
  )
}

const beatMs = 5

/**
 * Waits until a whole number of beats since `begun`: a refusal for one half of the pair takes as long as one for the other, whatever
 * the look-up had to read (`npm run proof -- wrong-pairs`).
 */
const onTheBeat = async (begun: number): Promise<void> => {
  const due = begun + Math.ceil((performance.now() - begun) / beatMs) * beatMs
  // A timer keeps whole milliseconds, and what is left of them would tell; the rest of the way goes from turn to turn of the loop.
  await pause(Math.max(0, due - performance.now() - 1.5))
  while (performance.now() < due) await nextTurn()
}

/** What cannot be an id of ours is one that finds nothing. */
const BookingParams = z.object({ id: z.string().max(100) })
const noBooking = '00000000-0000-0000-0000-000000000000' as BookingId
const bookingOf = ({ params }: { params: { id: string } }): BookingId =>
  parsePublicId('booking', params.id) ?? noBooking

const answerWith = (reply: FastifyReply, result: Result<ZapItem, Problem>, status = 200): FastifyReply =>
  result.ok ? reply.code(status).send(result.value) : sendProblem(reply, result.problem)

/** Version of the integration that calls, where it says so. */
const integrationOf = ({ headers }: FastifyRequest): string | undefined => {
  const version = headers['x-hourwire-integration']
  return typeof version === 'string' ? version : undefined
}

const tooOld = (version: string | undefined): Problem => ({
  code: 'integration-outdated',
  reason:
    `This Zapier integration (version ${version}) is too old for the Hourwire server it calls. ` +
    `Ask the operator to push version ${zapierIntegrationVersion}, which came with the server.`,
})

const bookingsAtOnce = 25

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

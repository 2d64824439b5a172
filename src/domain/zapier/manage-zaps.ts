import { inAccount } from '#database/db.ts'
import type { User } from '#domain/accounts/user.ts'
import { type EventType, publicLinkOf } from '#domain/booking-pages/booking-page.ts'
import { findBookingPage, listAllEventTypes, listAllPages } from '#domain/booking-pages/find-booking-page.ts'
import type { Deps } from '#domain/deps.ts'
import { listNewestLifecycleEvents } from '#domain/lifecycle-events/read-lifecycle-events.ts'
import {
  listSubscriptions,
  type SubscriptionNotFound,
  subscribe,
  unsubscribe,
} from '#domain/webhooks/subscribe.ts'
import type { SubscriptionOverview } from '#domain/webhooks/subscription.ts'
import {
  eventTypeOfTrigger,
  isInScope,
  ownerInScope,
  type Subscription,
  type Trigger,
} from '#domain/webhooks/subscription.ts'
import type { BookingPageId, EventTypeId, SubscriptionId } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import { presentZapItem, type ZapItem } from './present-zap-item.ts'
import { syntheticEvent } from './synthetic-event.ts'
import type { ZapierCaller } from './zapier-key.ts'

/** Judges a target address before it is stored: undefined when it may be called, else why not. */
export type RefusalOfTarget = (url: string) => string | undefined

export interface Filter {
  bookingPageId: BookingPageId | null
  eventTypeId: EventTypeId | null
}

export type SubscribeProblem =
  | { code: 'target-refused'; reason: string }
  | { code: 'booking-page-out-of-scope' }
  | { code: 'event-type-unknown' }

/** Pages whose bookings trigger the caller's Zaps, for the dropdown in Zapier. */
export async function listPagesInScope(
  { database, publicUrl }: Pick<Deps, 'database' | 'publicUrl'>,
  { user }: ZapierCaller,
) {
  const pages = await inAccount(database, user.accountId, (tx) => listAllPages(tx, user.accountId))
  return pages
    .filter((page) => isInScope(user, page))
    .map((page) => ({
      id: page.id,
      name: page.internalLabel,
      publicLink: publicLinkOf(publicUrl, page.slug),
    }))
}

/** Event types of the account, for the dropdown in Zapier: they belong to no page, so all are in scope. */
export const listEventTypesInScope = (
  { database }: Pick<Deps, 'database'>,
  { user }: ZapierCaller,
): Promise<EventType[]> => inAccount(database, user.accountId, (tx) => listAllEventTypes(tx, user.accountId))

/** Turns a Zap on. A filter must name a page in the caller's scope and an event type of the account. */
export async function turnZapOn(
  deps: Pick<Deps, 'database' | 'clock'> & { refusalOfTarget: RefusalOfTarget },
  { user, keyId }: ZapierCaller,
  wanted: Filter & { trigger: Trigger; targetUrl: string },
): Promise<Result<Subscription, SubscribeProblem>> {
  const reason = deps.refusalOfTarget(wanted.targetUrl)
  if (reason !== undefined) return refuse({ code: 'target-refused', reason })
  return await inAccount(deps.database, user.accountId, async (tx) => {
    if (wanted.bookingPageId !== null) {
      const page = await findBookingPage(tx, user.accountId, wanted.bookingPageId)
      if (!page || !isInScope(user, page)) return refuse({ code: 'booking-page-out-of-scope' })
    }
    if (wanted.eventTypeId !== null) {
      const eventTypes = await listAllEventTypes(tx, user.accountId)
      if (!eventTypes.some(({ id }) => id === wanted.eventTypeId))
        return refuse({ code: 'event-type-unknown' })
    }
    return ok(await subscribe(tx, deps, { ...wanted, accountId: user.accountId, userId: user.id, keyId }))
  })
}

/** Turns one of the caller's Zaps off. Another user's Zap answers as a missing one. */
export const turnZapOff = (
  { database }: Pick<Deps, 'database'>,
  { user }: ZapierCaller,
  id: SubscriptionId,
): Promise<Result<Subscription, SubscriptionNotFound>> =>
  inAccount(database, user.accountId, (tx) => unsubscribe(tx, user.accountId, { userId: user.id, id }))

/** The newest items a Zap of this caller would have received, newest first; one made-up item where there are none. */
export async function listSamples(
  { database, clock, publicUrl }: Pick<Deps, 'database' | 'clock' | 'publicUrl'>,
  { user }: ZapierCaller,
  wanted: Partial<Filter> & { trigger: Trigger; limit: number },
): Promise<ZapItem[]> {
  const type = eventTypeOfTrigger[wanted.trigger]
  const events = await inAccount(database, user.accountId, (tx) =>
    listNewestLifecycleEvents(tx, user.accountId, {
      type,
      ownerId: ownerInScope(user),
      bookingPageId: wanted.bookingPageId ?? undefined,
      eventTypeId: wanted.eventTypeId ?? undefined,
      limit: wanted.limit,
    }),
  )
  const shown = events.length > 0 ? events : [syntheticEvent({ now: clock.now(), type, owner: user })]
  return shown.map((event) => presentZapItem(event, { publicUrl }))
}

/** What the Manage Zaps tab shows: the user's Zaps, live ones first. */
export const listZaps = ({ database }: Pick<Deps, 'database'>, user: User): Promise<SubscriptionOverview[]> =>
  inAccount(database, user.accountId, (tx) => listSubscriptions(tx, user.accountId, user.id))

import { type Db, inAccount } from '#database/db.ts'
import { audit } from '#domain/accounts/audit.ts'
import type { User } from '#domain/accounts/user.ts'
import { listCustomFields } from '#domain/booking-pages/booking-forms.ts'
import { type EventType, publicLinkOf } from '#domain/booking-pages/booking-page.ts'
import { findBookingPage, listAllEventTypes, listAllPages } from '#domain/booking-pages/find-booking-page.ts'
import type { Deps } from '#domain/deps.ts'
import { listNewestLifecycleEvents } from '#domain/lifecycle-events/read-lifecycle-events.ts'
import {
  endSubscription,
  listSubscriptions,
  pauseSubscription,
  resumeSubscription,
  subscribe,
  unsubscribe,
} from '#domain/webhooks/subscribe.ts'
import type { SubscriptionNotFound, SubscriptionOverview } from '#domain/webhooks/subscription.ts'
import {
  type AnySubscription,
  eventTypesOfTrigger,
  isInScope,
  ownerInScope,
  type Subscription,
  type Trigger,
} from '#domain/webhooks/subscription.ts'
import type { AccountId, BookingPageId, EventTypeId, SubscriptionId, UserId } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import { answerKeyOf, presentZapItem, type ZapItem } from './present-zap-item.ts'
import { syntheticEvent } from './synthetic-event.ts'
import type { CredentialsRefused, ZapierCaller } from './zapier-key.ts'
import { holdConnection, holdKey } from './zapier-key-repository.ts'

/** Judges a target address before it is stored: undefined when it may be called, else why not. */
export type RefusalOfTarget = (url: string) => string | undefined

export interface Filter {
  bookingPageId: BookingPageId | null
  eventTypeId: EventTypeId | null
}

export type SubscribeProblem =
  | CredentialsRefused
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
  deps: Pick<Deps, 'database' | 'clock' | 'secrets'> & { refusalOfTarget: RefusalOfTarget },
  { user, keyId }: ZapierCaller,
  wanted: Filter & { trigger: Trigger; targetUrl: string },
): Promise<Result<Subscription, SubscribeProblem>> {
  const reason = deps.refusalOfTarget(wanted.targetUrl)
  if (reason !== undefined) return refuse({ code: 'target-refused', reason })
  return await inAccount(deps.database, user.accountId, async (tx) => {
    // The pair was right when the request came in. A key that has ended since must not get a Zap that nobody could end.
    if (!(await holdKey(tx, user.accountId, { keyId, now: deps.clock.now() })))
      return refuse({ code: 'credentials-refused' })
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
): Promise<Result<AnySubscription, SubscriptionNotFound>> =>
  inAccount(database, user.accountId, (tx) => unsubscribe(tx, user.accountId, { userId: user.id, id }))

/** The newest items a Zap of this caller would have received, newest first; one made-up item where there are none. */
export async function listSamples(
  { database, clock, publicUrl }: Pick<Deps, 'database' | 'clock' | 'publicUrl'>,
  { user }: Pick<ZapierCaller, 'user'>,
  wanted: Partial<Filter> & { trigger: Trigger; limit: number },
): Promise<ZapItem[]> {
  const { trigger } = wanted
  const { events, customFields } = await inAccount(database, user.accountId, async (tx) => ({
    events: await listNewestLifecycleEvents(tx, user.accountId, {
      types: eventTypesOfTrigger[trigger],
      ownerId: ownerInScope(user),
      bookingPageId: wanted.bookingPageId ?? undefined,
      eventTypeId: wanted.eventTypeId ?? undefined,
      limit: wanted.limit,
    }),
    customFields: await listCustomFields(tx, user.accountId),
  }))
  const shown = events.length > 0 ? events : [syntheticEvent({ now: clock.now(), trigger, owner: user })]
  return shown.map((event) => presentZapItem(event, { publicUrl, trigger, customFields }))
}

/** Custom fields of the account's forms as every booking item has them: key and label. */
export const listItemFields = async (
  { database }: Pick<Deps, 'database'>,
  { user }: Pick<ZapierCaller, 'user'>,
): Promise<{ key: string; label: string }[]> =>
  (await inAccount(database, user.accountId, (tx) => listCustomFields(tx, user.accountId))).map(
    ({ name, title }) => ({ key: answerKeyOf(name), label: title }),
  )

/** What the Manage Zaps tab shows: the user's Zaps, live ones first. */
export const listZaps = ({ database }: Pick<Deps, 'database'>, user: User): Promise<SubscriptionOverview[]> =>
  inAccount(database, user.accountId, (tx) => listSubscriptions(tx, user.accountId, { userId: user.id }))

/** Live Zaps of one user, or of the whole account: what a change of access touches. Within the caller's transaction. */
export const listLiveZaps = (
  tx: Db,
  accountId: AccountId,
  userId?: UserId,
): Promise<SubscriptionOverview[]> => listSubscriptions(tx, accountId, { userId, liveOnly: true })

type ZapDeps = Pick<Deps, 'database' | 'clock' | 'wakeWorker'>
type OwnZap = { viewer: User; id: SubscriptionId }
type ZapChanged = Promise<Result<null, SubscriptionNotFound>>

/** Ends one of the viewer's Zaps. Its target is told, so that Zapier shows it as off. */
export async function endZap(deps: ZapDeps, { viewer, id }: OwnZap): ZapChanged {
  const ended = await inAccount(deps.database, viewer.accountId, async (tx) => {
    const done = await endSubscription(tx, viewer.accountId, { userId: viewer.id, id })
    if (!done.ok) return done
    await audit(tx, deps, {
      accountId: viewer.accountId,
      actorUserId: viewer.id,
      action: 'zapier.zap-ended',
      subject: id,
    })
    return ok(null)
  })
  if (ended.ok) deps.wakeWorker()
  return ended
}

/** Stops one of the viewer's Zaps for a while: what happens meanwhile is held for seven days. */
export const pauseZap = ({ database }: ZapDeps, { viewer, id }: OwnZap): ZapChanged =>
  inAccount(database, viewer.accountId, async (tx) => {
    const paused = await pauseSubscription(tx, viewer.accountId, { userId: viewer.id, id })
    return paused.ok ? ok(null) : paused
  })

/** Goes on with a paused Zap, beginning with what was held; where the connection is broken it waits for the reconnect. */
export async function resumeZap(deps: ZapDeps, { viewer, id }: OwnZap): ZapChanged {
  await inAccount(deps.database, viewer.accountId, async (tx) => {
    // Held: a connection that breaks or is made at this moment would leave the Zap in the wrong state.
    const now = deps.clock.now()
    const isConnected = await holdConnection(tx, viewer.accountId, { userId: viewer.id, now })
    await resumeSubscription(tx, viewer.accountId, { userId: viewer.id, id, isConnected })
    return ok(null)
  })
  deps.wakeWorker()
  return ok(null)
}

import { randomInt } from 'node:crypto'
import { type Db, inAccount } from '#database/db.ts'
import type { EventType, PublicPage } from '#domain/booking-pages/booking-page.ts'
import { findBookingPage } from '#domain/booking-pages/find-booking-page.ts'
import type { Deps } from '#domain/deps.ts'
import type { BookingId } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import type { Instant } from '#kit/time.ts'
import type { LinkProblem, OneTimeLink } from './one-time-link.ts'
import { deleteEndedLinks, findLink, insertLink, markLinkUsed } from './one-time-link-repository.ts'

const lastsDays = 90
/** So long somebody who opens it is told that it has ended, and not that there is no such page. */
const toldDays = 90

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
/** 62 random bits. */
const newCode = (): string => Array.from({ length: 12 }, () => letters[randomInt(letters.length)]).join('')

/** Makes a link that books this event type once, within 90 days. */
export async function createOneTimeLink(
  { database, clock }: Pick<Deps, 'database' | 'clock'>,
  {
    page,
    eventType,
    prefill,
    utmParams = null,
  }: { page: PublicPage; eventType: EventType } & Pick<OneTimeLink, 'prefill'> &
    Partial<Pick<OneTimeLink, 'utmParams'>>,
): Promise<OneTimeLink> {
  const now = clock.now()
  const link: OneTimeLink = {
    accountId: page.accountId,
    code: newCode(),
    bookingPageId: page.id,
    eventTypeId: eventType.id,
    prefill,
    utmParams,
    createdAt: now,
    expiresAt: now.add({ hours: lastsDays * 24 }),
  }
  await inAccount(database, page.accountId, (tx) => insertLink(tx, link))
  return link
}

/** The link with this code, while it can book. Looking uses nothing up: mail scanners open links. */
export async function findOneTimeLink(
  { database, clock }: Pick<Deps, 'database' | 'clock'>,
  code: string,
): Promise<Result<OneTimeLink, LinkProblem>> {
  const link = await findLink(database.system, code)
  if (!link) return refuse({ code: 'link-unknown' })
  const problem = whyUseless(link, clock.now())
  return problem ? refuse(problem) : ok(link)
}

/** The page it leads to and the event type it is for; undefined where they are there no more. */
export const findPlaceOfLink = (
  { database }: Pick<Deps, 'database'>,
  { accountId, bookingPageId, eventTypeId }: OneTimeLink,
): Promise<{ page: PublicPage; eventType: EventType | undefined } | undefined> =>
  inAccount(database, accountId, async (tx) => {
    const page = await findBookingPage(tx, accountId, bookingPageId)
    const eventType = page?.eventTypes.find(({ id }) => id === eventTypeId)
    return !page || page.isDeleted || (eventTypeId !== null && !eventType) ? undefined : { page, eventType }
  })

/** Uses the link up for this booking, within its transaction: of two who book with it, one is refused. */
export async function spendOneTimeLink(
  tx: Db,
  {
    code,
    page,
    eventType,
    bookingId,
    now,
  }: { code: string; page: PublicPage; eventType: EventType; bookingId: BookingId; now: Instant },
): Promise<Result<Pick<OneTimeLink, 'utmParams'>, LinkProblem>> {
  const used = await markLinkUsed(tx, {
    accountId: page.accountId,
    code,
    bookingPageId: page.id,
    eventTypeId: eventType.id,
    bookingId,
    now,
  })
  if (used) return ok(used)
  const link = await findLink(tx, code)
  return refuse((link && whyUseless(link, now)) ?? { code: 'link-unknown' })
}

const whyUseless = (
  { usedBy, expiresAt }: { usedBy: BookingId | null; expiresAt: Instant },
  now: Instant,
): LinkProblem | undefined => {
  if (usedBy !== null) return { code: 'link-used' }
  return Temporal.Instant.compare(expiresAt, now) <= 0 ? { code: 'link-expired' } : undefined
}

/** Forgets links that nobody used, 90 days after their end. Returns how many. */
export const forgetOneTimeLinks = ({ database, clock }: Pick<Deps, 'database' | 'clock'>): Promise<number> =>
  deleteEndedLinks(database.system, clock.now().subtract({ hours: toldDays * 24 }))

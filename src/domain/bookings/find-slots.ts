import type { Db } from '#database/db.ts'
import type { DateRange, SlotRules } from '#domain/availability/availability.ts'
import { explainInstant } from '#domain/availability/explain-instant.ts'
import { isBookable } from '#domain/availability/is-bookable.ts'
import {
  firstDaysReach,
  limitThatCloses,
  listOfferedSlots,
  type OfferLimits,
} from '#domain/availability/offered-slots.ts'
import { capOf, type EventType, optionsOf, type PublicPage } from '#domain/booking-pages/booking-page.ts'
import type { Deps } from '#domain/deps.ts'
import type { BookingId } from '#kit/ids.ts'
import { type Instant, instantOfMs } from '#kit/time.ts'
import type { BookProblem } from './booking.ts'
import { listBusyTimes, listCountedStarts } from './booking-repository.ts'

const dayMs = 86_400_000
const minuteMs = 60_000

/** Buffers and weeks reach into neighbouring time: this is more than any of them. */
const reachMs = 9 * dayMs

interface Asked {
  page: PublicPage
  eventType: EventType
  customerZone: string
  now: Instant
  /** Epoch milliseconds. */
  from: number
  to: number
  /** A booking that is to be moved does not stand in its own way. */
  except?: BookingId | undefined
}

/** The page's rules and limits, with what the owner's time and the page's days are taken up by between two instants. */
export async function slotRulesOf(db: Db, asked: Asked): Promise<{ rules: SlotRules; limits: OfferLimits }> {
  const { page, eventType, customerZone, now, except } = asked
  const { slots } = optionsOf(page, eventType)
  const nowMs = now.epochMilliseconds
  // To tell which days are the first ones, all of them have to be looked at.
  const fromFirst = slots.firstDays === null ? asked.from : Math.min(asked.from, nowMs)
  const toLast =
    slots.firstDays === null ? asked.to : Math.max(asked.to, nowMs + (firstDaysReach + 30) * dayMs)
  const between = { from: fromFirst - reachMs, to: toLast + reachMs, except }
  const bookingsPerDay = capOf(page, eventType, 'bookingsPerDay')
  const bookingsPerWeek = capOf(page, eventType, 'bookingsPerWeek')
  return {
    rules: {
      weekly: page.availability.weekly,
      overrides: page.availability.overrides,
      ...slots,
      zone: page.zone,
      customerZone,
      nowMs,
      durationMinutes: eventType.durationMinutes,
      busy: await listBusyTimes(db, page.accountId, { ownerId: page.ownerId, ...between }),
    },
    limits: {
      firstDays: slots.firstDays,
      slotsPerDay: slots.slotsPerDay,
      bookingsPerDay,
      bookingsPerWeek,
      bookedMs:
        bookingsPerDay === null && bookingsPerWeek === null
          ? []
          : await listCountedStarts(db, page.accountId, { pageId: page.id, ...between }),
    },
  }
}

/**
 * The times a customer may book, as instants, ascending. Dates of `range` are local dates in the customer's zone, both included.
 *
 * Exactly what `book` accepts at the same moment. A page that does not accept bookings offers nothing.
 */
export async function findSlots(
  { database, clock }: Pick<Deps, 'database' | 'clock'>,
  asked: Omit<Asked, 'now' | 'from' | 'to'> & { range: DateRange },
): Promise<Instant[]> {
  if (!asked.page.acceptsBookings) return []
  const midnight = (date: string) =>
    Temporal.PlainDate.from(date).toZonedDateTime(asked.customerZone).epochMilliseconds
  const { rules, limits } = await slotRulesOf(database.system, {
    ...asked,
    now: clock.now(),
    from: midnight(asked.range.from),
    to: midnight(asked.range.to) + 2 * dayMs + asked.eventType.durationMinutes * minuteMs,
  })
  const slots = listOfferedSlots({ ...rules, range: asked.range }, limits)
  if (!slots.ok)
    throw new Error(
      `Stored availability of ${asked.page.id} is not valid: ${slots.problem.path} ${slots.problem.message}`,
    )
  return slots.value.map(instantOfMs)
}

/** Why this slot cannot be had, by the same rules as the list of slots; undefined when it is offered. */
export async function whyNotOffered(
  tx: Db,
  asked: Omit<Asked, 'from' | 'to'> & { start: Instant },
): Promise<Extract<BookProblem, { code: 'slot-taken' | 'slot-past' | 'slot-not-offered' }> | undefined> {
  const startMs = asked.start.epochMilliseconds
  const to = startMs + asked.eventType.durationMinutes * minuteMs
  const { rules, limits } = await slotRulesOf(tx, { ...asked, from: startMs, to })
  if (isBookable(rules, startMs)) {
    const limit = limitThatCloses(rules, limits, startMs)
    return limit && { code: 'slot-not-offered', reason: limit }
  }
  const explained = explainInstant(rules, startMs)
  if (!explained.ok) return { code: 'slot-not-offered', reason: explained.problem.message }
  const closing = new Set(explained.value.closedBy.map(({ rule }) => rule))
  if (startMs < asked.now.epochMilliseconds) return { code: 'slot-past' }
  if (closing.size > 0 && [...closing].every((rule) => rule === 'busy' || rule === 'buffer'))
    return { code: 'slot-taken' }
  return { code: 'slot-not-offered', reason: [...closing].join(', ') }
}

/** The same for somebody who only looks: what `book` would say at this moment. */
export const findSlotProblem = (
  { database, clock }: Pick<Deps, 'database' | 'clock'>,
  asked: Omit<Asked, 'now' | 'from' | 'to'> & { start: Instant },
): ReturnType<typeof whyNotOffered> => whyNotOffered(database.system, { ...asked, now: clock.now() })

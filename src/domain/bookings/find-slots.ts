import type { Db } from '#database/db.ts'
import type { DateRange, SlotRules } from '#domain/availability/availability.ts'
import { explainInstant } from '#domain/availability/explain-instant.ts'
import { isBookable } from '#domain/availability/is-bookable.ts'
import { listSlots } from '#domain/availability/list-slots.ts'
import { type EventType, optionsOf, type PublicPage } from '#domain/booking-pages/booking-page.ts'
import type { Deps } from '#domain/deps.ts'
import type { BookingId } from '#kit/ids.ts'
import { type Instant, instantOfMs } from '#kit/time.ts'
import type { BookProblem } from './booking.ts'
import { listBusyTimes } from './booking-repository.ts'

const dayMs = 86_400_000
const minuteMs = 60_000

/** Buffers reach into neighbouring time: a week is more than any buffer. */
const reachMs = 7 * dayMs

/** The page's rules with what the owner's time between two instants (epoch milliseconds) is taken up by. */
export async function slotRulesOf(
  db: Db,
  asked: {
    page: PublicPage
    eventType: EventType
    customerZone: string
    now: Instant
    from: number
    to: number
    except?: BookingId | undefined
  },
): Promise<SlotRules> {
  const { page, eventType, customerZone, now, from, to, except } = asked
  const busy = await listBusyTimes(db, page.accountId, {
    ownerId: page.ownerId,
    from: from - reachMs,
    to: to + reachMs,
    except,
  })
  return {
    weekly: page.availability.weekly,
    overrides: page.availability.overrides,
    ...optionsOf(page, eventType).slots,
    zone: page.zone,
    customerZone,
    nowMs: now.epochMilliseconds,
    durationMinutes: eventType.durationMinutes,
    busy,
  }
}

/**
 * The times a customer may book, as instants, ascending. Dates of `range` are local dates in the customer's zone, both included.
 *
 * Exactly what `book` accepts at the same moment. A page that does not accept bookings offers nothing.
 */
export async function findSlots(
  { database, clock }: Pick<Deps, 'database' | 'clock'>,
  asked: {
    page: PublicPage
    eventType: EventType
    customerZone: string
    range: DateRange
    /** A booking that is to be moved does not stand in its own way. */
    except?: BookingId | undefined
  },
): Promise<Instant[]> {
  if (!asked.page.acceptsBookings) return []
  const midnight = (date: string) =>
    Temporal.PlainDate.from(date).toZonedDateTime(asked.customerZone).epochMilliseconds
  const rules = await slotRulesOf(database.system, {
    ...asked,
    now: clock.now(),
    from: midnight(asked.range.from),
    to: midnight(asked.range.to) + 2 * dayMs + asked.eventType.durationMinutes * minuteMs,
  })
  const slots = listSlots({ ...rules, range: asked.range })
  if (!slots.ok)
    throw new Error(
      `Stored availability of ${asked.page.id} is not valid: ${slots.problem.path} ${slots.problem.message}`,
    )
  return slots.value.map(instantOfMs)
}

/** Why this slot cannot be had, by the same rules as the list of slots; undefined when it is offered. */
export async function whyNotOffered(
  tx: Db,
  asked: {
    page: PublicPage
    eventType: EventType
    start: Instant
    customerZone: string
    now: Instant
    except?: BookingId | undefined
  },
): Promise<Extract<BookProblem, { code: 'slot-taken' | 'slot-past' | 'slot-not-offered' }> | undefined> {
  const startMs = asked.start.epochMilliseconds
  const to = startMs + asked.eventType.durationMinutes * minuteMs
  const rules = await slotRulesOf(tx, { ...asked, from: startMs, to })
  if (isBookable(rules, startMs)) return undefined
  const explained = explainInstant(rules, startMs)
  if (!explained.ok) return { code: 'slot-not-offered', reason: explained.problem.message }
  const closing = new Set(explained.value.closedBy.map(({ rule }) => rule))
  if (startMs < asked.now.epochMilliseconds) return { code: 'slot-past' }
  if (closing.size > 0 && [...closing].every((rule) => rule === 'busy' || rule === 'buffer'))
    return { code: 'slot-taken' }
  return { code: 'slot-not-offered', reason: [...closing].join(', ') }
}

import { randomQuestion } from '#domain/availability/random-question.test-support.ts'
import type { BookingPage, EventType, SlotSettings } from '#domain/booking-pages/booking-page.ts'
import { findPublicPage } from '#domain/booking-pages/find-public-page.ts'
import type { Deps } from '#domain/deps.ts'
import { accepted } from '#kit/result.ts'
import { type Instant, instantOfMs } from '#kit/time.ts'
import { book } from './book.ts'
import { findSlots } from './find-slots.ts'

export interface AgreementHouse {
  deps: Deps
  setNow(now: Instant): void
  sql(text: string, values?: unknown[]): Promise<unknown>
  page: BookingPage
  eventType: EventType
}

/** What was tried under one random setting, and every start on which the list and the booking disagreed. */
export interface Agreement {
  listed: number
  booked: number
  refused: number
  differences: string[]
}

/**
 * Gives the page random settings, lists its slots, and tries to book: some that are listed must be booked, starts near them that are
 * not listed must be refused. Bookings stay, so later seeds find time taken and days that are full.
 */
export async function tryAgreement(house: AgreementHouse, seed: number): Promise<Agreement> {
  const { deps, page, eventType } = house
  const asked = randomQuestion(seed)
  const pick = <Item>(salt: number, items: Item[]): Item =>
    items[((seed * 2_654_435_761 + salt * 40_503) >>> 7) % items.length] as Item
  const slots: SlotSettings = {
    spacingMinutes: asked.spacingMinutes,
    grid: asked.grid,
    bufferBeforeMinutes: asked.bufferBeforeMinutes,
    bufferAfterMinutes: asked.bufferAfterMinutes,
    noticeMinutes: asked.noticeMinutes,
    horizonMinutes: asked.horizonMinutes,
    firstDays: pick(1, [null, null, null, 1, 2, 5]),
    bookingsPerDay: pick(2, [null, null, 1, 2, 3]),
    bookingsPerWeek: pick(3, [null, null, null, 1, 4]),
    slotsPerDay: pick(4, [null, null, 1, 2, 3, 7]),
  }
  await house.sql('update booking_pages set zone = $2, availability = $3::jsonb where id = $1', [
    page.id,
    asked.zone,
    JSON.stringify({ weekly: asked.weekly, overrides: asked.overrides, ...slots }),
  ])
  await house.sql('update event_types set duration_minutes = $2 where id = $1', [
    eventType.id,
    Math.max(5, Math.min(asked.durationMinutes, 1440)),
  ])
  house.setNow(instantOfMs(asked.nowMs))
  const { customerZone, range } = asked
  const list = async () => {
    const found = accepted(await findPublicPage(deps, page.slug))
    const offered = found.eventTypes.find(({ id }) => id === eventType.id) as EventType
    const starts = await findSlots(deps, { page: found, eventType: offered, customerZone, range })
    return starts.map((start) => start.epochMilliseconds)
  }
  const tryToBook = (startMs: number) =>
    book(deps, {
      pageSlug: page.slug,
      eventTypeSlug: eventType.slug,
      start: instantOfMs(startMs),
      customer: {
        name: 'Lena Novak',
        email: 'lena@example.org',
        company: '',
        phone: '',
        note: '',
        zone: customerZone,
      },
    })
  const found: Agreement = { listed: 0, booked: 0, refused: 0, differences: [] }
  const differ = (startMs: number, words: string) =>
    found.differences.push(`seed ${seed}: ${instantOfMs(startMs)} ${words}`)
  let listed = await list()
  found.listed = listed.length
  const middle = listed[Math.floor(listed.length / 2)] ?? Date.parse(`${range.from}T12:00Z`)
  for (const offsetMinutes of [0, -45, -15, -5, 1, 5, 15, 30, 60, 24 * 60, -24 * 60]) {
    const startMs = middle + offsetMinutes * 60_000
    const inRange =
      listed.includes(startMs) || (startMs >= (listed[0] ?? 0) && startMs <= (listed.at(-1) ?? -1))
    if (!inRange) continue
    const answer = await tryToBook(startMs)
    if (answer.ok !== listed.includes(startMs))
      differ(
        startMs,
        answer.ok ? 'was booked but not listed' : `was listed but refused: ${JSON.stringify(answer.problem)}`,
      )
    if (answer.ok) {
      found.booked += 1
      listed = await list()
      if (listed.includes(startMs)) differ(startMs, 'is listed after it was booked')
    } else found.refused += 1
  }
  return found
}

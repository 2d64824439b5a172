import type { BookingPage } from '#domain/booking-pages/booking-page.ts'
import { findPublicPage } from '#domain/booking-pages/find-public-page.ts'
import { findSlots } from '#domain/bookings/find-slots.ts'
import type { Subscription } from '#domain/webhooks/subscription.ts'
import { createCredentialCheck } from '#domain/zapier/check-credentials.ts'
import { generateKey } from '#domain/zapier/manage-key.ts'
import { turnZapOn } from '#domain/zapier/manage-zaps.ts'
import { accepted } from '#kit/result.ts'
import { type BenchHouse, bookSlot } from './bench-house.ts'

type ZapToTurnOn = Pick<Subscription, 'trigger' | 'targetUrl'> & Partial<Pick<Subscription, 'bookingPageId'>>

/** Connects Zapier for Ana, whose Zaps act on all pages from here on: any trigger, of one page or of all. */
export async function connectZaps({ deps, ana, sql }: Pick<BenchHouse, 'deps' | 'ana' | 'sql'>) {
  await sql('update users set triggers_all_pages = true where id = $1', [ana.id])
  const { key } = accepted(await generateKey(deps, ana))
  const caller = accepted(
    await createCredentialCheck(deps)({ key, loginId: ana.loginId, address: '127.0.0.1', integration: null }),
  )
  return {
    turnOn: async (zap: ZapToTurnOn) =>
      accepted(
        await turnZapOn({ ...deps, refusalOfTarget: () => undefined }, caller, {
          bookingPageId: null,
          eventTypeId: null,
          ...zap,
        }),
      ),
  }
}

/** A real booking of this page, by the verb: its first free half hour. */
export async function bookTemplate(house: BenchHouse, page: BookingPage) {
  const { deps, thirtyMinutes: eventType, sql } = house
  const from = Temporal.Now.plainDateISO('UTC').add({ days: 2 })
  const [start] = await findSlots(deps, {
    page: accepted(await findPublicPage(deps, page.slug)),
    eventType,
    customerZone: page.zone,
    range: { from: from.toString(), to: from.add({ days: 10 }).toString() },
  })
  if (!start) throw new Error(`The page ${page.slug} has no free time`)
  const { bookingId } = await bookSlot(house, { pageSlug: page.slug, start })
  const [event] = await sql<{ id: string }>(
    `select id from lifecycle_events where booking_id = $1 and type = 'booking.scheduled'`,
    [bookingId],
  )
  return { bookingId, eventId: event?.id as string }
}

/**
 * Stores copies of these events in turn, each of a booking of its own, past the verb: a thousand bookings a second would take longer
 * than what is measured. The booking itself is not stored: nothing that plans or sends looks at it. With `eventsEach` every copy has
 * so many events, in order. `outbox`: as if they had happened just now.
 */
export async function storeEvents(
  { sql }: Pick<BenchHouse, 'sql'>,
  {
    templates,
    count,
    eventsEach = 1,
    outbox,
  }: { templates: string[]; count: number; eventsEach?: number; outbox: boolean },
): Promise<void> {
  const list = templates.map((id) => `'${id}'`).join(', ')
  const types = ['booking.scheduled', 'booking.rescheduled', 'booking.canceled']
  await sql(
    `begin; set local session_replication_role = replica;
     with copies as (
       insert into lifecycle_events (account_id, id, booking_id, booking_page_id, owner_id, event_type_id, type, sequence, actor,
         occurred_at, data)
       select event.account_id, uuidv7(), copy.booking_id, event.booking_page_id, event.owner_id, event.event_type_id,
         case when step.sequence = 1 then '${types[0]}' when step.sequence < ${eventsEach} then '${types[1]}' else '${types[2]}' end,
         step.sequence, event.actor, now(), event.data
       from (select n, uuidv7() as booking_id from generate_series(0, ${Math.ceil(count / eventsEach) - 1}) n offset 0) copy
       cross join generate_series(1, ${eventsEach}) step (sequence)
       join (select *, row_number() over (order by id) - 1 as place from lifecycle_events where id in (${list})) event
         on event.place = copy.n % ${templates.length}
       order by step.sequence, copy.n
       returning account_id, id
     )
     ${outbox ? 'insert into unplanned_events (account_id, event_id) select account_id, id from copies' : 'select count(*) from copies'};
     commit`,
  )
}

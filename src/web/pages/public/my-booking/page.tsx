import type { ReactNode } from 'react'
import type { Booking, BookingStatus } from '#domain/bookings/booking.ts'
import { showCustomersBooking } from '#domain/bookings/show-booking.ts'
import { publicId } from '#kit/ids.ts'
import { type PageContext, pageContext } from '#web/page-context.ts'
import { CalendarIcon, TickIcon } from '../icons.tsx'
import layout from '../layout.module.css'
import { missing } from '../missing.ts'
import { durationInWords, spanInWords, zoneInWords } from '../words.ts'
import { parseZone, wallClock } from '../zone.ts'
import type { Route } from './+types/page.ts'
import { calendarFile } from './calendar-file.ts'
import css from './page.module.css'

/** The address is the customer's key to the booking: kept by nobody on the way, told to no other site. */
const confidential = { 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' }

/** Only a middleware reaches every answer, "no such booking" included, and may answer with something that is no page. */
export const middleware: Route.MiddlewareFunction[] = [
  async ({ request, params, context }, next) => {
    const answer = (await calendarFileAsked(request, params, context)) ?? (await next())
    for (const [name, value] of Object.entries(confidential)) answer.headers.set(name, value)
    return answer
  },
]

/** `?format=ics` is answered with a calendar file to download. */
async function calendarFileAsked(
  request: Request,
  params: { bookingId: string; signature: string },
  context: PageContext,
): Promise<Response | undefined> {
  const { pathname, searchParams } = new URL(request.url)
  if (searchParams.get('format') !== 'ics') return undefined
  const found = await findBooking(context, params)
  if (!found.ok) return undefined
  return new Response(calendarFileOf(found.value, context.get(pageContext).deps.publicUrl, pathname), {
    headers: {
      'Content-Type': 'text/calendar; charset=utf-8; method=PUBLISH',
      'Content-Disposition': 'attachment; filename="booking.ics"',
    },
  })
}

export async function loader({ request, params, context }: Route.LoaderArgs) {
  const found = await findBooking(context, params)
  if (!found.ok) throw missing({ what: 'booking' })
  const { booking, page, eventType } = found.value
  const { customer, startsAt, endsAt } = booking
  const [startMs, endMs] = [startsAt.epochMilliseconds, endsAt.epochMilliseconds]
  const inZone = (zone: string | undefined) => {
    const clock = wallClock(zone ?? 'UTC', startMs)
    return { ...spanInWords(clock, startMs, endMs), zone: zoneInWords(clock, startMs) }
  }
  const customerZone = parseZone(customer.zone)
  const pageZone = parseZone(booking.zone)
  const isNew = new URL(request.url).searchParams.has('new') && booking.status === 'scheduled'
  return {
    isNew,
    subject: booking.subject || 'Meeting',
    duration: durationInWords(Math.round((endMs - startMs) / 60_000)),
    status: { code: booking.status, words: statusInWords[booking.status] },
    startIso: startsAt.toString(),
    when: inZone(customerZone),
    ownersWhen: customerZone === pageZone ? undefined : inZone(pageZone),
    page: { slug: page.slug, publicName: page.publicName, ownerName: page.owner.name },
    place: booking.physicalLocation,
    call: { text: booking.virtualLocation, href: webAddress(booking.virtualLocation) },
    bookingId: publicId('booking', booking.id),
    customer: {
      name: customer.name,
      email: customer.email,
      company: customer.company,
      phone: customer.phone,
      note: customer.note,
    },
  }
}

const findBooking = (
  context: PageContext,
  { bookingId, signature }: { bookingId: string; signature: string },
) => showCustomersBooking(context.get(pageContext).deps, { shownId: bookingId, signature })

type Found = Extract<Awaited<ReturnType<typeof findBooking>>, { ok: true }>['value']

function calendarFileOf({ booking, page, eventType }: Found, publicUrl: string, path: string): string {
  const id = publicId('booking', booking.id)
  const url = `${publicUrl}${path}`
  return calendarFile({
    uid: `${id}@${new URL(publicUrl).hostname}`,
    sequence: Math.max(0, booking.sequence - 1),
    stamp: booking.updatedAt,
    startsAt: booking.startsAt,
    endsAt: booking.endsAt,
    isCanceled: booking.status === 'canceled',
    summary: `${booking.subject || 'Meeting'} with ${page.publicName}`,
    description: [booking.virtualLocation, booking.customer.note, `Booking ID: ${id}`, url]
      .filter(Boolean)
      .join('\n\n'),
    location: booking.physicalLocation || booking.virtualLocation,
    url,
  })
}

const statusInWords: Record<BookingStatus, string> = {
  requested: 'Requested',
  scheduled: 'Scheduled',
  rescheduled: 'Rescheduled',
  completed: 'Completed',
  no_show: 'No-show',
  canceled: 'Canceled',
} satisfies Record<Booking['status'], string>

/** The text as a link target when it is a web address and nothing else. */
function webAddress(text: string): string | undefined {
  if (!/^https?:\/\/\S+$/i.test(text)) return undefined
  return URL.parse(text)?.href
}

export default function MyBookingPage({ loaderData: booking }: Route.ComponentProps) {
  const { isNew, subject, status, when, ownersWhen, page, place, call, customer } = booking
  const heading = isNew ? 'Your booking is confirmed' : 'Your booking'
  return (
    <article className={`${layout.card} ${css.booking}`}>
      <title>{`${heading} · ${subject} · ${page.publicName}`}</title>
      <meta name="robots" content="noindex" />
      <header className={css.header}>
        {isNew && (
          <span className={css.tick}>
            <TickIcon />
          </span>
        )}
        <h1 className={css.heading}>{heading}</h1>
        <p className={css.lead}>
          {subject} with {page.publicName}
        </p>
      </header>
      <dl className={css.details}>
        <Detail term="When">
          <time dateTime={booking.startIso}>
            <strong>{when.date}</strong>
            <br />
            <strong>{when.times}</strong>
          </time>
          <br />
          {when.zone}
          {ownersWhen && (
            <p className={css.ownersWhen}>
              For {page.publicName}: {ownersWhen.date}, {ownersWhen.times} ({ownersWhen.zone})
            </p>
          )}
        </Detail>
        <Detail term="What">
          {subject}, {booking.duration}
        </Detail>
        <Detail term="With">{page.ownerName}</Detail>
        {place && (
          <Detail term="Where">
            <span className={css.text}>{place}</span>
          </Detail>
        )}
        {call.text && (
          <Detail term="How to join">
            {call.href ? (
              <a className={layout.link} href={call.href} rel="noreferrer">
                {call.text}
              </a>
            ) : (
              <span className={css.text}>{call.text}</span>
            )}
          </Detail>
        )}
        <Detail term="Status">
          <span className={css.status} data-status={status.code}>
            {status.words}
          </span>
        </Detail>
        <Detail term="Booking ID">
          <span className={css.id}>{booking.bookingId}</span>
        </Detail>
      </dl>
      <section aria-labelledby="your-details">
        <h2 className={css.subheading} id="your-details">
          Your details
        </h2>
        <dl className={css.details}>
          <Detail term="Name">{customer.name}</Detail>
          <Detail term="Email">{customer.email}</Detail>
          {customer.company && <Detail term="Company">{customer.company}</Detail>}
          {customer.phone && <Detail term="Phone">{customer.phone}</Detail>}
          {customer.note && (
            <Detail term="Note">
              <span className={css.text}>{customer.note}</span>
            </Detail>
          )}
        </dl>
      </section>
      <p className={css.keep}>Keep the address of this page: it is your way back to the booking.</p>
      <div className={css.actions}>
        <a className={layout.button} href="?format=ics" download="booking.ics">
          <CalendarIcon />
          Add to calendar
        </a>
        <a className={layout.secondary} href={`/${page.slug}`}>
          Book another time
        </a>
      </div>
    </article>
  )
}

function Detail({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className={css.detail}>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  )
}

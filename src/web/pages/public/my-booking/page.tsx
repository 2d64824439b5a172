import type { ReactNode } from 'react'
import { data, redirect } from 'react-router'
import { type Booking, type BookingStatus, customerPathOf } from '#domain/bookings/booking.ts'
import { customerMay } from '#domain/bookings/booking-status.ts'
import { cancelAsCustomer } from '#domain/bookings/cancel-booking.ts'
import { showCustomersBooking } from '#domain/bookings/show-booking.ts'
import { type CalendarEntry, calendarFile, calendarUid } from '#domain/notifications/calendar-file.ts'
import { calendarLinks } from '#domain/notifications/calendar-links.ts'
import { publicId } from '#kit/ids.ts'
import { type PageContext, pageContext } from '#web/page-context.ts'
import { readForm } from '#web/parse-form.ts'
import { CalendarIcon, TickIcon } from '../icons.tsx'
import layout from '../layout.module.css'
import { missing } from '../missing.ts'
import { moveText } from '../moving.ts'
import { readReason } from '../provide-information/move-fields.tsx'
import { distinct, durationInWords, momentInWords, spanInWords, zoneInWords } from '../words.ts'
import { parseZone, wallClock } from '../zone.ts'
import type { Route } from './+types/page.ts'
import { CancelTab, type Changes, ChangeTabs, RescheduleTab, type Tab } from './changes.tsx'
import css from './page.module.css'
import { policyInWords, refusalInWords } from './policy-words.ts'

/** The address is the customer's key to the booking: kept by nobody on the way, told to no other site. */
const confidential = { 'Cache-Control': 'no-store' }

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
  const entry = calendarEntryOf(found.value, context.get(pageContext).deps.publicUrl, pathname)
  return new Response(calendarFile(entry), {
    headers: {
      'Content-Type': 'text/calendar; charset=utf-8; method=PUBLISH',
      'Content-Disposition': 'attachment; filename="booking.ics"',
    },
  })
}

/** `intent=cancel` cancels; a refusal is shown where the button was. */
export async function action({ request, params, context }: Route.ActionArgs) {
  const { deps } = context.get(pageContext)
  const form = await readForm(request)
  if (form.get('intent') !== 'cancel') throw data(null, { status: 400 })
  const address = { shownId: params.bookingId, signature: params.signature }
  const canceled = await cancelAsCustomer(deps, { address, reason: readReason(form) })
  if (canceled.ok) throw redirect(`${customerPathOf(deps.secrets, canceled.value)}?canceled=1`, 303)
  switch (canceled.problem.code) {
    case 'booking-not-found':
      throw missing({ what: 'booking' })
    case 'reason-missing':
      return data({ error: 'Say why you cancel' }, { status: 400 })
    default:
      return data({ error: undefined }, { status: 409 })
  }
}

const asTab = (text: string | null): Tab => (text === 'reschedule' || text === 'cancel' ? text : 'keep')

export async function loader({ request, params, context }: Route.LoaderArgs) {
  const found = await findBooking(context, params)
  if (!found.ok) throw missing({ what: 'booking' })
  const { deps } = context.get(pageContext)
  const { booking, page, eventType, ownerName, successor } = found.value
  const query = new URL(request.url).searchParams
  const now = deps.clock.now()
  const move = `move=${moveText({ shownId: params.bookingId, signature: params.signature })}`
  const isRequest = booking.status === 'requested'
  const canChange = isRequest || booking.status === 'scheduled' || booking.status === 'rescheduled'
  // An event type that is not offered any more leads to those that are.
  const isOffered = eventType && page.eventTypes.some(({ id }) => id === eventType.id)
  const sameTimes = isOffered ? `/${page.slug}/${eventType.slug}?${move}` : `/${page.slug}?${move}`
  const changes: Omit<Changes, 'error'> | undefined = canChange
    ? {
        tab: asTab(query.get('do')),
        isRequest,
        reschedule: {
          policy: policyInWords(booking.policy, 'reschedule'),
          refusal: customerMay('reschedule', booking, now)
            ? undefined
            : refusalInWords(booking.policy, 'reschedule'),
          closedBy: page.acceptsBookings ? undefined : page.publicName,
          href: sameTimes,
        },
        cancel: {
          policy: policyInWords(booking.policy, 'cancel'),
          refusal: customerMay('cancel', booking, now) ? undefined : refusalInWords(booking.policy, 'cancel'),
          reason: booking.policy.reason,
        },
      }
    : undefined
  const { customer, startsAt, endsAt } = booking
  const [startMs, endMs] = [startsAt.epochMilliseconds, endsAt.epochMilliseconds]
  const inZone = (zone: string | undefined) => {
    const clock = wallClock(zone ?? 'UTC', startMs)
    return { ...spanInWords(clock, startMs, endMs), zone: zoneInWords(clock, startMs) }
  }
  const customerZone = parseZone(customer.zone)
  const pageZone = parseZone(booking.zone)
  const clock = wallClock(customerZone ?? 'UTC', startMs)
  return {
    heading: headingOf(booking, query),
    isDone: isJustDone(booking, query),
    changes,
    /** After a user asked to book anew, or for other times: where to do so. */
    again:
      successor || !page.acceptsBookings
        ? undefined
        : booking.detail === 'reschedule_requested'
          ? { words: 'Reschedule now', href: booking.rebook === 'any' ? `/${page.slug}?${move}` : sameTimes }
          : booking.detail === 'new_times_requested'
            ? { words: 'Suggest other times', href: sameTimes }
            : undefined,
    successor: successor && customerPathOf(deps.secrets, successor),
    reason: booking.status === 'canceled' || booking.status === 'rescheduled' ? booking.reason : '',
    answers: booking.answers,
    suggested: isRequest
      ? distinct(
          clock,
          booking.suggestedStarts.map((start) => start.epochMilliseconds),
          momentInWords,
        ).map(({ text }) => text)
      : [],
    subject: booking.subject || 'Meeting',
    duration: durationInWords(Math.round((endMs - startMs) / 60_000)),
    status: { code: booking.status, words: statusInWords[booking.status] },
    startIso: startsAt.toString(),
    when: inZone(customerZone),
    ownersWhen: customerZone === pageZone ? undefined : inZone(pageZone),
    page: {
      publicName: page.publicName,
      ownerName,
      link: page.acceptsBookings ? `/${page.slug}` : undefined,
    },
    calendars:
      booking.status === 'scheduled' || booking.status === 'rescheduled'
        ? calendarLinks({
            ...calendarEntryOf(found.value, deps.publicUrl, customerPathOf(deps.secrets, booking)),
            // In an address there is no room for a long note.
            description: descriptionOf(
              { ...booking, customer: { ...customer, note: '' } },
              deps.publicUrl + customerPathOf(deps.secrets, booking),
            ),
          })
        : undefined,
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

function calendarEntryOf({ booking, page }: Found, publicUrl: string, path: string): CalendarEntry {
  const url = `${publicUrl}${path}`
  return {
    uid: calendarUid(publicId('booking', booking.id)),
    sequence: Math.max(0, booking.sequence - 1),
    stamp: booking.updatedAt,
    startsAt: booking.startsAt,
    endsAt: booking.endsAt,
    isCanceled: booking.status === 'canceled',
    method: 'PUBLISH',
    summary: `${booking.subject || 'Meeting'} with ${page.publicName}`,
    description: descriptionOf(booking, url),
    location: booking.physicalLocation || booking.virtualLocation,
    url,
  }
}

const descriptionOf = ({ virtualLocation, customer, id }: Booking, url: string): string =>
  [virtualLocation, customer.note, `Booking ID: ${publicId('booking', id)}`, url].filter(Boolean).join('\n\n')

/** The answer to what was just done stands in the heading. */
function headingOf({ status, detail }: Booking, query: URLSearchParams): string {
  if (status === 'requested') return query.has('new') ? 'Your request is sent' : 'Your booking request'
  if (status === 'canceled')
    return detail === 'reschedule_requested'
      ? 'Please choose another time'
      : detail === 'new_times_requested'
        ? 'Please suggest other times'
        : 'Your booking is canceled'
  if (query.has('moved') && status === 'rescheduled') return 'Your booking is rescheduled'
  return query.has('new') && status === 'scheduled' ? 'Your booking is confirmed' : 'Your booking'
}

const isJustDone = ({ status }: Booking, query: URLSearchParams): boolean =>
  (query.has('new') && (status === 'scheduled' || status === 'requested')) ||
  (query.has('moved') && status === 'rescheduled')

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

export default function MyBookingPage({ loaderData: booking, actionData }: Route.ComponentProps) {
  const { heading, isDone, changes, subject, status, when, ownersWhen, page, place, call, customer } = booking
  const { again, successor, suggested, calendars } = booking
  return (
    <article className={`${layout.card} ${css.booking}`}>
      <title>{`${heading} · ${subject} · ${page.publicName}`}</title>
      <meta name="robots" content="noindex" />
      <header className={css.header}>
        {isDone && (
          <span className={css.tick}>
            <TickIcon />
          </span>
        )}
        <h1 className={css.heading}>{heading}</h1>
        <p className={css.lead}>
          {subject} with {page.publicName}
        </p>
        {suggested.length > 0 && (
          <p className={css.lead}>
            {page.publicName} chooses one of the times you suggest and confirms it by mail.
          </p>
        )}
        {status.code === 'canceled' && booking.reason && <p className={css.text}>Reason: {booking.reason}</p>}
        {successor && (
          <p>
            <a className={layout.link} href={successor}>
              See the booking that took its place
            </a>
          </p>
        )}
        {again && (
          <p className={css.again}>
            <a className={layout.button} href={again.href}>
              {again.words}
            </a>
          </p>
        )}
      </header>
      {changes && <ChangeTabs {...changes} />}
      {changes?.tab === 'reschedule' && <RescheduleTab {...changes} />}
      {changes?.tab === 'cancel' && <CancelTab {...changes} error={actionData?.error} />}
      <dl className={css.details}>
        {suggested.length > 0 ? (
          <Detail term="Times you suggest">
            <ul className={css.suggested}>
              {suggested.map((text) => (
                <li key={text}>{text}</li>
              ))}
            </ul>
            {when.zone}
          </Detail>
        ) : (
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
        )}
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
          {booking.answers.map(
            ({ name, title, value }) =>
              value && (
                <Detail key={name} term={title}>
                  <span className={css.text}>{value}</span>
                </Detail>
              ),
          )}
          {customer.note && (
            <Detail term="Note">
              <span className={css.text}>{customer.note}</span>
            </Detail>
          )}
        </dl>
      </section>
      <p className={css.keep}>Keep the address of this page: it is your way back to the booking.</p>
      <div className={css.actions}>
        {status.code !== 'requested' && (
          <a className={layout.button} href="?format=ics" download="booking.ics">
            <CalendarIcon />
            {status.code === 'canceled' ? 'Remove from calendar' : 'Add to calendar'}
          </a>
        )}
        {calendars && (
          <>
            <a className={layout.secondary} href={calendars.google} rel="noreferrer">
              Google Calendar
            </a>
            <a className={layout.secondary} href={calendars.outlook} rel="noreferrer">
              Outlook.com
            </a>
          </>
        )}
        {page.link && (
          <a className={layout.secondary} href={page.link}>
            Book another time
          </a>
        )}
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

import { randomUUID } from 'node:crypto'
import { createContext, data, redirect } from 'react-router'
import { findFields } from '#domain/booking-pages/booking-forms.ts'
import { book, requestBooking } from '#domain/bookings/book.ts'
import type { Booking } from '#domain/bookings/booking.ts'
import type { ChangeProblem } from '#domain/bookings/change-booking.ts'
import { rescheduleAsCustomer } from '#domain/bookings/reschedule.ts'
import { pageContext } from '#web/page-context.ts'
import { readForm } from '#web/parse-form.ts'
import { BookingCard } from '../booking-card.tsx'
import { queryOf, readPrefill, readSkip } from '../carried.ts'
import { readTimes, timesText } from '../chosen-times.ts'
import { pageInWords, requireEventType, requirePage, timesToSuggest } from '../find-page.ts'
import { CalendarIcon, ClockIcon, GlobeIcon } from '../icons.tsx'
import layout from '../layout.module.css'
import { missing } from '../missing.ts'
import { readMoving } from '../moving.ts'
import { missingLink, readLink, requireUsableLink } from '../one-time-link.ts'
import { dateOn, monthOf } from '../pick-time/month-calendar.ts'
import { distinct, durationInWords, momentInWords, spanInWords, zoneInWords } from '../words.ts'
import { parseZone, wallClock } from '../zone.ts'
import type { Route } from './+types/page.ts'
import { DetailsFields, ErrorSummary, FilledDetails } from './details-fields.tsx'
import {
  type DetailsErrors,
  type DetailsValues,
  formOfPrefill,
  parseDetailsForm,
  type Questions,
} from './details-form.ts'
import { findOtherTimes, type OtherTime, whyNotFree } from './find-start.ts'
import { MoveFields, readReason } from './move-fields.tsx'
import { parseStart, startText } from './nearest-starts.ts'
import css from './page.module.css'

type Unavailable = 'slot-taken' | 'slot-past' | 'slot-not-offered' | 'idempotency-key-reused'

/** What is shown: the form for one start, perhaps with what is wrong about it. */
interface Shown {
  startMs: number
  zone: string
  values: DetailsValues
  errors: DetailsErrors
  unavailable: Unavailable | undefined
  /** The address fills all that is asked, and asks to skip the form. */
  isFilled?: boolean
}

const wording: Record<Unavailable, { title: string; text: string }> = {
  'slot-taken': {
    title: 'This time was just booked',
    text: 'It was free a moment ago and is taken now. Your details are kept: choose another time.',
  },
  'slot-past': {
    title: 'This time has passed',
    text: 'Your details are kept: choose another time.',
  },
  'slot-not-offered': {
    title: 'This time is not available',
    text: 'It is too soon, too far ahead or outside the times that are offered. Choose another time.',
  },
  'idempotency-key-reused': {
    title: 'This form was already sent',
    text: 'A booking was made with it before. To book once more, choose another time and confirm again.',
  },
}

/** For a request that is sent anew: the customer does not type everything again. */
const detailsOf = ({ customer, answers, physicalLocation, virtualLocation }: Booking): DetailsValues => ({
  ...Object.fromEntries(answers.map(({ name, value }) => [name, value])),
  location: physicalLocation || virtualLocation,
  name: customer.name,
  email: customer.email,
  company: customer.company,
  phone: customer.phone,
  note: customer.note,
})

/** Set when the action has made the view: the loader, which runs after it as if for a GET, then has nothing to do. */
const isAnswered = createContext(false)

export async function loader({ request, params, context }: Route.LoaderArgs) {
  if (context.get(isAnswered)) return data({ view: undefined })
  const asked = await readAddress({ request, params, context })
  const { deps, page, eventType, prefill, zone, suggested, link } = asked
  await requireUsableLink(deps, link, { page, eventType })
  const startMs = asked.start.epochMilliseconds
  const clock = wallClock(zone, startMs)
  const except = asked.moving?.booking.id
  let unavailable: Unavailable | undefined
  for (const start of suggested ?? [asked.start])
    unavailable ??= await whyNotFree(deps, {
      page,
      eventType,
      clock,
      startMs: start.epochMilliseconds,
      except,
    })
  const { values, customer } = parseDetailsForm(
    formOfPrefill({ ...(asked.moving ? detailsOf(asked.moving.booking) : {}), ...prefill }, asked.questions),
    asked.questions,
  )
  const isFilled = asked.skip !== undefined && customer !== undefined
  const shown: Shown = { startMs, zone, values, errors: {}, unavailable, isFilled }
  return data({ view: await view(asked, shown) }, { status: unavailable ? 409 : 200 })
}

export async function action({ request, params, context }: Route.ActionArgs) {
  context.set(isAnswered, true)
  const asked = await readAddress({ request, params, context })
  const { deps, page, eventType, moving, suggested } = asked
  if (!page.acceptsBookings) throw missing({ what: 'open-page', publicName: page.publicName })
  const posted = await readForm(request)
  const form = parseDetailsForm(posted, asked.questions)
  const start = form.start ?? asked.start
  const zone = form.zone ?? asked.zone
  const { values, errors } = form
  const shown = { startMs: start.epochMilliseconds, zone, values, errors }

  if (errors.start) {
    // Other times were offered and none was chosen: they are offered again.
    return data({ view: await view(asked, { ...shown, unavailable: 'slot-not-offered' }) }, { status: 400 })
  }
  const offer = { pageSlug: page.slug, eventTypeSlug: eventType.slug }
  if (moving && !moving.isRequest) {
    const reason = readReason(posted)
    const moved = await rescheduleAsCustomer(deps, {
      ...offer,
      address: moving.address,
      start,
      customerZone: zone,
      reason,
    })
    if (moved.ok) throw redirect(`${moved.value.customerPath}?moved=1`, 303)
    if (moved.problem.code === 'reason-missing')
      return data(
        {
          view: await view(asked, {
            ...shown,
            errors: { reason: 'Say why you move it' },
            unavailable: undefined,
          }),
        },
        { status: 400 },
      )
    const unavailable = whatIsUnavailable(moved.problem, asked)
    return data({ view: await view(asked, { ...shown, errors: {}, unavailable }) }, { status: 409 })
  }
  if (!form.customer)
    return data({ view: await view(asked, { ...shown, unavailable: undefined }) }, { status: 400 })

  const details = {
    customer: { ...form.customer, zone },
    answers: form.answers,
    location: form.location,
    idempotencyKey: form.idempotencyKey,
    oneTimeLink: asked.link,
  }
  const booked = suggested
    ? await requestBooking(deps, { ...offer, ...details, starts: suggested, instead: moving?.address })
    : await book(deps, { ...offer, ...details, start })
  if (booked.ok) throw redirect(`${booked.value.customerPath}?new=1`, 303)
  return data(
    { view: await view(asked, { ...shown, unavailable: whatIsUnavailable(booked.problem, asked) }) },
    { status: 409 },
  )
}

/** Problems of the page itself have an answer of their own, which is thrown. */
function whatIsUnavailable(problem: ChangeProblem, { page, moving }: Address): Unavailable {
  switch (problem.code) {
    case 'page-not-found':
      throw missing({ what: 'page' })
    case 'page-closed':
      throw missing({ what: 'open-page', publicName: page.publicName })
    case 'event-type-not-found':
      throw missing({ what: 'event-type', slug: page.slug, publicName: page.publicName })
    case 'link-unknown':
    case 'link-used':
    case 'link-expired':
      throw missingLink(problem)
    case 'needs-approval':
    case 'needs-no-approval':
    case 'wrong-number-of-times':
      return 'slot-not-offered'
    case 'slot-taken':
    case 'slot-past':
    case 'slot-not-offered':
    case 'idempotency-key-reused':
      return problem.code
    default:
      // The booking itself cannot be moved (any more): its own page says how it stands.
      throw redirect(
        moving ? `/my-booking/${moving.address.shownId}/${moving.address.signature}` : `/${page.slug}`,
        303,
      )
  }
}

type Address = Awaited<ReturnType<typeof readAddress>>

async function readAddress({
  request,
  params,
  context,
}: Pick<Route.LoaderArgs, 'request' | 'params' | 'context'>) {
  const { deps } = context.get(pageContext)
  const page = await requirePage(deps, params.slug, request)
  const eventType = requireEventType(page, params.eventType)
  const query = new URL(request.url).searchParams
  const prefill = readPrefill(query)
  const moving = await readMoving(deps, query)
  const pageZone = parseZone(page.zone) ?? 'UTC'
  const askedZone = page.convertsZone ? parseZone(query.get('zone')) : pageZone
  const path = `/${page.slug}/${eventType.slug}`
  const skip = readSkip(query)
  const link = readLink(query)
  const carried = { zone: askedZone, prefill, move: moving?.text, skip, link }
  if (!page.acceptsBookings && request.method !== 'POST') throw redirect(`/${page.slug}${queryOf(carried)}`)
  const start = parseStart(params.start)
  if (!start) throw missing({ what: 'time', href: path + queryOf(carried) })
  const isMove = moving !== undefined && !moving.isRequest
  const wanted = isMove ? undefined : timesToSuggest(page, eventType)
  const suggested = wanted === undefined ? undefined : readTimes(query.get('times'))
  // An address with too few times, perhaps an old link: the missing ones are picked first.
  if (suggested && suggested.length !== wanted)
    throw redirect(
      path + queryOf({ ...carried, times: timesText(suggested.slice(0, (wanted ?? 1) - 1)) }),
      303,
    )
  const zone = askedZone ?? (moving && parseZone(moving.booking.customer.zone)) ?? pageZone
  const { kind, header } = page.location
  const questions: Questions = {
    fields: isMove ? [] : await findFields(deps, { page, eventType }),
    location: kind.endsWith('-by-customer') && !isMove ? header : undefined,
  }
  return {
    deps,
    page,
    eventType,
    path,
    prefill,
    skip,
    link,
    start,
    moving,
    isMove,
    suggested,
    zone,
    questions,
  }
}

async function view(
  { deps, page, eventType, path, prefill, skip, link, moving, isMove, suggested, questions }: Address,
  { startMs, zone, values, errors, unavailable, isFilled }: Shown,
) {
  const clock = wallClock(zone, startMs)
  const date = dateOn(clock, startMs)
  return {
    page: pageInWords(page),
    eventType: { name: eventType.name, duration: durationInWords(eventType.durationMinutes) },
    when: spanInWords(clock, startMs, startMs + eventType.durationMinutes * 60_000),
    zoneInWords: zoneInWords(clock, startMs),
    change:
      path +
      queryOf(
        { zone, prefill, skip, link, move: moving?.text, times: timesText(suggested ?? []) },
        { month: monthOf(date), date },
      ),
    suggested:
      suggested &&
      distinct(
        clock,
        suggested.map((one) => one.epochMilliseconds),
        momentInWords,
      ).map(({ text }) => text),
    moving: isMove
      ? moving && {
          former:
            moving.booking.status === 'canceled'
              ? undefined
              : spanInWords(
                  clock,
                  moving.booking.startsAt.epochMilliseconds,
                  moving.booking.endsAt.epochMilliseconds,
                ),
          reason: moving.booking.status === 'canceled' ? ('none' as const) : moving.booking.policy.reason,
          back: `/my-booking/${moving.address.shownId}/${moving.address.signature}`,
        }
      : undefined,
    zone,
    start: startText(startMs),
    // New for each form that is shown: sent twice by a double click, it books once.
    idempotencyKey: randomUUID(),
    values,
    errors,
    questions,
    /** The same address without `skip`: the form itself. */
    edit: isFilled
      ? `${path}/${startText(startMs)}${queryOf({ zone, prefill, link, times: timesText(suggested ?? []) })}`
      : undefined,
    unavailable,
    // For a request the times are picked anew, not one of them replaced.
    otherTimes:
      unavailable && !suggested
        ? await findOtherTimes(deps, { page, eventType, clock, startMs, except: moving?.booking.id })
        : [],
  }
}

export default function ProvideInformationPage({ loaderData, actionData }: Route.ComponentProps) {
  const shown = actionData?.view ?? loaderData.view
  if (!shown) throw new Error('Neither the loader nor the action made a view')
  const {
    page,
    eventType,
    when,
    change,
    unavailable,
    otherTimes,
    errors,
    values,
    suggested,
    moving,
    questions,
    edit,
  } = shown
  const hasErrors = Object.keys(errors).length > 0
  const cannotBook = unavailable !== undefined && otherTimes.length === 0
  return (
    <BookingCard
      page={page}
      heading={eventType.name}
      back={{ href: change, text: 'Change date and time' }}
      facts={
        <>
          <p className={layout.fact}>
            <ClockIcon />
            <span>{eventType.duration}</span>
          </p>
          <p className={layout.fact}>
            <CalendarIcon />
            {suggested ? (
              <span>
                Times you suggest:
                {suggested.map((text) => (
                  <span key={text} className={css.suggestion}>
                    {text}
                  </span>
                ))}
              </span>
            ) : (
              <span className={unavailable ? css.gone : undefined}>
                {when.date}
                <br />
                {when.times}
              </span>
            )}
          </p>
          <p className={layout.fact}>
            <GlobeIcon />
            <span>{shown.zoneInWords}</span>
          </p>
        </>
      }
    >
      <title>
        {`${hasErrors ? 'Error: ' : ''}${unavailable ? wording[unavailable].title : moving ? 'Confirm the new time' : 'Provide information'} · ${eventType.name} · ${page.publicName}`}
      </title>
      <meta name="robots" content="noindex" />
      {hasErrors && <ErrorSummary errors={errors} questions={questions} />}
      <h2 className={layout.step}>
        {moving ? 'Confirm the new time' : edit ? 'Confirm your booking' : 'Provide information'}
      </h2>
      <form className={css.form} method="post" noValidate data-once="">
        {unavailable ? (
          <OtherTimes
            unavailable={unavailable}
            times={otherTimes}
            change={change}
            error={errors.start}
            zoneInWords={shown.zoneInWords}
          />
        ) : (
          <input type="hidden" name="start" value={shown.start} />
        )}
        {!cannotBook && (
          <>
            <input type="hidden" name="zone" value={shown.zone} />
            <input type="hidden" name="idempotencyKey" value={shown.idempotencyKey} />
            {edit ? (
              <>
                <FilledDetails values={values} questions={questions} />
                <p>
                  <a className={layout.link} href={edit}>
                    Change these details
                  </a>
                </p>
              </>
            ) : moving ? (
              <MoveFields {...moving} error={errors.reason} />
            ) : (
              <DetailsFields values={values} errors={errors} questions={questions} />
            )}
            <button className={layout.button} type="submit">
              {moving ? 'Confirm the new time' : suggested ? 'Send the request' : 'Confirm booking'}
            </button>
          </>
        )}
      </form>
    </BookingCard>
  )
}

function OtherTimes({
  unavailable,
  times,
  change,
  error,
  zoneInWords,
}: {
  unavailable: Unavailable
  times: OtherTime[]
  change: string
  error: string | undefined
  zoneInWords: string
}) {
  const { title, text } = wording[unavailable]
  if (times.length === 0)
    return (
      <div className={layout.alert} role="alert" data-focus="" tabIndex={-1}>
        <h3 className={layout.alertTitle}>{title}</h3>
        <p>No other times are free around it.</p>
        <p>
          <a className={layout.link} href={change}>
            Pick another date
          </a>
        </p>
      </div>
    )
  return (
    <>
      {error === undefined && (
        <div className={layout.alert} role="alert" data-focus="" tabIndex={-1}>
          <h3 className={layout.alertTitle}>{title}</h3>
          <p>{text}</p>
        </div>
      )}
      <fieldset
        className={css.otherTimes}
        id="field-start"
        aria-describedby={error ? 'error-start' : undefined}
        tabIndex={-1}
      >
        <legend className={layout.label}>
          Nearest free times <span className={css.hint}>({zoneInWords})</span>
        </legend>
        {error && (
          <p className={layout.error} id="error-start">
            {error}
          </p>
        )}
        <input type="hidden" name="chooseStart" value="1" />
        <div className={css.radios}>
          {times.map(({ start, text: words }) => (
            <label key={start} className={css.radio}>
              <input type="radio" name="start" value={start} required />
              <span>{words}</span>
            </label>
          ))}
        </div>
        <p>
          <a className={layout.link} href={change}>
            Pick another date
          </a>
        </p>
      </fieldset>
    </>
  )
}

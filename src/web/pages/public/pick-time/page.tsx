import { redirect } from 'react-router'
import { isLive } from '#domain/bookings/booking.ts'
import { pageContext } from '#web/page-context.ts'
import { BookingCard } from '../booking-card.tsx'
import { queryOf, readPrefill, readSkip } from '../carried.ts'
import { readTimes, timesText, withoutTime, withTime } from '../chosen-times.ts'
import { pageInWords, requireEventType, requirePage, timesToSuggest } from '../find-page.ts'
import { ClockIcon } from '../icons.tsx'
import layout from '../layout.module.css'
import { readMoving } from '../moving.ts'
import { readLink, requireUsableLink } from '../one-time-link.ts'
import { startText } from '../provide-information/nearest-starts.ts'
import {
  dayInWords,
  distinct,
  durationInWords,
  isMorning,
  momentInWords,
  monthInWords,
  timeInWords,
  zoneInWords,
} from '../words.ts'
import { parseZone, wallClock } from '../zone.ts'
import type { Route } from './+types/page.ts'
import { findMonth } from './find-month.ts'
import { monthAfter, monthBefore, parseCalendarDate, parseMonth, weeksOf } from './month-calendar.ts'
import { MonthTable } from './month-table.tsx'
import { OwnZone } from './own-zone.tsx'
import css from './page.module.css'
import { ZoneForm } from './zone-form.tsx'

export async function loader({ request, params, context }: Route.LoaderArgs) {
  const { deps } = context.get(pageContext)
  const page = await requirePage(deps, params.slug, request)
  const eventType = requireEventType(page, params.eventType)
  const query = new URL(request.url).searchParams
  const prefill = readPrefill(query)
  const skip = readSkip(query)
  const link = readLink(query)
  await requireUsableLink(deps, link, { page, eventType })
  const moving = await readMoving(deps, query)
  const move = moving?.text
  const pageZone = parseZone(page.zone) ?? 'UTC'
  const askedZone = page.convertsZone ? parseZone(query.get('zone')) : pageZone
  if (!page.acceptsBookings)
    throw redirect(`/${page.slug}${queryOf({ zone: askedZone, prefill, move, skip, link })}`)
  // A booking that is moved has been approved before: one time is picked for it.
  const wanted = moving && !moving.isRequest ? undefined : timesToSuggest(page, eventType)
  const picked = wanted === undefined ? [] : readTimes(query.get('times'))

  const zone = askedZone ?? (moving && parseZone(moving.booking.customer.zone)) ?? pageZone
  const clock = wallClock(zone, deps.clock.now().epochMilliseconds)
  const asked = { month: parseMonth(query.get('month')), date: parseCalendarDate(query.get('date')) }
  const { reach, month, byDate, date, nextFree } = await findMonth(deps, {
    page,
    eventType,
    clock,
    ...asked,
    except: moving?.booking.id,
  })

  const path = `/${page.slug}/${eventType.slug}`
  const carried = { zone, prefill, move, skip, link, times: timesText(picked) }
  const to = (choices: Record<string, string | undefined>) => path + queryOf(carried, choices)
  const isPicked = (ms: number) => picked.some((start) => start.epochMilliseconds === ms)
  /** Where a time leads: to the form, or, until enough are picked for a request, back here with it picked. */
  const hrefOf = (ms: number): string => {
    if (wanted === undefined) return `${path}/${startText(ms)}${queryOf(carried)}`
    const after = withTime(picked, ms)
    const times = timesText(after)
    return after.length < wanted
      ? `${to({ month, date, times })}#picked`
      : `${path}/${startText(after[0]?.epochMilliseconds ?? ms)}${queryOf({ ...carried, times })}`
  }
  const monthHref = (wanted: string | undefined) => wanted && to({ month: wanted })
  return {
    page: pageInWords(page),
    eventType: {
      name: eventType.name,
      description: eventType.description,
      duration: durationInWords(eventType.durationMinutes),
    },
    back:
      page.eventTypes.length > 1 && link === undefined
        ? {
            href: `/${page.slug}${queryOf({ zone: askedZone, prefill, move, skip })}`,
            text: 'Change event type',
          }
        : undefined,
    calendar: {
      title: monthInWords(month),
      previous: monthHref(monthBefore(month, reach)),
      next: monthHref(monthAfter(month, reach)),
      // What the many links share is handed on once.
      dayHref: `${to({ month })}&date=`,
      weeks: weeksOf(month),
      free: [...byDate.keys()],
      today: reach.today,
      selected: date,
    },
    date: date && dayInWords(date),
    times: distinct(clock, (date && byDate.get(date)) || [], timeInWords)
      .filter(({ ms }) => !isPicked(ms))
      .map(({ ms, text }) => ({ href: hrefOf(ms), text, isMorning: isMorning(clock, ms) })),
    picked:
      wanted === undefined
        ? undefined
        : {
            wanted,
            times: distinct(
              clock,
              picked.map((start) => start.epochMilliseconds),
              momentInWords,
            ).map(({ ms, text }) => ({
              text,
              remove: to({ month, date, times: timesText(withoutTime(picked, ms)) ?? '' }),
            })),
          },
    moving: moving && {
      subject: moving.booking.subject,
      when: isLive(moving.booking.status)
        ? momentInWords(clock, moving.booking.startsAt.epochMilliseconds)
        : undefined,
      back: `/my-booking/${moving.address.shownId}/${moving.address.signature}`,
    },
    next: nextFree && {
      href: `${to({ month: nextFree.date.slice(0, 7), date: nextFree.date })}#times`,
      text: momentInWords(clock, nextFree.ms),
    },
    zone: {
      action: path,
      name: zone,
      inWords: zoneInWords(clock, (date && byDate.get(date)?.[0]) || deps.clock.now().epochMilliseconds),
      /** Whether the zone is a guess, which the script may better. */
      isGuess: askedZone === undefined,
      kept: { ...prefill, ...asked, move, skip, link, times: timesText(picked) },
      isFixed: !page.convertsZone,
    },
  }
}

export default function PickTimePage({
  loaderData: { page, eventType, back, calendar, date, times, picked, moving, next, zone },
}: Route.ComponentProps) {
  return (
    <BookingCard
      page={page}
      heading={eventType.name}
      back={back}
      facts={
        <>
          <p className={layout.fact}>
            <ClockIcon />
            <span>{eventType.duration}</span>
          </p>
          {eventType.description && <p className={layout.prose}>{eventType.description}</p>}
        </>
      }
    >
      <title>{`Pick a date and time · ${eventType.name} · ${page.publicName}`}</title>
      <meta name="robots" content="noindex" />
      {zone.isGuess && <OwnZone guessed={zone.name} />}
      <h2 className={layout.step}>
        {picked
          ? `Suggest ${picked.wanted} times`
          : moving
            ? 'Pick a new date and time'
            : 'Pick a date and time'}
      </h2>
      {moving && (
        <p className={css.moving}>
          {moving.when
            ? `${moving.subject} is on ${moving.when}. It stays there until you confirm another time. `
            : `For ${moving.subject}. `}
          <a className={layout.link} href={moving.back}>
            {moving.when ? 'Keep it' : 'Back to the booking'}
          </a>
        </p>
      )}
      {picked && <PickedTimes {...picked} />}
      <div className={css.columns}>
        <div className={css.calendar}>
          <MonthTable {...calendar} />
          <ZoneForm {...zone} />
        </div>
        <section className={css.times} aria-labelledby="times">
          <h3 id="times" className={css.date}>
            {date ?? calendar.title}
          </h3>
          {times.length === 0 ? (
            <NoTimes next={next} isDay={date !== undefined} />
          ) : (
            <>
              <TimeList title="Morning" times={times.filter(({ isMorning }) => isMorning)} />
              <TimeList title="Afternoon" times={times.filter(({ isMorning }) => !isMorning)} />
            </>
          )}
        </section>
      </div>
    </BookingCard>
  )
}

/** What is picked so far of the times a request suggests, each to be taken back. */
function PickedTimes({ wanted, times }: { wanted: number; times: { text: string; remove: string }[] }) {
  return (
    <section className={css.picked} id="picked" aria-labelledby="picked-heading">
      <h3 className={css.half} id="picked-heading" role="status">
        {times.length} of {wanted} times picked
      </h3>
      {times.length === 0 ? (
        <p>The owner chooses one of the times you suggest. None of them is held until then.</p>
      ) : (
        <ul>
          {times.map(({ text, remove }) => (
            <li key={text}>
              {text}{' '}
              <a className={layout.link} href={remove} rel="nofollow" aria-label={`Remove ${text}`}>
                Remove
              </a>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function TimeList({ title, times }: { title: string; times: { href: string; text: string }[] }) {
  if (times.length === 0) return null
  return (
    <>
      <h4 className={css.half}>{title}</h4>
      <ul className={css.timeList}>
        {times.map(({ href, text }) => (
          <li key={href}>
            <a className={css.time} href={href} rel="nofollow">
              {text}
            </a>
          </li>
        ))}
      </ul>
    </>
  )
}

function NoTimes({ next, isDay }: { next: { href: string; text: string } | undefined; isDay: boolean }) {
  return (
    <>
      <p className={css.none}>
        {isDay ? 'No times are free on this day.' : 'No times are free in this month.'}
      </p>
      {next ? (
        <p>
          <a className={layout.link} href={next.href} rel="nofollow">
            Next free time: {next.text}
          </a>
        </p>
      ) : (
        <p className={css.none}>There is none in the months after it either.</p>
      )}
    </>
  )
}

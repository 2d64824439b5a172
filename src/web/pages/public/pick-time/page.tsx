import { redirect } from 'react-router'
import { pageContext } from '#web/page-context.ts'
import { BookingCard } from '../booking-card.tsx'
import { queryOf, readPrefill } from '../carried.ts'
import { pageInWords, requireEventType, requirePage } from '../find-page.ts'
import { ClockIcon } from '../icons.tsx'
import layout from '../layout.module.css'
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
import css from './page.module.css'
import { ZoneForm } from './zone-form.tsx'

export async function loader({ request, params, context }: Route.LoaderArgs) {
  const { deps } = context.get(pageContext)
  const page = await requirePage(deps, params.slug)
  const eventType = requireEventType(page, params.eventType)
  const query = new URL(request.url).searchParams
  const prefill = readPrefill(query)
  const askedZone = parseZone(query.get('zone'))
  if (!page.acceptsBookings) throw redirect(`/${page.slug}${queryOf({ zone: askedZone, prefill })}`)

  const zone = askedZone ?? parseZone(page.zone) ?? 'UTC'
  const clock = wallClock(zone, deps.clock.now().epochMilliseconds)
  const asked = { month: parseMonth(query.get('month')), date: parseCalendarDate(query.get('date')) }
  const { reach, month, byDate, date, nextFree } = await findMonth(deps, { page, eventType, clock, ...asked })

  const path = `/${page.slug}/${eventType.slug}`
  const to = (choices: Record<string, string | undefined>) => path + queryOf({ zone, prefill }, choices)
  const monthHref = (wanted: string | undefined) => wanted && to({ month: wanted })
  return {
    page: pageInWords(page),
    eventType: {
      name: eventType.name,
      description: eventType.description,
      duration: durationInWords(eventType.durationMinutes),
    },
    back:
      page.eventTypes.length > 1
        ? { href: `/${page.slug}${queryOf({ zone: askedZone, prefill })}`, text: 'Change event type' }
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
    timeHref: { before: `${path}/`, after: queryOf({ zone, prefill }) },
    times: distinct(clock, (date && byDate.get(date)) || [], timeInWords).map(({ ms, text }) => ({
      start: startText(ms),
      text,
      isMorning: isMorning(clock, ms),
    })),
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
      kept: { ...asked, ...prefill },
    },
  }
}

export default function PickTimePage({
  loaderData: { page, eventType, back, calendar, date, times, timeHref, next, zone },
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
      <h2 className={layout.step}>Pick a date and time</h2>
      <div className={css.columns} data-guessed-zone={zone.isGuess ? zone.name : undefined}>
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
              <TimeList title="Morning" times={times.filter(({ isMorning }) => isMorning)} href={timeHref} />
              <TimeList
                title="Afternoon"
                times={times.filter(({ isMorning }) => !isMorning)}
                href={timeHref}
              />
            </>
          )}
        </section>
      </div>
    </BookingCard>
  )
}

function TimeList({
  title,
  times,
  href,
}: {
  title: string
  times: { start: string; text: string }[]
  href: { before: string; after: string }
}) {
  if (times.length === 0) return null
  return (
    <>
      <h4 className={css.half}>{title}</h4>
      <ul className={css.timeList}>
        {times.map(({ start, text }) => (
          <li key={start}>
            <a className={css.time} href={href.before + start + href.after} rel="nofollow">
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

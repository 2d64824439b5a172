import { BackIcon, ForwardIcon } from '../icons.tsx'
import layout from '../layout.module.css'
import { dateInWords } from '../words.ts'
import css from './page.module.css'

export interface MonthInWords {
  /** "December 2026" */
  title: string
  previous: string | undefined
  next: string | undefined
  /** Where the times of a day are, but for the day itself. */
  dayHref: string
  weeks: (string | undefined)[][]
  /** Dates with free times. */
  free: string[]
  today: string
  selected: string | undefined
}

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

/** A month as a table of links. Days without free times are plain text. */
export function MonthTable({ title, previous, next, dayHref, weeks, free, today, selected }: MonthInWords) {
  const day = (date: string) => {
    const isFree = free.includes(date)
    return dayCell(date, {
      href: isFree ? `${dayHref}${date}#times` : undefined,
      isToday: date === today,
      isSelected: date === selected,
    })
  }
  return (
    <div className={css.monthFrame}>
      <nav className={css.monthLinks} aria-label="Months">
        {previous ? (
          <a className={css.monthLink} href={previous} rel="nofollow" aria-label="Previous month">
            <BackIcon />
          </a>
        ) : (
          <span className={css.monthLink} />
        )}
        {next ? (
          <a className={css.monthLink} href={next} rel="nofollow" aria-label="Next month">
            <ForwardIcon />
          </a>
        ) : (
          <span className={css.monthLink} />
        )}
      </nav>
      <table className={css.month}>
        <caption className={css.caption}>{title}</caption>
        <thead>
          <tr>
            {weekdays.map((weekday) => (
              <th key={weekday} scope="col">
                <span className={layout.onlyHeard}>{weekday}</span>
                <span aria-hidden="true">{weekday.slice(0, 3)}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((week, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: drawn once on the server, never moved
            <tr key={index}>
              {week.map((date, weekday) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the weekday is what a cell is
                <td key={weekday}>{date && day(date)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function dayCell(
  date: string,
  { href, isToday, isSelected }: { href: string | undefined; isToday: boolean; isSelected: boolean },
) {
  const number = Number(date.slice(8))
  const current = isSelected ? 'true' : isToday ? 'date' : undefined
  const className = isToday ? `${css.day} ${css.today}` : css.day
  if (!href)
    return (
      <span className={className} aria-current={current}>
        {number}
      </span>
    )
  const label = dateInWords(date)
  return (
    <a
      className={className}
      href={href}
      rel="nofollow"
      aria-label={isToday ? `${label}, today` : label}
      aria-current={current}
    >
      {number}
    </a>
  )
}

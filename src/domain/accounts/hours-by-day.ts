import type { Hours, HoursWindow } from '#database/tables.ts'

/** What to make of some days: each one named is replaced as a whole, all others stay. */
export interface DayChanges {
  weekly: { day: number; windows: HoursWindow[] }[]
  /** Null takes the date's own hours away, so that those of the week hold again. */
  overrides: { date: string; windows: HoursWindow[] | null }[]
}

const nextDate = (date: string, days: number): string =>
  Temporal.PlainDate.from(date).add({ days }).toString()

const byStart = (one: HoursWindow, other: HoursWindow): number => (one.start < other.start ? -1 : 1)

/** The part before midnight, and the part on the next day, which may be nothing. */
function cut({ endsNextDay, ...window }: HoursWindow): { day: HoursWindow; tail: HoursWindow[] } {
  if (!endsNextDay) return { day: window, tail: [] }
  const tail = { ...window, start: '00:00' }
  return { day: { ...window, end: '24:00' }, tail: window.end === '00:00' ? [] : [tail] }
}

/**
 * The same hours with every window on the day it is open: what runs over midnight becomes two windows. The dates after one with hours
 * of its own get theirs written out where the night before differs from that of the week.
 */
export function withoutNights(hours: Hours): Hours {
  const all = [...hours.weekly, ...Object.values(hours.overrides).flat()]
  if (!all.some(({ endsNextDay }) => endsNextDay)) return hours
  const windowsOn = (date: string): HoursWindow[] =>
    hours.overrides[date] ??
    hours.weekly.flatMap(({ day, ...window }) =>
      day === Temporal.PlainDate.from(date).dayOfWeek ? [window] : [],
    )
  const openOn = (date: string): HoursWindow[] =>
    [
      ...windowsOn(nextDate(date, -1)).flatMap((window) => cut(window).tail),
      ...windowsOn(date).map((window) => cut(window).day),
    ].sort(byStart)
  const weekly = hours.weekly
    .flatMap(({ day, ...window }) => {
      const { day: own, tail } = cut(window)
      return [{ day, ...own }, ...tail.map((part) => ({ day: (day % 7) + 1, ...part }))]
    })
    .sort((one, other) => one.day - other.day || byStart(one, other))
  const overrides: Hours['overrides'] = {}
  for (const date of Object.keys(hours.overrides).sort()) {
    overrides[date] = openOn(date)
    const next = nextDate(date, 1)
    if (Object.hasOwn(hours.overrides, next)) continue
    const usual = weekly.flatMap(({ day, ...window }) =>
      day === Temporal.PlainDate.from(next).dayOfWeek ? [window] : [],
    )
    const written = openOn(next)
    if (JSON.stringify(written) !== JSON.stringify(usual)) overrides[next] = written
  }
  return { weekly, overrides }
}

/** Hours with these days replaced. */
export function changedByDay(hours: Hours, { weekly, overrides }: DayChanges): Hours {
  const former = withoutNights(hours)
  const replaced = new Set(weekly.map(({ day }) => day))
  const dates = new Map<string, HoursWindow[] | null>(Object.entries(former.overrides))
  for (const { date, windows } of overrides) dates.set(date, windows && [...windows].sort(byStart))
  return {
    weekly: [
      ...former.weekly.filter(({ day }) => !replaced.has(day)),
      ...weekly.flatMap(({ day, windows }) =>
        [...windows].sort(byStart).map((window) => ({ day, ...window })),
      ),
    ].sort((one, other) => one.day - other.day || byStart(one, other)),
    overrides: Object.fromEntries(
      [...dates].flatMap(([date, windows]): [string, HoursWindow[]][] => (windows ? [[date, windows]] : [])),
    ),
  }
}

/** Windows of one day, in their order, none of which begins before the last one has ended. */
export function withoutOverlaps(windows: HoursWindow[]): HoursWindow[] {
  const apart: HoursWindow[] = []
  for (const window of [...windows].sort(byStart)) {
    const former = apart.at(-1)
    const start = former && former.end > window.start ? former.end : window.start
    if (start < window.end) apart.push({ ...window, start })
  }
  return apart
}

/** The new hours, with the places of those windows that are as they were: screens know nothing of places. */
export function keepingLocations(hours: Hours, former: Hours): Hours {
  const keep =
    (known: HoursWindow[]) =>
    <Window extends HoursWindow>(window: Window): Window => {
      const same = known.find(
        ({ start, end, endsNextDay = false }) =>
          start === window.start && end === window.end && endsNextDay === (window.endsNextDay ?? false),
      )
      return same?.locations && !window.locations ? { ...window, locations: same.locations } : window
    }
  return {
    weekly: hours.weekly.map((window) => keep(former.weekly.filter(({ day }) => day === window.day))(window)),
    overrides: Object.fromEntries(
      Object.entries(hours.overrides).map(([date, windows]) => [
        date,
        windows.map(keep(former.overrides[date] ?? [])),
      ]),
    ),
  }
}

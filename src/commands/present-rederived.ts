import type { Rederived, RederivedBooking } from '#domain/bookings/rederive-bookings.ts'
import type { RederivedRequests } from '#domain/bookings/rederive-requests.ts'

const bookingLine = ({ id, zone, localStart, from, to }: RederivedBooking) =>
  `  ${id}  ${localStart} ${zone}: ${from} -> ${to}\n`

const requestLines = ({ id, zone, times }: RederivedRequests['moved'][number]) =>
  times.map((time) => bookingLine({ id, zone, ...time })).join('')

const unclearLine = ({ id, zone, starts }: RederivedRequests['unclear'][number]) =>
  `  ${id}  ${zone}: ${starts.join(', ')}\n`

/** `1 coming booking stays at its instant.`, `2 coming bookings stay at their instants.`; nothing for none. */
const said = (count: number, noun: string, one: string, several: string) =>
  count === 0 ? '' : count === 1 ? `1 ${noun} ${one}\n` : `${count} ${noun}s ${several}\n`

/** What `hourwire rederive` found, for a person at a terminal. */
export function rederivedInWords({ tz, unchanged, moved, conflicts, requests }: Rederived): string {
  const found =
    said(unchanged, 'coming booking', 'stays at its instant.', 'stay at their instants.') +
    said(
      moved.length,
      'coming booking',
      'keeps its local time at another instant:',
      'keep their local time at another instant:',
    ) +
    moved.map(bookingLine).join('') +
    said(
      conflicts.length,
      'coming booking',
      'could not move, another booking is there; its owner is told:',
      'could not move, another booking is there; their owners are told:',
    ) +
    conflicts.map(bookingLine).join('') +
    said(requests.unchanged, 'open request', 'stays at its instants.', 'stay at their instants.') +
    said(
      requests.moved.length,
      'open request',
      'keeps its local times at other instants; its owner is told:',
      'keep their local times at other instants; their owners are told:',
    ) +
    requests.moved.map(requestLines).join('') +
    said(
      requests.unclear.length,
      'open request',
      'of an earlier version was left alone, its local times are not known; its owner is told:',
      'of an earlier version were left alone, their local times are not known; their owners are told:',
    ) +
    requests.unclear.map(unclearLine).join('')
  return `Time-zone data: ${tz}\n${found || 'No coming booking was made under other time-zone data.\n'}`
}

/** How many wait for it, or undefined. */
export function waitingInWords(
  { bookings, requests }: { bookings: number; requests: number },
  tz: string,
): string | undefined {
  const counted = (count: number, noun: string) =>
    count === 0 ? [] : [count === 1 ? `1 ${noun}` : `${count} ${noun}s`]
  const waiting = [...counted(bookings, 'coming booking'), ...counted(requests, 'open request')]
  if (waiting.length === 0) return undefined
  const verb = bookings + requests === 1 ? 'was' : 'were'
  return `${waiting.join(' and ')} ${verb} made under other time-zone data than ${tz}: run "npx hourwire rederive".`
}

import type { Rederived, RederivedBooking } from '#domain/bookings/rederive-bookings.ts'
import type { RederivedRequest } from '#domain/bookings/rederive-requests.ts'

const bookingLine = ({ id, zone, localStart, from, to }: RederivedBooking) =>
  `  ${id}  ${localStart} ${zone}: ${from} -> ${to}\n`

const requestLines = ({ id, zone, times }: RederivedRequest) =>
  times.map(({ localStart, from, to }) => bookingLine({ id, zone, localStart, from, to })).join('')

/** What `hourwire rederive` found, for a person at a terminal. */
export const rederivedInWords = ({ tz, unchanged, moved, conflicts, requests }: Rederived): string =>
  `Time-zone data: ${tz}\n` +
  `${unchanged} coming bookings stay at their instants.\n` +
  `${moved.length} keep their local time at another instant.\n${moved.map(bookingLine).join('')}` +
  (conflicts.length === 0
    ? ''
    : `${conflicts.length} could not move, another booking is there; their owners are told:\n${conflicts.map(bookingLine).join('')}`) +
  (requests.unchanged === 0 ? '' : `${requests.unchanged} open requests stay at their instants.\n`) +
  (requests.moved.length === 0
    ? ''
    : `${requests.moved.length} open requests keep their local times at other instants; their owners are told:\n${requests.moved.map(requestLines).join('')}`) +
  (requests.unclear.length === 0
    ? ''
    : `${requests.unclear.length} open requests of an earlier version were left alone, their local times are not known; their owners are told:\n${requests.unclear.map(({ id, zone, starts }) => `  ${id}  ${zone}: ${starts.join(', ')}\n`).join('')}`)

/** How many wait for it, or undefined. */
export const waitingInWords = (
  { bookings, requests }: { bookings: number; requests: number },
  tz: string,
): string | undefined =>
  bookings + requests === 0
    ? undefined
    : `${bookings} coming bookings and ${requests} open requests were made under other time-zone data than ${tz}: run "npx hourwire rederive".`

import { parseStart, startText } from './provide-information/nearest-starts.ts'

/** More than any page asks for. */
const most = 10

/** Times that a customer has picked so far for a request, as an address carries them: `2026-12-01T17:00Z,2026-12-02T09:00Z`. */
export function readTimes(text: string | null): Temporal.Instant[] {
  const starts = (text ?? '')
    .split(',')
    .slice(0, most)
    .flatMap((one) => parseStart(one) ?? [])
    .sort(Temporal.Instant.compare)
  return starts.filter((start, index) => index === 0 || !start.equals(starts[index - 1] as Temporal.Instant))
}

/** The same back into an address; undefined for none. */
export const timesText = (starts: readonly Temporal.Instant[]): string | undefined =>
  starts.length > 0 ? starts.map((start) => startText(start.epochMilliseconds)).join(',') : undefined

export const withTime = (starts: readonly Temporal.Instant[], ms: number): Temporal.Instant[] =>
  readTimes([timesText(starts), startText(ms)].filter(Boolean).join(','))

export const withoutTime = (starts: readonly Temporal.Instant[], ms: number): Temporal.Instant[] =>
  starts.filter((start) => start.epochMilliseconds !== ms)

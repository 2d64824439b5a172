/**
 * Free starts around a time that cannot be had, ascending: as many before as after, and where one side has fewer, more
 * of the other. The time itself is never among them.
 */
export function nearestStarts(starts: readonly number[], wantedMs: number, most: number): number[] {
  const before = starts.filter((ms) => ms < wantedMs)
  const after = starts.filter((ms) => ms > wantedMs)
  const half = Math.floor(most / 2)
  const fromBefore = Math.min(before.length, Math.max(half, most - after.length))
  const fromAfter = Math.min(after.length, most - fromBefore)
  return [...before.slice(before.length - fromBefore), ...after.slice(0, fromAfter)]
}

/** The start in an address, `2026-12-01T17:00Z`: to the minute, in UTC, in this century. Anything else is undefined. */
export function parseStart(text: unknown): Temporal.Instant | undefined {
  if (typeof text !== 'string' || !/^20\d\d-\d\d-\d\dT\d\d:\d\d(:00)?Z$/.test(text)) return undefined
  try {
    return Temporal.Instant.from(text)
  } catch {
    return undefined
  }
}

/** The start as it stands in addresses and forms. */
export const startText = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16)}Z`

import { isDatabaseAway } from '#database/database-away.ts'

/** While the database is away, every loop says so every second: after the first, so many milliseconds pass until the next word. */
const pauseMs = 30_000

/**
 * Writes one line for each thing that went wrong, and few for one that goes on: an outage must not fill the disk that the log is on.
 *
 * @param options.elapsed Monotonic milliseconds.
 */
export function createComplain({
  write,
  elapsed = () => performance.now(),
}: {
  write: (words: string) => void
  elapsed?: () => number
}): (error: Error) => void {
  let toldAt = Number.NEGATIVE_INFINITY
  let untold = 0
  return (error) => {
    if (!isDatabaseAway(error)) return write(error.message)
    if (elapsed() - toldAt < pauseMs) {
      untold += 1
      return
    }
    write(`The database is away: ${error.message}${untold > 0 ? ` (${untold} more like it before)` : ''}`)
    toldAt = elapsed()
    untold = 0
  }
}

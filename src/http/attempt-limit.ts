/** Counts wrong credentials per address. */
export interface AttemptLimit {
  /** Seconds to wait when the address has used up its attempts, else undefined. */
  retryAfter(address: string): number | undefined
  /** One more wrong attempt. */
  fail(address: string): void
}

/**
 * At most `most` wrong attempts per address in `windowMs`. Right credentials are never held up by a stranger's wrong ones: only
 * the address counts, not the Login ID. Counts are per process and safe to lose.
 */
export function createAttemptLimit({
  most,
  windowMs,
  now,
}: {
  most: number
  windowMs: number
  now: () => number
}): AttemptLimit {
  const counts = new Map<string, { count: number; until: number }>()
  const live = (address: string) => {
    const found = counts.get(address)
    return found && found.until > now() ? found : undefined
  }
  return {
    retryAfter: (address) => {
      const found = live(address)
      return found && found.count >= most ? Math.ceil((found.until - now()) / 1000) : undefined
    },
    fail: (address) => {
      if (counts.size > 50_000) for (const [key, { until }] of counts) if (until <= now()) counts.delete(key)
      if (counts.size > 50_000) counts.clear()
      const found = live(address) ?? { count: 0, until: now() + windowMs }
      counts.set(address, { ...found, count: found.count + 1 })
    },
  }
}

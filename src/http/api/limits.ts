import ipaddr from 'ipaddr.js'

/** How often the REST API may be called; 0 switches a limit off. */
export interface ApiLimits {
  /** Per account, on average. */
  perSecond: number
  /** Per account, at once after a pause. */
  burst: number
  /** Per client address in five minutes. */
  perAddress: number
}

export const defaultApiLimits: ApiLimits = { perSecond: 5, burst: 20, perAddress: 200 }

const addressWindowMs = 5 * 60_000
const mostKept = 50_000

/**
 * The limits of api-contract section 2 with a burst (T29). Each `take` counts one call and gives the whole seconds to wait, or
 * undefined when it may go on. Counts are per process and safe to lose.
 */
export function createApiLimits(limits: ApiLimits, now: () => number) {
  const buckets = new Map<string, { tokens: number; at: number }>()
  const windows = new Map<string, { count: number; until: number }>()

  return {
    takeOfAccount(account: string): number | undefined {
      if (limits.perSecond === 0) return undefined
      const most = Math.max(1, limits.burst)
      const former = buckets.get(account)
      const grown = former ? former.tokens + ((now() - former.at) / 1000) * limits.perSecond : most
      const tokens = Math.min(most, grown)
      keepRoom(buckets)
      buckets.delete(account)
      buckets.set(account, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now() })
      return tokens >= 1 ? undefined : Math.max(1, Math.ceil((1 - tokens) / limits.perSecond))
    },
    takeOfAddress(given: string): number | undefined {
      if (limits.perAddress === 0) return undefined
      const address = networkOf(given)
      const former = windows.get(address)
      const isLive = former !== undefined && former.until > now()
      keepRoom(windows)
      const window = isLive ? former : { count: 0, until: now() + addressWindowMs }
      windows.set(address, { ...window, count: window.count + 1 })
      return window.count < limits.perAddress
        ? undefined
        : Math.max(1, Math.ceil((window.until - now()) / 1000))
    },
  }
}

/** The oldest goes: nobody gets rid of everybody's counts by coming under many names. */
function keepRoom(counts: Map<string, unknown>): void {
  if (counts.size < mostKept) return
  const [oldest] = counts.keys()
  if (oldest !== undefined) counts.delete(oldest)
}

/** What one client has for itself: of IPv6 the first 64 bits (RFC 6177), of IPv4 the address. */
export function networkOf(address: string): string {
  if (!ipaddr.IPv6.isValid(address)) return address
  const parsed = ipaddr.IPv6.parse(address)
  return parsed.isIPv4MappedAddress() ? parsed.toIPv4Address().toString() : parsed.parts.slice(0, 4).join(':')
}

import type { Host } from '../host/host.ts'
import type { Store } from './store.ts'

/** What the engine's verbs may ask of the outside. */
export interface Deps {
  store: Store
  host: Host
  /** Milliseconds since the epoch. */
  now: () => number
  /** Where the sandbox listens, without a slash at the end. */
  url: () => string
  dataDir: string
  /** The app of the integration, as in "Hourwire: Cancel Booking". */
  appTitle: string
  /** Waits, for the failure switch; ends early when the sandbox stops. Replaced in tests. */
  wait: (ms: number) => Promise<void>
  /** Ends with the sandbox; actions under way are cut off. */
  stopping: AbortSignal
  /** Tells open pages that something changed. */
  changed: () => void
}

import type { BaseApp, Trigger } from 'zapier-platform-core'
import packageJson from '../package.json' with { type: 'json' }
import { authentication } from './authentication.ts'
import { addCredentials, refuseReadably } from './middleware.ts'
import { bookingScheduled } from './triggers/booking-scheduled.ts'

export { BOOKING_SCHEDULED_FIELDS, keysOf } from './fields.ts'
export { BOOKING_SCHEDULED_SAMPLE } from './triggers/booking-scheduled.ts'

/**
 * The whole integration. Zapier's packages are imported for their types only, so this file also runs where they
 * are not installed: in the Zap sandbox and in the tests of the server.
 */
const app = {
  version: packageJson.version,
  // The version of Zapier's core that this package is tested with and pushed with.
  platformVersion: packageJson.zapier.platformVersion,
  authentication,
  beforeRequest: [addCredentials],
  afterResponse: [refuseReadably],
  triggers: { booking_scheduled: bookingScheduled },
  // Nothing is dropped from the input: an empty filter means "all", and the code says so itself.
  // 429 comes to our own afterResponse, which reads both forms of Retry-After and says it in words.
  flags: { cleanInputData: false, throwForThrottlingEarly: false },
} satisfies BaseApp & { triggers: Record<string, Trigger> }

export default app

import type { BaseApp, Create, Search, Trigger } from 'zapier-platform-core'
import packageJson from '../package.json' with { type: 'json' }
import { authentication } from './authentication.ts'
import { cancelBooking } from './creates/cancel-booking.ts'
import { requestReschedule } from './creates/request-reschedule.ts'
import { scheduleBooking } from './creates/schedule-booking.ts'
import { setNoShow } from './creates/set-no-show.ts'
import { addCredentials, refuseReadably } from './middleware.ts'
import { findBooking } from './searches/find-booking.ts'
import { findContact } from './searches/find-contact.ts'
import { getBooking } from './searches/get-booking.ts'
import { triggers } from './triggers/triggers.ts'

export { BOOKING_OUTPUT_FIELDS, CONTACT_OUTPUT_FIELDS, keysOf, TRIGGER_FIELDS } from './fields.ts'

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
  triggers,
  searches: { find_contact: findContact, find_booking: findBooking, get_booking: getBooking },
  creates: {
    schedule_booking: scheduleBooking,
    cancel_booking: cancelBooking,
    request_reschedule: requestReschedule,
    set_no_show: setNoShow,
  },
  // Nothing is dropped from the input: an empty filter means "all", and the code says so itself.
  // 429 comes to our own afterResponse, which reads both forms of Retry-After and says it in words.
  flags: { cleanInputData: false, throwForThrottlingEarly: false },
} satisfies BaseApp & {
  triggers: Record<string, Trigger>
  searches: Record<string, Search>
  creates: Record<string, Create>
}

export default app

import { accountEndpoints } from './account.ts'
import { availabilityEndpoints } from './availability.ts'
import { bookingEndpoints } from './bookings.ts'
import { calendarEndpoints } from './calendars.ts'
import type { Implementation } from './call.ts'
import { classicEndpoints } from './classic.ts'
import { contactEndpoints } from './contacts.ts'
import { linkEndpoints } from './links.ts'
import { smsEndpoints } from './sms.ts'
import { teamEndpoints } from './teams.ts'
import { userEndpoints } from './users.ts'
import { webhookEndpoints } from './webhooks.ts'

/** Every endpoint of the REST API, in the order of the reference. */
export const implementations: Implementation[] = [
  ...accountEndpoints,
  ...bookingEndpoints,
  ...calendarEndpoints,
  ...linkEndpoints,
  ...classicEndpoints,
  ...contactEndpoints,
  ...userEndpoints,
  ...availabilityEndpoints,
  ...teamEndpoints,
  ...webhookEndpoints,
  ...smsEndpoints,
]

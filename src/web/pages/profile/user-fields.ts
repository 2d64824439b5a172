import { z } from 'zod'
import { isZone, presentZoneName } from '#kit/time.ts'

/** What people type about a user, as the forms of this house take it. */
export const userFields = {
  name: z
    .string('Enter a name.')
    .trim()
    .min(1, 'Enter a name.')
    .max(100, 'Use at most 100 characters.')
    .regex(/^\P{Cc}*$/u, 'Use letters, digits and signs only.'),
  loginId: z
    .string('Enter an email address.')
    .trim()
    .min(1, 'Enter an email address.')
    .max(254, 'Use at most 254 characters.')
    .pipe(z.email('Enter an email address, such as ana@example.com.')),
  role: z.enum(['administrator', 'member'], 'Choose a role.'),
  zone: z.string('Choose a time zone.').refine(isZone, 'Choose a time zone.').transform(presentZoneName),
  password: z.string('Enter your password.').min(1, 'Enter your password.'),
  newPassword: z.string('Choose a password.').min(1, 'Choose a password.'),
}

/** `Please wait 12 minutes` in whole minutes, or seconds under a minute. */
export function waitWords(seconds: number): string {
  const [count, unit] = seconds < 60 ? [seconds, 'second'] : [Math.ceil(seconds / 60), 'minute']
  return `Too many attempts. Please wait ${count} ${unit}${count === 1 ? '' : 's'}, then try again.`
}

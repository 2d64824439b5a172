import { z } from 'zod'
import type { User } from '#domain/accounts/user.ts'
import type { Booking } from '#domain/bookings/booking.ts'
import { cancelAsUser } from '#domain/bookings/cancel-booking.ts'
import type { ChangeDeps, ChangeProblem } from '#domain/bookings/change-booking.ts'
import { approveRequest, reassign, setNoShow } from '#domain/bookings/handle-booking.ts'
import { type BookingId, parsePublicId } from '#kit/ids.ts'
import { type Result, refuse } from '#kit/result.ts'
import { parseInstant } from '#kit/time.ts'

const reason = z
  .string()
  .max(2000, 'Use at most 2,000 characters.')
  .transform((text) => text.trim())
  .default('')

export const ActForm = z.discriminatedUnion('intent', [
  z.object({
    intent: z.literal('cancel'),
    choice: z.enum(['cancel', 'same', 'any'], 'Choose what should happen.'),
    reason,
  }),
  z.object({
    intent: z.literal('approve'),
    start: z.string('Choose one of the suggested times.').transform((text, context) => {
      const instant = parseInstant(text)
      if (!instant) context.addIssue('Choose one of the suggested times.')
      return instant as Temporal.Instant
    }),
  }),
  z.object({ intent: z.literal('no-show') }),
  z.object({
    intent: z.literal('reassign'),
    to: z.string('Choose who takes over.').min(1, 'Choose who takes over.'),
    reason,
  }),
])

export type ActForm = z.output<typeof ActForm>

/** Does what the form asks for, by the domain's verbs. */
export function perform(
  deps: ChangeDeps,
  { viewer, bookingId, form }: { viewer: User; bookingId: BookingId; form: ActForm },
): Promise<Result<Booking, ChangeProblem>> | Result<Booking, ChangeProblem> {
  switch (form.intent) {
    case 'approve':
      return approveRequest(deps, { viewer, bookingId, start: form.start })
    case 'no-show':
      return setNoShow(deps, { viewer, bookingId })
    case 'reassign': {
      const toUserId = parsePublicId('user', form.to)
      if (!toUserId) return refuse({ code: 'user-not-found' })
      return reassign(deps, { viewer, bookingId, toUserId, reason: form.reason })
    }
    case 'cancel':
      return cancelAsUser(deps, {
        viewer,
        bookingId,
        reason: form.reason,
        cancel: form.choice === 'cancel' ? { kind: 'cancel' } : { kind: 'ask-again', rebook: form.choice },
      })
  }
}

/** One sentence on what to do about a refusal. */
export function refusalInWords(problem: ChangeProblem): string {
  switch (problem.code) {
    case 'slot-taken':
      return 'The owner’s time is taken then by another booking. Nothing was changed.'
    case 'slot-past':
      return 'This time has passed. Choose another one, or ask the customer for new times.'
    case 'slot-not-offered':
      return 'This is not one of the times the customer suggested.'
    case 'user-not-found':
      return 'Choose another user of this account.'
    case 'not-possible':
      return 'The booking was changed meanwhile, so this is not possible any more.'
    default:
      return 'This could not be done. Reload the page to see how the booking stands.'
  }
}

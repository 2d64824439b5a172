import type { ChangePolicy } from '#domain/booking-pages/booking-page.ts'

/** "Up to 2 hours before the start": the policy of one act in a sentence, or the owner's own text. */
export function policyInWords(policy: ChangePolicy, act: 'cancel' | 'reschedule'): string {
  if (policy.text.trim() !== '') return policy.text.trim()
  const verb = act === 'cancel' ? 'canceled' : 'rescheduled'
  const limit = policy[act]
  if (limit === 'any') return `It can be ${verb} any time before it starts.`
  if (limit === 'never') return `It cannot be ${verb} online. Please contact the owner.`
  return `It can be ${verb} up to ${spanInWords(limit)} before it starts.`
}

/** What stands in place of the button where the policy does not let the customer do it now; empty where the policy's sentence says it. */
export function refusalInWords(policy: ChangePolicy, act: 'cancel' | 'reschedule'): string {
  if (policy[act] !== 'never') return 'This is not possible any more.'
  return policy.text.trim() === '' ? '' : policyInWords({ ...policy, text: '' }, act)
}

/** 90 is "90 minutes", 120 "2 hours", 2880 "2 days": the largest unit that leaves nothing over. */
function spanInWords(minutes: number): string {
  for (const [unit, length] of [
    ['day', 1440],
    ['hour', 60],
  ] as const)
    if (minutes % length === 0) return counted(minutes / length, unit)
  return counted(minutes, 'minute')
}

const counted = (count: number, unit: string) => `${count} ${unit}${count === 1 ? '' : 's'}`

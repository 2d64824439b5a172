import { ok, type Result, refuse } from '#kit/result.ts'
import { type AvailabilityProblem, type SlotQuestion, slotLimits } from './availability.ts'
import { planSlots } from './slot-plan.ts'
import { spansOfRange, startsWithin } from './slot-search.ts'

/**
 * Lists the starts that can be booked in a range of dates, as epoch milliseconds, ascending and unique.
 *
 * A pure function of its question and the tz data. What it lists is exactly what `isBookable` accepts. Refuses rules
 * that make no sense and questions beyond `slotLimits`, naming the member.
 *
 * Source: docs/architecture, "Availability", rules 1 to 6.
 */
export function listSlots(question: SlotQuestion): Result<number[], AvailabilityProblem> {
  const plan = planSlots(question)
  if (!plan.ok) return plan

  const slots: number[] = []
  for (const span of spansOfRange(plan.value)) {
    const starts = startsWithin(plan.value, span)
    if (!starts || slots.length + starts.length > slotLimits.startsPerQuestion) {
      return refuse({
        code: 'bad-slot-rules',
        path: 'spacingMinutes',
        message: `gives more than ${slotLimits.startsPerQuestion} starting times in this range; ask for fewer days`,
      })
    }
    for (const startMs of starts) slots.push(startMs)
  }
  return ok(slots)
}

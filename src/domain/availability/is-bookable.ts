import type { DateRange, SlotRules } from './availability.ts'
import { firstMs, lastMs, planSlots, type SlotPlan } from './slot-plan.ts'
import { spansOfRange, startsWithin } from './slot-search.ts'

/**
 * True when a slot may start at this instant: exactly when `listSlots` lists it.
 *
 * Without a `range` the dates do not matter, which is what a booking asks; `busy` must hold what lies within the slot
 * and the buffers around it. Rules that make no sense offer nothing, so nothing is bookable.
 */
export function isBookable(rules: SlotRules & { range?: DateRange }, startMs: number): boolean {
  const plan = planSlots(rules)
  return plan.ok && planOffers(plan.value, startMs)
}

/** The same for rules that were checked before. */
export function planOffers(plan: SlotPlan, startMs: number): boolean {
  if (!Number.isInteger(startMs) || startMs < firstMs || startMs >= lastMs) return false
  return spansOfRange(plan).some((span) => {
    const only = { fromMs: Math.max(span.fromMs, startMs), untilMs: Math.min(span.untilMs, startMs + 1) }
    return only.fromMs < only.untilMs && startsWithin(plan, only)?.length === 1
  })
}

import type { Deps } from './deps.ts'
import type { Failure, Zap } from './records.ts'

export const slowSeconds = 20
export const retryAfterSeconds = 30

/** What the failure switch of a Zap can be set to. */
export const failures: readonly { id: Failure; label: string; about: string }[] = [
  { id: 'none', label: 'Answer normally', about: 'Deliveries are taken and run.' },
  { id: '500', label: 'Answer 500', about: 'Every delivery is turned away, as by a broken server.' },
  {
    id: '429',
    label: 'Answer 429',
    about: `Every delivery is turned away with "Retry-After: ${retryAfterSeconds}", as by a server that has too much to do.`,
  },
  {
    id: 'slow',
    label: 'Answer slowly',
    about: `Every delivery is taken, but the answer comes after ${slowSeconds} seconds. A sender that gives up sooner will send it again.`,
  },
  {
    id: 'hang',
    label: 'Never answer',
    about: 'The line stays open until the sender gives up. Nothing is taken.',
  },
]

export const findFailure = (id: string) => failures.find((one) => one.id === id)

/** Sets the switch and counts anew. */
export function setFailure(deps: Pick<Deps, 'store' | 'changed'>, zap: Zap, failure: Failure): void {
  deps.store.saveZap({ ...zap, failure, turnedAway: 0 })
  deps.changed()
}

/** Counts a delivery that was not taken. */
export function countTurnedAway(deps: Pick<Deps, 'store' | 'changed'>, zapId: string): void {
  const zap = deps.store.findZap(zapId)
  if (!zap) return
  deps.store.saveZap({ ...zap, turnedAway: zap.turnedAway + 1 })
  deps.changed()
}

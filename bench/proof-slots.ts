import { listSlots } from '../src/domain/availability/list-slots.ts'
import { walkSlots } from '../src/domain/availability/oracle.test-support.ts'
import { everyZone, randomQuestion } from '../src/domain/availability/random-question.test-support.ts'

/**
 * The proof of availability: random questions over all zones, answered by `listSlots` and by a walk over every minute.
 *
 * `node bench/proof-slots.ts [cases] [first seed]`; exit 1 on a difference, whose seed repeats it alone.
 */
export function proveSlots({ cases, firstSeed = 1 }: { cases: number; firstSeed?: number }) {
  const begun = process.cpuUsage()
  const zones = new Set<string>()
  const seedsThatDiffer: number[] = []
  let slots = 0
  let casesWithSlots = 0
  for (let seed = firstSeed; seed < firstSeed + cases; seed++) {
    const question = randomQuestion(seed)
    zones.add(question.zone)
    const walked = walkSlots(question)
    const listed = listSlots(question)
    slots += walked.length
    if (walked.length > 0) casesWithSlots++
    if (!listed.ok || !isSame(listed.value, walked)) seedsThatDiffer.push(seed)
  }
  const { user, system } = process.cpuUsage(begun)
  return {
    name: 'slots',
    cases,
    firstSeed,
    differences: seedsThatDiffer.length,
    seedsThatDiffer: seedsThatDiffer.slice(0, 20),
    /** With no difference in n cases, at most so many are wrong with 95 % confidence (3/n). */
    upperBoundPercent: seedsThatDiffer.length === 0 ? (3 / cases) * 100 : undefined,
    zones: zones.size,
    zonesKnown: everyZone().length,
    casesWithSlots,
    slots,
    cpuSeconds: Math.round((user + system) / 10_000) / 100,
    tz: process.versions.tz,
  }
}

const isSame = (one: readonly number[], other: readonly number[]) =>
  one.length === other.length && one.every((value, index) => value === other[index])

/** The answer of a verb that may refuse: a value or a problem, never a thrown refusal. */
export type Result<T, Problem> = { ok: true; value: T } | { ok: false; problem: Problem }

export const ok = <T>(value: T): { ok: true; value: T } => ({ ok: true, value })

export const refuse = <const Problem extends { code: string }>(
  problem: Problem,
): { ok: false; problem: Problem } => ({
  ok: false,
  problem,
})

/** The value of a result that has to be there: for set-up code and tests, where a refusal is a mistake. */
export function accepted<T, Problem>(result: Result<T, Problem>): T {
  if (!result.ok) throw new Error(`Refused: ${JSON.stringify(result.problem)}`)
  return result.value
}

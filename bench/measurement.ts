/** One measured promise. What has no budget is there to read. */
export interface Measurement {
  name: string
  value: number
  unit: string
  /** The yardstick's figure: same unit, same run, rounds taken in turn. */
  yardstick?: number | undefined
  /** Median over the rounds of value / yardstick, so that a machine that slows down half way falls out. */
  ratio?: number | undefined
  /** In words, or a number in `unit` that the value may not pass. */
  budget: number | string | null
  ok: boolean
}

type Limit = { atLeast: number } | { atMost: number }

/** A figure on its own, with a budget in its own unit. */
export const measured = (figure: {
  name: string
  value: number
  unit: string
  limit?: Limit
}): Measurement => ({
  name: figure.name,
  value: figure.value,
  unit: figure.unit,
  budget: figure.limit ? `${inWords(figure.limit)} ${figure.unit}` : null,
  ok: !figure.limit || keeps(figure.value, figure.limit),
})

/** A figure against its yardstick, one of each per round; the budget, if any, is for the ratio. */
export function compared(figure: {
  name: string
  values: number[]
  yardsticks: number[]
  unit: string
  limit?: Limit
}): Measurement {
  const ratio = median(figure.values.map((value, round) => value / (figure.yardsticks[round] as number)))
  return {
    name: figure.name,
    value: median(figure.values),
    unit: figure.unit,
    yardstick: median(figure.yardsticks),
    ratio,
    budget: figure.limit ? `ratio ${inWords(figure.limit)}` : null,
    ok: !figure.limit || keeps(ratio, figure.limit),
  }
}

const inWords = (limit: Limit) => ('atLeast' in limit ? `>= ${limit.atLeast}` : `<= ${limit.atMost}`)
const keeps = (value: number, limit: Limit) =>
  'atLeast' in limit ? value >= limit.atLeast : value <= limit.atMost

export const median = (values: number[]): number => quantile(values, 0.5)

/** The value that this share of the values does not pass (nearest rank). */
export function quantile(values: number[], share: number): number {
  if (values.length === 0) throw new Error('a figure of nothing')
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] as number
}

/**
 * Measures each way once per round, in turn, and in the opposite order in every second round, so that what
 * else the machine does meets all of them alike. One round before is not counted.
 */
export async function takeInTurn<Way extends string>(
  rounds: number,
  ways: Record<Way, () => Promise<number>>,
): Promise<Record<Way, number[]>> {
  const names = Object.keys(ways) as Way[]
  const taken = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Way, number[]>
  for (let round = 0; round <= rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const figure = await ways[name]()
      if (round > 0) taken[name].push(figure)
    }
  }
  return taken
}

/** Calls per second over `ms`, with `atOnce` under way at any time. */
export async function ratePerSecond(
  { atOnce, ms }: { atOnce: number; ms: number },
  call: (client: number) => Promise<unknown>,
): Promise<number> {
  const begun = performance.now()
  let calls = 0
  await Promise.all(
    Array.from({ length: atOnce }, async (_, client) => {
      while (performance.now() - begun < ms) {
        await call(client)
        calls++
      }
    }),
  )
  return (calls * 1000) / (performance.now() - begun)
}

/** CPU of this process, all threads, in milliseconds. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Runs one bench by itself: `node bench/x.bench.ts`. */
export async function runAlone(bench: () => Promise<Measurement[]>): Promise<void> {
  for (const { name, value, unit, yardstick, ratio, budget, ok } of await bench())
    console.log(
      [
        ok ? 'ok   ' : 'OVER ',
        `${name}: ${rounded(value)} ${unit}`,
        yardstick === undefined ? '' : `, yardstick ${rounded(yardstick)}`,
        ratio === undefined ? '' : `, ratio ${ratio.toFixed(2)}`,
        budget === null ? '' : ` (budget ${budget})`,
      ].join(''),
    )
}

/** Three figures are as many as a busy machine is good for. */
export const rounded = (value: number): string =>
  Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))

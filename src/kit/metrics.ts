/**
 * Numbers for a monitoring system, written in the text format 0.0.4 of Prometheus (docs/adr/0017). Labels must come from short, closed
 * lists: every combination is kept for the life of the process.
 */

export type Labels = Readonly<Record<string, string>>

export interface Sample {
  labels?: Labels
  value: number
}

export interface Family {
  name: string
  help: string
  /** `counter` for what only grows. */
  type?: 'gauge' | 'counter'
}

export interface Counter {
  add(labels?: Labels, by?: number): void
}

export interface Histogram {
  observe(value: number, labels?: Labels): void
}

export interface Metrics {
  /** Series that are known beforehand start at 0, so that their first step is seen as one. */
  counter(name: string, help: string, known?: Labels[]): Counter
  histogram(name: string, help: string, buckets: number[]): Histogram
  /**
   * Families that are read when somebody asks: one reading for all of them, each under its name. A reading that fails leaves its
   * families out and shows in `hourwire_reading_ok`.
   */
  reading(about: string, families: Family[], read: () => Promise<Record<string, Sample[]>>): void
  /** Everything, as text. */
  render(): Promise<string>
}

export const metricsContentType = 'text/plain; version=0.0.4; charset=utf-8'

export function createMetrics(): Metrics {
  const parts: (() => Promise<string> | string)[] = []
  const names = new Set<string>()
  const readings = new Map<string, boolean>()
  const claim = (name: string) => {
    if (!/^[a-z_][a-z0-9_]*$/.test(name) || names.has(name)) throw new Error(`Metric name in use: ${name}`)
    names.add(name)
  }
  return {
    counter: (name, help, known = []) => {
      claim(name)
      const series = new Map<string, { labels: Labels; value: number }>()
      const add = (labels: Labels = {}, by = 1) => {
        const key = labelText(labels)
        const one = series.get(key) ?? { labels, value: 0 }
        series.set(key, { ...one, value: one.value + by })
      }
      for (const labels of known) add(labels, 0)
      parts.push(() => family({ name, help, type: 'counter' }, [...series.values()]))
      return { add }
    },
    histogram: (name, help, buckets) => {
      claim(name)
      const series = new Map<string, { labels: Labels; counts: number[]; sum: number; count: number }>()
      parts.push(() => {
        const lines = [...series.values()].flatMap(({ labels, counts, sum, count }) => [
          ...buckets.map(
            (most, index) => `${name}_bucket${labelText({ ...labels, le: String(most) })} ${counts[index]}`,
          ),
          `${name}_bucket${labelText({ ...labels, le: '+Inf' })} ${count}`,
          `${name}_sum${labelText(labels)} ${sum}`,
          `${name}_count${labelText(labels)} ${count}`,
        ])
        return head({ name, help, type: 'histogram' }) + lines.map((line) => `${line}\n`).join('')
      })
      return {
        observe: (value, labels = {}) => {
          const key = labelText(labels)
          const one = series.get(key) ?? { labels, counts: buckets.map(() => 0), sum: 0, count: 0 }
          series.set(key, {
            labels,
            counts: one.counts.map((count, index) => count + (value <= (buckets[index] ?? 0) ? 1 : 0)),
            sum: one.sum + value,
            count: one.count + 1,
          })
        },
      }
    },
    reading: (about, families, read) => {
      for (const { name } of families) claim(name)
      parts.push(async () => {
        const found = await read().catch(() => undefined)
        readings.set(about, found !== undefined)
        if (!found) return ''
        return families.map((one) => family(one, found[one.name] ?? [])).join('')
      })
    },
    render: async () => {
      // One after another: who measures takes one connection, and does not stand in the queue that it measures.
      const texts: string[] = []
      for (const part of parts) texts.push(await part())
      const ok = [...readings].map(([about, worked]) => ({
        labels: { reading: about },
        value: worked ? 1 : 0,
      }))
      return (
        texts.join('') +
        family({ name: 'hourwire_reading_ok', help: '1 where the numbers of this reading could be had.' }, ok)
      )
    },
  }
}

/** Asks at most every so often; who asks meanwhile gets the same answer. A failure is not kept. */
export function askedAtMostEvery<T>(ms: number, now: () => number, ask: () => Promise<T>): () => Promise<T> {
  let kept: { until: number; answer: Promise<T> } | undefined
  return () => {
    if (kept && kept.until > now()) return kept.answer
    const one = { until: now() + ms, answer: ask() }
    kept = one
    one.answer.catch(() => {
      if (kept === one) kept = undefined
    })
    return one.answer
  }
}

const head = ({ name, help, type }: { name: string; help: string; type: string }) =>
  `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n`

const family = ({ name, help, type = 'gauge' }: Family, samples: Sample[]): string =>
  head({ name, help, type }) +
  samples.map(({ labels = {}, value }) => `${name}${labelText(labels)} ${numberText(value)}\n`).join('')

const numberText = (value: number) =>
  value === Number.POSITIVE_INFINITY ? '+Inf' : value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value)

const labelText = (labels: Labels): string => {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

const escaped = (value: string) =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')

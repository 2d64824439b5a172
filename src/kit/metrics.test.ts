import { describe, expect, test } from 'vitest'
import { askedAtMostEvery, createMetrics } from './metrics.ts'

describe('the text for Prometheus', () => {
  test('counters begin at 0 where they are known, grow by label, and escape what labels may hold', async () => {
    const metrics = createMetrics()
    const asked = metrics.counter('asked_total', 'How often\nsomebody asked.', [{ outcome: 'booked' }])
    asked.add({ outcome: 'taken' })
    asked.add({ outcome: 'taken' }, 2)
    asked.add({ outcome: 'a "quote", a \\ and a\nline' })
    expect((await metrics.render()).split('# HELP hourwire_reading_ok')[0]).toBe(
      [
        '# HELP asked_total How often\\nsomebody asked.',
        '# TYPE asked_total counter',
        'asked_total{outcome="booked"} 0',
        'asked_total{outcome="taken"} 3',
        'asked_total{outcome="a \\"quote\\", a \\\\ and a\\nline"} 1',
        '',
      ].join('\n'),
    )
  })

  test('a histogram counts each value in every bucket that holds it', async () => {
    const metrics = createMetrics()
    const took = metrics.histogram('took_seconds', 'How long.', [0.1, 1])
    for (const seconds of [0.1, 0.5, 7]) took.observe(seconds, { result: 'failed' })
    expect(await metrics.render()).toContain(
      [
        '# TYPE took_seconds histogram',
        'took_seconds_bucket{result="failed",le="0.1"} 1',
        'took_seconds_bucket{result="failed",le="1"} 2',
        'took_seconds_bucket{result="failed",le="+Inf"} 3',
        'took_seconds_sum{result="failed"} 7.6',
        'took_seconds_count{result="failed"} 3',
        '',
      ].join('\n'),
    )
  })

  test('a reading that fails is left out and says so, and the others stay', async () => {
    const metrics = createMetrics()
    let isBroken = false
    metrics.reading('depth', [{ name: 'depth', help: 'How deep.' }], async () => {
      if (isBroken) throw new Error('away')
      return { depth: [{ value: 3 }] }
    })
    metrics.reading('other', [{ name: 'other', help: 'Another.' }], async () => ({ other: [{ value: 1 }] }))
    expect(await metrics.render()).toContain('\ndepth 3\n')
    isBroken = true
    const text = await metrics.render()
    expect(text).not.toContain('depth 3')
    expect(text).toContain('\nother 1\n')
    expect(text).toContain('hourwire_reading_ok{reading="depth"} 0\nhourwire_reading_ok{reading="other"} 1\n')
  })

  test('a name is given once', () => {
    const metrics = createMetrics()
    metrics.counter('asked_total', 'x')
    expect(() => metrics.counter('asked_total', 'y')).toThrow('asked_total')
  })
})

test('an answer is kept for its time and shared by who asks meanwhile; a failure is not kept', async () => {
  let now = 0
  let asked = 0
  let isBroken = false
  const ask = askedAtMostEvery(
    1_000,
    () => now,
    async () => {
      asked += 1
      if (isBroken) throw new Error('away')
      return asked
    },
  )
  expect(await Promise.all([ask(), ask()])).toEqual([1, 1])
  now = 999
  expect(await ask()).toBe(1)
  now = 1_000
  isBroken = true
  await expect(ask()).rejects.toThrow('away')
  isBroken = false
  expect(await ask()).toBe(3)
})

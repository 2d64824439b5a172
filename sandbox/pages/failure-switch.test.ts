import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Bench, openBench } from '../testing/bench.ts'

/** Ends of waits that the sandbox has begun. */
const waits: { ms: number; end: () => void }[] = []
let bench: Bench
beforeAll(async () => {
  bench = await openBench({
    wait: (ms) => new Promise((resolve) => waits.push({ ms, end: () => resolve() })),
  })
})
afterEach(async () => {
  waits.length = 0
  await bench.reset()
})
afterAll(() => bench.close())

const item = { id: 'EVNT-9', booking_subject: 'Demo' }

describe('the failure switch', () => {
  test.each([
    ['500', 500, null],
    ['429', 429, '30'],
  ])(
    'set to %s turns every delivery away and counts them, until it is set back',
    async (failure, status, wait) => {
      const { id, hook } = await bench.aZapThatIsOn()
      const set = await bench.post(`/zaps/${id}/failure`, { failure })
      expect(set.text).toContain(`The failure switch is set: answer ${failure}.`)
      for (const _ of ['first', 'second']) {
        const answer = await bench.deliver(hook, item)
        expect(answer.status).toBe(status)
        expect(answer.headers.get('retry-after')).toBe(wait)
      }
      const zap = (await bench.get(`/zaps/${id}`)).text
      expect(zap).toContain('So far 2 deliveries were not taken.')
      expect(zap).toContain('No runs yet')
      expect((await bench.get('/')).text).toContain('Failure switch set')

      const normal = await bench.post(`/zaps/${id}/failure`, { failure: 'none' })
      expect(normal.text).toContain('The Zap answers normally again.')
      expect(normal.text).not.toContain('The failure switch is set')
      expect((await bench.deliver(hook, item)).status).toBe(200)
      await bench.shows(`/zaps/${id}`, 'Success')
    },
  )

  test('set to slow takes the delivery and answers after 20 seconds', async () => {
    const { id, hook } = await bench.aZapThatIsOn()
    await bench.post(`/zaps/${id}/failure`, { failure: 'slow' })
    const delivered = bench.deliver(hook, item)
    await bench.shows(`/zaps/${id}`, 'Success')
    expect(waits.map(({ ms }) => ms)).toEqual([20_000])
    const early = await Promise.race([delivered, Promise.resolve('not answered yet')])
    expect(early).toBe('not answered yet')
    waits[0]?.end()
    expect((await delivered).status).toBe(200)
  })

  test('set to hang never answers and takes nothing', async () => {
    const { id, hook } = await bench.aZapThatIsOn()
    await bench.post(`/zaps/${id}/failure`, { failure: 'hang' })
    const stopping = new AbortController()
    const delivered = fetch(hook, { method: 'POST', body: '{}', signal: stopping.signal }).catch(
      (error: Error) => error.name,
    )
    await bench.shows(`/zaps/${id}`, 'So far 1 delivery was not taken.')
    stopping.abort()
    expect(await delivered).toBe('AbortError')
    expect((await bench.get(`/zaps/${id}`)).text).toContain('No runs yet')
  })

  test.each([
    ['slow', '>Success</span>'],
    ['hang', 'So far 1 delivery was not taken.'],
  ])('set to %s does not keep the sandbox from stopping', async (failure, taken) => {
    const own = await openBench()
    const { id, hook } = await own.aZapThatIsOn()
    await own.post(`/zaps/${id}/failure`, { failure })
    const delivered = own.deliver(hook, item).then(
      ({ status }) => status,
      () => 'cut off',
    )
    await own.shows(`/zaps/${id}`, taken)
    await own.close()
    expect(await delivered).toBe('cut off')
  })

  test('does not hide that a Zap is off or that the app ends the subscription', async () => {
    const { id, hook } = await bench.aZapThatIsOn()
    await bench.post(`/zaps/${id}/failure`, { failure: '500' })
    expect((await fetch(hook, { method: 'DELETE' })).status).toBe(204)
    expect((await bench.deliver(hook, item)).status).toBe(410)
    expect((await bench.get(`/zaps/${id}`)).text).toContain('The app ended this subscription.')
  })

  test('takes no other word', async () => {
    const id = await bench.aZap()
    expect((await bench.post(`/zaps/${id}/failure`, { failure: '418' })).text).toContain(
      'Choose what the address answers.',
    )
  })
})

describe('the hook address', () => {
  test('is a new one each time the Zap is turned on, and the old one stays gone', async () => {
    const { id, hook: first } = await bench.aZapThatIsOn()
    await bench.post(`/zaps/${id}/off`)
    expect((await bench.deliver(first, item)).status).toBe(410)
    await bench.post(`/zaps/${id}/on`)
    const second = [...bench.double.subscriptions.values()].at(-1)?.target_url ?? ''
    expect(second).not.toBe(first)
    expect((await bench.deliver(first, item)).status).toBe(410)
    expect((await bench.deliver(second, item)).status).toBe(200)
  })
})

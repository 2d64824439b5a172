import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Bench, openBench } from '../testing/bench.ts'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const send = (method: string, path: string, headers: Record<string, string>) =>
  new Promise<number>((resolve, reject) => {
    const { port } = new URL(bench.url)
    const sent = httpRequest({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      answer.resume()
      resolve(answer.statusCode ?? 0)
    })
    sent.on('error', reject)
    sent.end()
  })

describe('the pages', () => {
  test('allow nothing from elsewhere and no inline script or style', async () => {
    const answer = await fetch(bench.url)
    const policy = answer.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('unsafe-inline')
    expect(await answer.text()).not.toMatch(/<script>| style="| onclick=/)
  })

  test.each([
    [{}, 403],
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ origin: 'http://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ 'sec-fetch-site': 'same-origin' }, 404],
  ])('take a POST with the headers %j only from themselves: %i', async (headers, status) => {
    expect(await send('POST', '/zaps/zap_none/off', headers as Record<string, string>)).toBe(status)
  })

  test('take a POST with their own origin where Sec-Fetch-Site is missing', async () => {
    expect(
      await send('POST', '/zaps/zap_none/off', {
        origin: `http://${new URL(bench.url).host}`,
        host: new URL(bench.url).host,
      }),
    ).toBe(404)
  })

  test('answer under names of this computer only', async () => {
    expect(await send('GET', '/', { host: 'rebound.example' })).toBe(421)
    expect(await send('GET', '/', { host: 'localhost:1' })).toBe(200)
  })

  test('answer 404 for what does not exist', async () => {
    for (const path of [
      '/nowhere',
      '/zaps/zap_x',
      '/zaps/zap_x/edit',
      '/runs/run_x',
      '/connections/x/delete',
      '/inbox/%20',
    ]) {
      expect((await bench.get(path)).status).toBe(404)
    }
  })

  test('a hook that nobody has answers 410', async () => {
    expect((await bench.deliver(`${bench.url}/hooks/${'0'.repeat(32)}`, {})).status).toBe(410)
  })

  test('open pages hear of a change at once', async () => {
    const stopping = new AbortController()
    const events = await fetch(`${bench.url}/events`, { signal: stopping.signal })
    const reader = events.body?.pipeThrough(new TextDecoderStream()).getReader()
    await reader?.read()
    const heard = reader?.read()
    await fetch(`${bench.url}/inbox/here`, { method: 'POST', body: 'x' })
    expect((await heard)?.value).toContain('data: changed')
    stopping.abort()
  })
})

import { createServer, type RequestListener } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { parseTarget, postJson } from './post-action.ts'

let close = async () => {}
afterEach(() => close())

const listen = async (listener: RequestListener) => {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  close = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/`
}

const send = (url: string, deadlineMs = 10_000) =>
  postJson(
    { stopping: new AbortController().signal, deadlineMs },
    {
      action: { kind: 'post', url, body: 'mapped', mappings: [{ name: 'count', value: '{{n}}' }] },
      item: { n: 3, other: 'x' },
    },
  )

describe('posting to a URL', () => {
  test('sends the mapped fields as JSON and keeps the first KiB of the answer', async () => {
    let got = ''
    const url = await listen((request, response) => {
      request.on('data', (chunk) => {
        got += chunk
      })
      request.on('end', () => response.end('y'.repeat(5000)))
    })
    const { done, result } = await send(url)
    expect(done).toBe(true)
    expect(JSON.parse(got)).toEqual({ count: 3 })
    expect(result).toMatchObject({ status: 200, answer: 'y'.repeat(1024) })
  })

  test('does not follow a redirect', async () => {
    let calls = 0
    const url = await listen((_request, response) => {
      calls++
      response.writeHead(307, { location: '/again' }).end()
    })
    expect(await send(url)).toMatchObject({ done: false, reason: expect.stringContaining('redirect') })
    expect(calls).toBe(1)
  })

  test('fails with the status of a refusal', async () => {
    const url = await listen((_request, response) => response.writeHead(500).end('broken'))
    expect(await send(url)).toMatchObject({
      done: false,
      reason: 'The URL answered 500.',
      result: { status: 500, answer: 'broken' },
    })
  })

  test('gives up after the deadline, also in the middle of an answer', async () => {
    const url = await listen((_request, response) => {
      response.writeHead(200)
      response.write('slow')
    })
    expect(await send(url, 50)).toMatchObject({
      done: false,
      reason: expect.stringContaining('within 0.05 seconds'),
    })
  })

  test('says when nobody is there', async () => {
    const url = await listen(() => {})
    await close()
    close = async () => {}
    expect(await send(url)).toMatchObject({
      done: false,
      reason: expect.stringContaining('could not be reached'),
    })
  })

  test.each(['', 'example.com', 'ftp://a/b', 'file:///etc/passwd', 'javascript:1', 'http://u:p@a/'])(
    'refuses %j',
    (text) => {
      expect(parseTarget(text).ok).toBe(false)
    },
  )

  test('takes http and https, also of this computer', () => {
    expect(parseTarget('http://localhost:4201/inbox/x').ok).toBe(true)
    expect(parseTarget('https://example.com/in').ok).toBe(true)
  })
})

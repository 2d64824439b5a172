import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ApiScope } from '#domain/api-keys/account-key.ts'
import { createAccountKey, revokeAccountKey } from '#domain/api-keys/manage-account-keys.ts'
import { type ApiLimits, defaultApiLimits } from '#http/api/limits.ts'
import { buildApp } from '#http/build-app.ts'
import { accepted } from '#kit/result.ts'
import { openHouse } from '../house.ts'

const noLimits: ApiLimits = { ...defaultApiLimits, perSecond: 0, perAddress: 0 }

describe('the MCP door', () => {
  test('shows its tools, and books, finds, cancels and asks again with them', async () => {
    const house = await openMcp()
    const { tools, call } = await house.connect(await house.aKey('all'))
    expect(tools.map(({ name }) => name)).toEqual([
      'list_pages',
      'find_slots',
      'schedule',
      'find_bookings',
      'cancel_booking',
      'request_reschedule',
    ])
    const schedule = tools.find(({ name }) => name === 'schedule')
    expect(schedule?.inputSchema.required).toEqual([
      'calendar_id',
      'start_time',
      'guest_time_zone',
      'booking_form',
    ])
    expect(schedule?.annotations).toMatchObject({ readOnlyHint: false, destructiveHint: false })

    const pages = await call('list_pages', { limit: 2 })
    expect(pages).toMatchObject({ data: [{ published: true }, {}], has_more: true })
    const calendar_id = pages.data[0].id
    const slots = await call('find_slots', { calendar_id })
    const form = {
      calendar_id,
      guest_time_zone: 'America/New_York',
      booking_form: { name: 'Lena Novak', email: 'lena@example.org' },
    }
    const once = { ...form, start_time: slots.items[0].start_time, idempotency_key: 'once' }
    const first = await call('schedule', once)
    expect(await call('schedule', once)).toEqual(first)
    const second = await call('schedule', { ...form, start_time: slots.items[4].start_time })
    const found = await call('find_bookings', { status: 'scheduled', expand: 'contact', limit: 10 })
    expect(found.data.map(({ id }: { id: string }) => id)).toEqual([second.id, first.id])
    expect(found.data[0].contact.email).toBe('lena@example.org')

    const canceled = await call('cancel_booking', { booking_id: first.id, cancellation_reason: 'Ill' })
    expect(canceled).toMatchObject({
      status: 'canceled',
      cancel_reschedule_information: { reason: 'Ill', actioned_by: 'user' },
    })
    expect(await call('request_reschedule', { booking_id: second.id })).toMatchObject({ status: 'canceled' })
  })

  test('tells refusals in words, as answers of the tool', async () => {
    const house = await openMcp()
    const { refusal, call, client } = await house.connect(await house.aKey('all'))
    const calendar_id = (await call('list_pages', {})).data[0].id
    const slots = await call('find_slots', { calendar_id })
    const wanted = {
      calendar_id,
      start_time: slots.items[0].start_time,
      guest_time_zone: 'Europe/Berlin',
      booking_form: { name: 'Lena', email: 'lena@example.org' },
    }
    await call('schedule', wanted)
    expect(
      await refusal('schedule', { ...wanted, booking_form: { name: 'Max', email: 'max@example.org' } }),
    ).toMatch(/^start_time: this time (was just booked|is not offered)/)
    expect(await refusal('schedule', { ...wanted, guest_time_zone: 'Mars' })).toContain(
      'guest_time_zone: must be',
    )
    expect(await refusal('schedule', { calendar_id })).toBe('start_time: is missing.')
    expect(await refusal('find_slots', {})).toBe('calendar_id: is missing.')
    expect(await refusal('find_slots', { calendar_id: 'BKC-NONE' })).toBe(
      'There is no booking calendar "BKC-NONE".',
    )
    expect(await refusal('find_bookings', { limit: 1000 })).toContain('limit: must be')
    expect(await refusal('find_bookings', { after: 'a', before: 'b' })).toBe(
      'Give after or before, not both.',
    )
    expect(await refusal('list_pages', { surprise: 1 })).toBe('"surprise" is not known here.')
    expect(await refusal('cancel_booking', { booking_id: 'BKNG-NONE' })).toBe(
      'There is no booking "BKNG-NONE".',
    )
    await expect(client.callTool({ name: 'delete_all', arguments: {} })).rejects.toThrow(
      'There is no tool "delete_all"',
    )
  })

  test('a key for reading sees and calls only what reads, one for webhooks nothing', async () => {
    const house = await openMcp()
    const reading = await house.connect(await house.aKey('read'))
    expect(reading.tools.map(({ name }) => name)).toEqual(['list_pages', 'find_slots', 'find_bookings'])
    expect(await reading.refusal('cancel_booking', { booking_id: 'BKNG-NONE' })).toContain('may only read')
    const webhooks = await house.connect(await house.aKey('webhooks'))
    expect(webhooks.tools).toEqual([])
    expect(await webhooks.refusal('list_pages', {})).toContain('for webhooks only')
  })

  test('refuses a wrong key with 401, one that was revoked from the next message on, and pages of other sites', async () => {
    const house = await openMcp()
    await expect(house.connect('rubbish')).rejects.toMatchObject({ code: 401 })
    const message = { jsonrpc: '2.0', id: 1, method: 'tools/list' }
    const { key, id } = await house.aWholeKey('all')
    const post = (headers: Record<string, string> = {}, body: unknown = message) =>
      fetch(house.address, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          'api-key': key,
          ...headers,
        },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      })
    expect((await post()).status).toBe(200)
    expect((await post({ origin: house.publicUrl })).status).toBe(200)
    for (const origin of ['https://evil.example', 'null', house.address])
      expect([origin, (await post({ origin })).status]).toEqual([origin, 403])
    expect((await post({}, [message, message])).status).toBe(400)
    expect((await post({}, '{')).status).toBe(400)
    expect((await post({ accept: 'application/json' })).status).toBe(406)
    expect((await post({ 'mcp-protocol-version': '1999-01-01' })).status).toBe(400)
    expect((await post({}, { jsonrpc: '2.0', method: 'notifications/initialized' })).status).toBe(202)
    for (const method of ['GET', 'DELETE']) {
      const answer = await fetch(house.address, { method })
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST'])
    }
    accepted(await revokeAccountKey(house, { viewer: house.ana, id }))
    const refused = await post()
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    expect((await refused.json()).error.message).toContain('revoked')
  })

  test('counts together with the calls of the REST API', async () => {
    const house = await openMcp({ ...defaultApiLimits, perSecond: 0.001, burst: 2, perAddress: 0 })
    const key = await house.aKey('all')
    const rest = () => fetch(house.address.replace('/mcp', '/v2/test'), { headers: { 'api-key': key } })
    expect((await rest()).status).toBe(200)
    const post = () =>
      fetch(house.address, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          authorization: `Bearer ${key}`,
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }),
      })
    expect((await post()).status).toBe(200)
    const refused = await post()
    expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true])
    expect((await rest()).status).toBe(429)
  })
})

/** A house whose server listens on this machine, and the SDK's own client. */
async function openMcp(limits = noLimits) {
  const house = await openHouse()
  const { ana } = await house.anAccount()
  const app = await buildApp({
    deps: house,
    signIn: undefined as never,
    refusalOfTarget: () => undefined,
    probes: {},
    sandboxUrl: undefined,
    trustProxy: false,
    logLevel: 'silent',
    api: { limits },
  })
  const address = `${await app.listen({ host: '127.0.0.1', port: 0 })}/mcp`
  onTestFinished(() => app.close())
  const aWholeKey = async (scope: ApiScope) =>
    accepted(await createAccountKey(house, { viewer: ana, name: scope, scope }))
  return {
    ...house,
    ana,
    address,
    aWholeKey,
    aKey: async (scope: ApiScope) => (await aWholeKey(scope)).key,
    async connect(key: string) {
      const client = new Client({ name: 'tests', version: '1' })
      const transport = new StreamableHTTPClientTransport(new URL(address), {
        requestInit: { headers: { authorization: `Bearer ${key}` } },
      })
      await client.connect(transport as Parameters<Client['connect']>[0])
      onTestFinished(() => client.close())
      const answerOf = async (name: string, given: Record<string, unknown>) => {
        const answer = (await client.callTool({ name, arguments: given })) as CallToolResult
        const [content] = answer.content
        return { ...answer, text: content?.type === 'text' ? content.text : '' }
      }
      return {
        client,
        tools: (await client.listTools()).tools,
        /** A call that is done; the text says the same as the structure. */
        async call(name: string, given: Record<string, unknown>) {
          const { isError, text, structuredContent } = await answerOf(name, given)
          expect([isError, text]).toEqual([undefined, text])
          const value = JSON.parse(text)
          expect(structuredContent).toEqual(Array.isArray(value) ? { items: value } : value)
          // biome-ignore lint/suspicious/noExplicitAny: whatever came over the wire
          return structuredContent as any
        },
        /** A call that is refused, in words. */
        async refusal(name: string, given: Record<string, unknown>) {
          const { isError, text } = await answerOf(name, given)
          expect([name, isError]).toEqual([name, true])
          return text
        },
      }
    },
  }
}

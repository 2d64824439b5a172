import { createHmac } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { WebhookEventShape } from '#contracts/api/webhooks.ts'
import { inAccount } from '#database/db.ts'
import { cancelAsUser } from '#domain/bookings/cancel-booking.ts'
import { completePastBookings } from '#domain/bookings/complete-past-bookings.ts'
import { reassign, setNoShow } from '#domain/bookings/handle-booking.ts'
import { rescheduleAsCustomer } from '#domain/bookings/reschedule.ts'
import { pauseWebhook, resumeWebhook } from '#domain/webhooks/account-webhooks.ts'
import { sendTestEvent } from '#domain/webhooks/replay-deliveries.ts'
import { parsePublicId, publicId, type SubscriptionId } from '#kit/ids.ts'
import { accepted } from '#kit/result.ts'
import type { Received } from '../house.ts'
import { openApiHouse } from './api-house.ts'

const url = 'https://hooks.example.com/all'
const typeOf = ({ body }: Received) => JSON.parse(body ?? '{}').type

describe('webhooks of the account', () => {
  test('from create to delete and re-create under the same name, as n8n does it', async () => {
    const house = await openApiHouse()
    const { call } = house
    const wanted = { url, name: 'n8n Workflow', events: ['booking'] }
    expect((await call('GET', '/webhooks')).body).toEqual({ object: 'list', data: [], has_more: false })
    const made = await call('POST', '/webhooks', { body: wanted })
    expect([made.status, made.body]).toEqual([
      200,
      expect.objectContaining({ ...wanted, api_version: 'v2', secret: expect.stringMatching(/^whsec_/) }),
    ])
    const { id } = made.body
    expect((await call('GET', `/webhooks/${id}`)).body).toEqual(made.body)
    const taken = await call('POST', '/webhooks', { body: { ...wanted, name: 'N8N workflow' } })
    expect([taken.status, taken.body.param]).toEqual([409, 'name'])
    expect((await call('DELETE', `/webhooks/${id}`)).body).toEqual({ id, object: 'webhook', deleted: true })
    expect((await call('GET', `/webhooks/${id}`)).body).toEqual({ id, object: 'webhook', deleted: true })
    expect((await call('DELETE', `/webhooks/${id}`)).status).toBe(404)
    expect((await call('GET', '/webhooks')).body.data).toEqual([])
    const again = await call('POST', '/webhooks', { body: wanted })
    expect(again.status).toBe(200)
    expect(again.body.id).not.toBe(id)
  })

  test('each act on one is audited, with the user or the API key that acted', async () => {
    const house = await openApiHouse()
    const { call, ana } = house
    const made = await call('POST', '/webhooks', { body: { url, name: 'all', events: ['booking'] } })
    const id = parsePublicId('subscription', made.body.id) as SubscriptionId
    const acting = { accountId: ana.accountId, userId: ana.id }
    accepted(await pauseWebhook(house, acting, id))
    accepted(await resumeWebhook(house, acting, id))
    await call('DELETE', `/webhooks/${made.body.id}`)
    expect(
      await house.sql(
        `select action, subject, actor_user_id as by, details from audit_entries where action like 'webhook.%' order by id`,
      ),
    ).toEqual([
      { action: 'webhook.created', subject: id, by: null, details: { apiKey: house.keyId } },
      { action: 'webhook.paused', subject: id, by: ana.id, details: {} },
      { action: 'webhook.resumed', subject: id, by: ana.id, details: {} },
      { action: 'webhook.deleted', subject: id, by: null, details: { apiKey: house.keyId } },
    ])
  })

  test('a list goes on where a webhook was that is deleted meanwhile', async () => {
    const { call } = await openApiHouse()
    const ids: string[] = []
    for (const name of ['1', '2', '3', '4', '5'])
      ids.unshift((await call('POST', '/webhooks', { body: { url, name, events: ['booking'] } })).body.id)
    const idsAt = async (query: string) =>
      (await call('GET', `/webhooks?limit=2&${query}`)).body.data.map(({ id }: { id: string }) => id)
    expect(await idsAt('')).toEqual(ids.slice(0, 2))
    await call('DELETE', `/webhooks/${ids[1]}`)
    expect(await idsAt(`after=${ids[1]}`)).toEqual(ids.slice(2, 4))
    expect(await idsAt(`before=${ids[1]}`)).toEqual(ids.slice(0, 1))
  })

  test('every change of a booking arrives once, signed both ways, at whoever asked for it', async () => {
    const house = await openApiHouse()
    const { call, ana, page } = house
    const bo = await house.aUser({ accountId: ana.accountId, name: 'Bo Ek' })
    const bosPage = await house.aPage({ owner: bo, name: 'Bo Ek' })
    const all = (await call('POST', '/webhooks', { body: { url, name: 'all', events: ['booking'] } })).body
    const some = { url: 'https://hooks.example.com/some', name: 'some' }
    await call('POST', '/webhooks', {
      body: { ...some, events: ['booking.canceled', 'conversation.started', 'booking.reassigned'] },
    })

    const first = await house.aBooking({ page, start: '2026-11-25T09:00:00Z' })
    const second = await house.aBooking({
      page: bosPage,
      start: '2026-11-25T15:00:00Z',
      email: 'max@example.org',
    })
    const [, , shownId = '', signature = ''] = first.customerPath.split('/')
    const move = { address: { shownId, signature }, start: Temporal.Instant.from('2026-11-26T09:00:00Z') }
    accepted(
      await rescheduleAsCustomer(house, {
        ...move,
        pageSlug: page.slug,
        eventTypeSlug: '30-minute-meeting',
        customerZone: 'America/New_York',
      }),
    )
    accepted(await reassign(house, { viewer: ana, bookingId: first.bookingId, toUserId: bo.id }))
    accepted(
      await cancelAsUser(house, {
        viewer: ana,
        bookingId: second.bookingId,
        cancel: { kind: 'ask-again', rebook: 'same' },
      }),
    )
    const third = await house.aBooking({ page, start: '2026-11-25T13:00:00Z' })
    accepted(
      await cancelAsUser(house, { viewer: ana, bookingId: third.bookingId, cancel: { kind: 'cancel' } }),
    )
    house.setNow('2026-11-26T11:00:00Z')
    await completePastBookings(house, 10)
    accepted(await setNoShow(house, { viewer: ana, bookingId: first.bookingId }))

    const received = await house.deliverAll()
    const toAll = received.filter((one) => one.url === url)
    expect(toAll.map(typeOf).sort()).toEqual(
      [
        'booking.scheduled',
        'booking.scheduled',
        'booking.scheduled',
        'booking.rescheduled',
        'booking.reassigned',
        'booking.canceled_reschedule_requested',
        'booking.canceled',
        'booking.completed',
        'booking.no_show',
      ].sort(),
    )
    expect(
      received
        .filter((one) => one.url === some.url)
        .map(typeOf)
        .sort(),
    ).toEqual(['booking.canceled', 'booking.reassigned'])
    const idsOf = (list: Received[]) =>
      new Map(list.map((one) => [typeOf(one), JSON.parse(one.body ?? '').id]))
    expect(idsOf(received.filter((one) => one.url === some.url)).get('booking.canceled')).toBe(
      idsOf(toAll).get('booking.canceled'),
    )
    const moments = new Set<string>()
    for (const { headers, body = '' } of toAll) {
      const event = WebhookEventShape.parse(JSON.parse(body))
      expect(body).toBe(JSON.stringify(JSON.parse(body)))
      moments.add(`${event.data.id} ${event.data.last_updated_time}`)
      const [, t = '', s] = /^t=(\d+),s=([0-9a-f]+)$/.exec(headers['oncehub-signature'] ?? '') ?? []
      expect(s).toBe(createHmac('sha256', all.secret).update(`${t}.${body}`).digest('hex'))
      const now = Number(t) * 1000
      expect(Math.abs(now - house.clock.now().epochMilliseconds)).toBeLessThan(300_000)
      // The library compares with the real clock; the signature alone is asked here.
      expect(new Webhook(all.secret).sign(headers['webhook-id'] ?? '', new Date(now), body)).toBe(
        headers['webhook-signature'],
      )
    }
    expect(moments.size).toBe(toAll.length)
    const reassigned = toAll.find((one) => typeOf(one) === 'booking.reassigned')
    expect(JSON.parse(reassigned?.body ?? '').data).toMatchObject({
      owner: publicId('user', bo.id),
      attendees: ['bo@example.com', 'lena@example.org'],
    })
    const asShown = (await call('GET', `/bookings/${publicId('booking', first.bookingId)}`)).body
    const last = JSON.parse(toAll.find((one) => typeOf(one) === 'booking.no_show')?.body ?? '').data
    const { contact: _, utm_params: __, ...shown } = asShown
    expect({ ...shown, cancel_reschedule_url: last.cancel_reschedule_url }).toEqual(last)
  })

  test('a test event, a target that is gone, and a failing one behave as for Zaps', async () => {
    const house = await openApiHouse()
    const made = (
      await house.call('POST', '/webhooks', { body: { url, name: 'all', events: ['booking.no_show'] } })
    ).body
    const [row] = await house.sql<{ id: string }>('select id from subscriptions')
    accepted(await sendTestEvent(house, { viewer: house.ana, subscriptionId: row?.id as never }))
    const [test] = await house.deliverAll()
    expect(typeOf(test as Received)).toBe('booking.no_show')
    WebhookEventShape.parse(JSON.parse(test?.body ?? ''))
    await house.aBooking({ page: house.page, start: '2026-11-25T09:00:00Z' })
    expect(await house.deliverAll()).toEqual([])
    accepted(await sendTestEvent(house, { viewer: house.ana, subscriptionId: row?.id as never }))
    await house.deliverAll(() => 410)
    expect((await house.call('GET', `/webhooks/${made.id}`)).body).toEqual({
      id: made.id,
      object: 'webhook',
      deleted: true,
    })
    expect(
      await inAccount(house.database, house.ana.accountId, (tx) =>
        tx.selectFrom('farewells').selectAll().execute(),
      ),
    ).toEqual([])
  })
})

import type { Provocation } from './provocation.ts'

const right = { url: 'https://hooks.example.com/all', name: 'all', events: ['booking'] }

const create =
  (change: Partial<Record<keyof typeof right, unknown>>): Provocation['arrange'] =>
  async () => ({ path: '/webhooks', body: { ...right, ...change } })

export const webhookProvocations: Provocation[] = [
  { endpoint: 'createWebhook', status: 400, param: 'url', arrange: create({ url: undefined }) },
  { endpoint: 'createWebhook', status: 400, param: 'url', arrange: create({ url: 'http://10.0.0.1/' }) },
  { endpoint: 'createWebhook', status: 400, param: 'name', arrange: create({ name: '- -' }) },
  { endpoint: 'createWebhook', status: 400, param: 'events', arrange: create({ events: [] }) },
  { endpoint: 'createWebhook', status: 400, param: 'events', arrange: create({ events: ['booking.moved'] }) },
  { endpoint: 'createWebhook', status: 400, param: 'name', arrange: create({ name: 'a\u0000b' }) },
  { endpoint: 'createWebhook', status: 400, param: 'name', arrange: create({ name: 'a\ud800b' }) },
  {
    endpoint: 'createWebhook',
    status: 400,
    param: 'events',
    arrange: create({ events: Array.from({ length: 101 }, () => 'booking') }),
  },
  {
    endpoint: 'createWebhook',
    status: 422,
    param: 'Idempotency-Key',
    arrange: async (house) => {
      const headers = { 'idempotency-key': 'one and the same' }
      await house.call('POST', '/webhooks', { body: right, headers })
      return { path: '/webhooks', body: { ...right, events: ['booking.canceled'] }, headers }
    },
  },
  {
    endpoint: 'createWebhook',
    status: 409,
    arrange: async (house) => {
      await house.call('POST', '/webhooks', { body: right })
      await house.sql(
        `insert into subscriptions (account_id, id, name, events, target_url, state, created_at)
         select account_id, gen_random_uuid(), 'hook ' || n, events, target_url, state, created_at
         from subscriptions, generate_series(1, 249) n`,
      )
      return { path: '/webhooks', body: { ...right, name: 'one too many' } }
    },
  },
  {
    endpoint: 'createWebhook',
    status: 409,
    param: 'name',
    arrange: async (house) => {
      await house.call('POST', '/webhooks', { body: right })
      return { path: '/webhooks', body: { ...right, name: 'ALL' } }
    },
  },
]

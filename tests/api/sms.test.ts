import { expect, test } from 'vitest'
import { openApiHouse } from './api-house.ts'

test('text messages of the REST API are none, whatever is asked for', async () => {
  const { call } = await openApiHouse()
  const none = { object: 'list', data: [], has_more: false }
  for (const query of [
    '',
    '?recipient_type=contact&recipient=CTC-00000000000000000000000000&expand=recipient&limit=100',
    '?recipient_type=&expand=data.recipient&creation_time.gt=2026-01-01&creation_time.lt=2026-12-01T00:00:00Z',
    '?after=SMS-1',
  ]) {
    const { status, body, headers } = await call('GET', `/notifications/sms${query}`)
    expect([status, body, headers.link]).toEqual([200, none, undefined])
  }
})

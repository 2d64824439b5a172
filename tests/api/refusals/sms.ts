import type { Provocation } from './provocation.ts'

export const smsProvocations: Provocation[] = (
  [
    ['creation_time.gt', 'creation_time.gt=2026-12-02&creation_time.lt=2026-12-01'],
    ['creation_time.lt', 'creation_time.lt=soon'],
    ['recipient_type', 'recipient_type=stranger'],
    ['expand', 'expand=sender'],
  ] as const
).map(([param, query]) => ({
  endpoint: 'listSmsNotifications',
  status: 400,
  param,
  arrange: async () => ({ path: `/notifications/sms?${query}` }),
}))

import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { openKey } from '#domain/api-keys/api-key.ts'
import { aZapOf } from '#domain/profiles/profiles.test-support.ts'
import type { SubscriptionId } from '#kit/ids.ts'
import { accepted } from '#kit/result.ts'
import { openHouse } from '../../../tests/house.ts'
import { revealSecret, rotateSecret } from './signing-secrets.ts'

const verifies = (
  secret: string,
  { body = '', headers }: { body?: string | undefined; headers: Record<string, string> },
) => {
  try {
    new Webhook(secret).verify(body, { ...headers, 'webhook-timestamp': headers['webhook-timestamp'] ?? '' })
    return true
  } catch {
    return false
  }
}

test('every delivery is signed; after a rotation with both secrets for a day, then with the new one only', async () => {
  const house = await openHouse({ now: Temporal.Now.instant().toString() })
  const { ana, page } = await house.anAccount()
  await aZapOf(house, ana)
  const [zap] = await house.sql<{ id: SubscriptionId }>('select id from subscriptions')
  const id = zap?.id as SubscriptionId
  const { secret: first } = accepted(await revealSecret(house, { viewer: ana, id }))
  expect(first).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
  const send = async () => {
    await house.sql(
      `update deliveries set state = 'pending', due_at = now(); update subscriptions set next_due_at = now()`,
    )
    const [received] = await house.deliverAll()
    if (!received) throw new Error('Nothing was sent')
    return received
  }
  const monday = Temporal.Now.zonedDateTimeISO('Europe/Berlin').add({ days: 7 })
  const start = monday
    .subtract({ days: monday.dayOfWeek - 1 })
    .withPlainTime('10:00')
    .toInstant()
  await house.aBooking({ page, start: start.toString() })
  const before = (await house.deliverAll())[0]
  expect(before && verifies(first, before)).toBe(true)

  accepted(await rotateSecret(house, { viewer: ana, id }))
  const { secret: second, formerUntil } = accepted(await revealSecret(house, { viewer: ana, id }))
  expect(second).not.toBe(first)
  expect(formerUntil).toBeDefined()
  const between = await send()
  expect([verifies(first, between), verifies(second, between)]).toEqual([true, true])

  await house.sql(`update subscriptions set former_secret_until = former_secret_until - interval '25 hours'`)
  const after = await send()
  expect([verifies(first, after), verifies(second, after)]).toEqual([false, true])
})

test('one made before there were secrets gets one when it sends, the same for two workers, sealed and bound to it', async () => {
  const house = await openHouse()
  const { ana } = await house.anAccount()
  await aZapOf(house, ana)
  await house.sql('update subscriptions set secret = null')
  const [zap] = await house.sql<{ id: SubscriptionId }>('select id from subscriptions')
  const id = zap?.id as SubscriptionId
  const [one, other] = await Promise.all([1, 2].map(() => revealSecret(house, { viewer: ana, id })))
  expect(one).toEqual(other)
  const [row] = await house.sql<{ secret: Buffer }>('select secret from subscriptions')
  expect(row?.secret.toString('latin1')).not.toContain('whsec_')
  expect(() => openKey(house.secrets, { sealed: row?.secret as Buffer, holder: ana.id })).toThrow()
  const bo = await house.aUser({ accountId: ana.accountId, name: 'Bo Chen' })
  expect(await revealSecret(house, { viewer: bo, id })).toMatchObject({
    problem: { code: 'subscription-not-found' },
  })
  expect(await rotateSecret(house, { viewer: bo, id })).toMatchObject({
    problem: { code: 'subscription-not-found' },
  })
})

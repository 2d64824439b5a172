import { expect, test } from 'vitest'
import { createCredentialCheck } from '#domain/zapier/check-credentials.ts'
import { generateKey, regenerateKey } from '#domain/zapier/manage-key.ts'
import { turnZapOn } from '#domain/zapier/manage-zaps.ts'
import { accepted } from '#kit/result.ts'
import { aCall, openHouse } from '../../../tests/house.ts'
import { holdRows, untilWaiting } from '../../../tests/locks.ts'
import { changeLoginId } from './change-login-id.ts'
import { requestPasswordReset } from './reset-password.ts'

async function aConnectedUser() {
  const house = await openHouse()
  const { ana, password, eventTypes } = await house.anAccount()
  const { key } = accepted(await generateKey(house, ana))
  const caller = accepted(await createCredentialCheck(house)({ key, loginId: ana.loginId, ...aCall }))
  const change = () =>
    changeLoginId(house, { viewer: ana, userId: ana.id, loginId: 'new@example.com', password })
  return { house, ana, caller, eventTypes, change }
}

test('a Login ID that changes while a Zap is turned on neither deadlocks nor leaves the Zap on', async () => {
  const { house, caller, eventTypes, change } = await aConnectedUser()
  const release = await holdRows(house, 'lock table event_types in access exclusive mode')
  const turningOn = turnZapOn({ ...house, refusalOfTarget: () => undefined }, caller, {
    trigger: 'booking_scheduled',
    targetUrl: 'https://hooks.example.com/1',
    bookingPageId: null,
    eventTypeId: eventTypes[0]?.id ?? null,
  })
  await untilWaiting(house, 1)
  const changing = change()
  await untilWaiting(house, 2)
  await release()
  accepted(await turningOn)
  expect(await changing).toEqual({ ok: true, value: { zapsStopped: 1 } })
  expect(await house.sql('select state from subscriptions')).toEqual([{ state: 'needs_reconnect' }])
})

test('a Login ID that changes while the key is replaced does not deadlock', async () => {
  const { house, ana, change } = await aConnectedUser()
  accepted(await requestPasswordReset(house, { loginId: ana.loginId, clientAddress: '192.0.2.9' }))
  const release = await holdRows(house, 'select from user_links for update')
  const changing = change()
  await untilWaiting(house, 1)
  const replacing = regenerateKey(house, ana)
  await untilWaiting(house, 2)
  await release()
  accepted(await changing)
  accepted(await replacing)
})

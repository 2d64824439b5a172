import { describe, expect, test } from 'vitest'
import { accepted } from '#kit/result.ts'
import { openHouse } from '../../../tests/house.ts'
import { generateKey, regenerateKey, revealKey, revokeKey } from './manage-key.ts'

describe('the Zapier key', () => {
  test('is generated once, shown again in full to its user only, and each act is audited', async () => {
    const house = await openHouse()
    const { ana } = await house.anAccount()
    const bo = await house.aUser({ accountId: ana.accountId, name: 'Bo Chen' })
    const { key } = accepted(await generateKey(house, ana))
    expect(await generateKey(house, ana)).toMatchObject({ problem: { code: 'zapier-key-exists' } })
    expect(await revealKey(house, ana)).toMatchObject({ key, connectedAt: null })
    expect(await revealKey(house, bo)).toBeUndefined()
    expect(await house.sql('select action, actor_user_id from audit_entries order by id')).toEqual([
      { action: 'zapier-key.generated', actor_user_id: ana.id },
      { action: 'zapier-key.revealed', actor_user_id: ana.id },
    ])
  })

  test('rests in the database neither in clear text nor in a form that opens without the secret', async () => {
    const house = await openHouse()
    const { ana } = await house.anAccount()
    const { key } = accepted(await generateKey(house, ana))
    const [row] = await house.sql<{ text: string }>(
      `select row_to_json(zapier_keys)::text || encode(sealed_key, 'escape') || encode(secret_hash, 'escape') as text from zapier_keys`,
    )
    expect(row?.text).not.toContain(key.slice(13, 30))
  })

  test('of several clicks on Generate at once, one makes the key', async () => {
    const house = await openHouse()
    const { ana } = await house.anAccount()
    const answers = await Promise.all(Array.from({ length: 5 }, () => generateKey(house, ana)))
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
  })

  test('revoke and regenerate need a key, and a revoked key leaves nothing to reveal', async () => {
    const house = await openHouse()
    const { ana } = await house.anAccount()
    expect(await revokeKey(house, ana)).toMatchObject({ problem: { code: 'no-zapier-key' } })
    expect(await regenerateKey(house, ana)).toMatchObject({ problem: { code: 'no-zapier-key' } })
    const { key } = accepted(await generateKey(house, ana))
    const { key: second } = accepted(await regenerateKey(house, ana))
    expect(second).not.toBe(key)
    accepted(await revokeKey(house, ana))
    expect(await revealKey(house, ana)).toBeUndefined()
    expect(
      (await house.sql('select octet_length(sealed_key) as n from zapier_keys')).every(({ n }) => n === 0),
    ).toBe(true)
  })
})

import { describe, expect, test } from 'vitest'
import { accepted } from '#kit/result.ts'
import { openHouse } from '../../../tests/house.ts'
import { createAccountKeyCheck } from './check-account-key.ts'
import { createAccountKey, listAccountKeys, revokeAccountKey } from './manage-account-keys.ts'

const from = '203.0.113.7'
const refusal = (code: string) => ({ ok: false, problem: { code } })

describe('keys of the REST API', () => {
  test('act as the account until they are revoked, and are kept by nobody but their holder', async () => {
    const house = await openHouse()
    const { ana } = await house.anAccount()
    const check = createAccountKeyCheck(house)
    const made = accepted(await createAccountKey(house, { viewer: ana, name: ' n8n ', scope: 'read' }))
    expect(made).toMatchObject({ name: 'n8n', scope: 'read', lastUsedAt: null })
    expect(await check({ key: made.key, address: from })).toEqual({
      ok: true,
      value: { accountId: ana.accountId, keyId: made.id, scope: 'read' },
    })
    await expect
      .poll(async () => accepted(await listAccountKeys(house, ana))[0])
      .toMatchObject({ id: made.id, lastUsedFrom: from })
    const [stored] = await house.sql<{ row: string }>('select api_keys::text as row from api_keys')
    expect(stored?.row).not.toContain(made.key.slice(13))

    for (const key of ['', 'rubbish', `${made.key.slice(0, -1)}0`, made.key.replace('hwk_', 'hwz_')])
      expect(await check({ key, address: from })).toEqual(refusal('api-key-refused'))

    accepted(await revokeAccountKey(house, { viewer: ana, id: made.id }))
    expect(await check({ key: made.key, address: from })).toEqual(refusal('api-key-refused'))
    expect(await revokeAccountKey(house, { viewer: ana, id: made.id })).toEqual(refusal('api-key-not-found'))
    const audited = await house.sql('select action, subject from audit_entries order by at, id')
    expect(audited).toEqual([
      { action: 'api-key.created', subject: made.id },
      { action: 'api-key.revoked', subject: made.id },
    ])
  })

  test('are for Administrators, have names of their own, and are 25 at most, also when asked for at once', async () => {
    const house = await openHouse()
    const { ana } = await house.anAccount()
    const bo = await house.aUser({ accountId: ana.accountId, name: 'Bo Ek' })
    const make = (name: string, viewer = ana) =>
      createAccountKey(house, { viewer, name, scope: 'all' }).then((made) =>
        made.ok ? 'made' : made.problem.code,
      )
    expect(await make('n8n', bo)).toBe('administrators-only')
    expect(await listAccountKeys(house, bo)).toEqual(refusal('administrators-only'))
    expect([await make(' '), await make('x'.repeat(101))]).toEqual([
      'api-key-name-wrong',
      'api-key-name-wrong',
    ])
    expect([await make('n8n'), await make('N8N')]).toEqual(['made', 'api-key-name-taken'])
    const many = await Promise.all(Array.from({ length: 30 }, (_, number) => make(`key ${number}`)))
    expect(many.filter((outcome) => outcome === 'made')).toHaveLength(24)
    expect(many.filter((outcome) => outcome === 'too-many-api-keys')).toHaveLength(6)

    const [newest] = accepted(await listAccountKeys(house, ana))
    const id = newest?.id as NonNullable<typeof newest>['id']
    expect(await revokeAccountKey(house, { viewer: bo, id })).toEqual(refusal('api-key-not-found'))
    accepted(await revokeAccountKey(house, { viewer: ana, id }))
    expect(await make(newest?.name ?? '')).toBe('made')
  })
})

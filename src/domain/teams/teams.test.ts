import { describe, expect, test } from 'vitest'
import { deleteUser } from '#domain/profiles/delete-user.ts'
import { accepted } from '#kit/result.ts'
import { openHouse } from '../../../tests/house.ts'
import { changeTeam, createTeam, deleteTeam, listTeamsWithMembers } from './manage-teams.ts'

describe('a team', () => {
  test('has members by name; one who is deleted leaves, and so do all with the team', async () => {
    const house = await openHouse()
    const { ana } = await house.anAccount()
    const bo = await house.aUser({ accountId: ana.accountId, name: 'Bo Ek' })
    const [sales, support] = [
      accepted(await createTeam(house, { viewer: ana, name: 'Sales' })),
      accepted(await createTeam(house, { viewer: ana, name: 'after sales' })),
    ]
    for (const id of [sales, support])
      accepted(
        await changeTeam(house, {
          viewer: ana,
          id,
          name: id === sales ? 'SALES' : 'After sales',
          members: [bo.id, ana.id],
        }),
      )
    const told = async () =>
      accepted(await listTeamsWithMembers(house, ana)).teams.map(({ name, members }) => [
        name,
        ...members.map((user) => user.name),
      ])
    expect(await told()).toEqual([
      ['After sales', 'Ana Martin', 'Bo Ek'],
      ['SALES', 'Ana Martin', 'Bo Ek'],
    ])
    accepted(await deleteUser(house, { viewer: ana, userId: bo.id, heirId: ana.id }))
    expect(await told()).toEqual([
      ['After sales', 'Ana Martin'],
      ['SALES', 'Ana Martin'],
    ])
    accepted(await changeTeam(house, { viewer: ana, id: sales, name: 'Sales', members: [bo.id] }))
    expect((await told())[1]).toEqual(['Sales'])
    accepted(await deleteTeam(house, { viewer: ana, id: support }))
    expect(await deleteTeam(house, { viewer: ana, id: support })).toMatchObject({
      problem: { code: 'team-not-found' },
    })
    expect(await told()).toEqual([['Sales']])
    expect(await house.sql('select * from team_members')).toEqual([])
    expect(
      await house.sql(`select action from audit_entries where action like 'team.%' order by id`),
    ).toEqual(
      ['created', 'created', 'changed', 'changed', 'changed', 'deleted'].map((action) => ({
        action: `team.${action}`,
      })),
    )
  })

  test('has a name of its own, and is for Administrators', async () => {
    const house = await openHouse()
    const { ana } = await house.anAccount()
    const bo = await house.aUser({ accountId: ana.accountId, name: 'Bo Ek' })
    const sales = accepted(await createTeam(house, { viewer: ana, name: 'Sales' }))
    const other = accepted(await createTeam(house, { viewer: ana, name: 'Other' }))
    const change = (name: string, id = other) =>
      changeTeam(house, { viewer: ana, id, name, members: [ana.id] })
    for (const refused of [await createTeam(house, { viewer: ana, name: ' sALES ' }), await change('SALES')])
      expect(refused).toMatchObject({ problem: { code: 'team-name-taken' } })
    for (const name of [' ', 'x'.repeat(101), 'a\u0007'])
      for (const refused of [await createTeam(house, { viewer: ana, name }), await change(name)])
        expect(refused).toMatchObject({ problem: { code: 'team-name-wrong' } })
    for (const refused of [
      await createTeam(house, { viewer: bo, name: 'Mine' }),
      await changeTeam(house, { viewer: bo, id: sales, name: 'Mine', members: [] }),
      await deleteTeam(house, { viewer: bo, id: sales }),
      await listTeamsWithMembers(house, bo),
    ])
      expect(refused).toMatchObject({ problem: { code: 'administrators-only' } })
    expect(await house.sql('select name from teams order by name')).toEqual([
      { name: 'Other' },
      { name: 'Sales' },
    ])
    expect(await house.sql('select * from team_members')).toEqual([])
  })

  test('renamed by two to one name is so once', async () => {
    const house = await openHouse()
    const { ana } = await house.anAccount()
    const ids = [
      accepted(await createTeam(house, { viewer: ana, name: 'A' })),
      accepted(await createTeam(house, { viewer: ana, name: 'B' })),
    ]
    const done = await Promise.all(
      ids.map((id) => changeTeam(house, { viewer: ana, id, name: 'C', members: [] })),
    )
    expect(done.map(({ ok }) => ok).sort()).toEqual([false, true])
  })
})

import { describe, expect, test } from 'vitest'
import { changeTeam, createTeam } from '#domain/teams/manage-teams.ts'
import { parsePublicId, publicId } from '#kit/ids.ts'
import { accepted } from '#kit/result.ts'
import { openApiHouse } from './api-house.ts'

const bo = { email: ' Bo@Example.com ', first_name: 'Bo Erik', last_name: 'van der Ek' }

describe('users of the REST API', () => {
  test('are invited by mail, shown, changed, deleted; their pages go to the account owner', async () => {
    const house = await openApiHouse()
    const { call, ana } = house
    const sales = publicId('team', accepted(await createTeam(house, { viewer: ana, name: 'Sales' })))
    const made = await call('POST', '/users', { body: { ...bo, teams: [sales, sales] } })
    const { id } = made.body
    expect(made).toMatchObject({ status: 200 })
    expect(made.body).toEqual({
      object: 'user',
      id,
      first_name: 'Bo Erik',
      last_name: 'van der Ek',
      email: 'bo@example.com',
      status: 'invited',
      role_name: 'Member',
      timezone: 'Europe/Berlin',
      teams: [sales],
    })
    expect(await house.sql('select kind, to_address from outgoing_mails')).toEqual([
      { kind: 'user-invited', to_address: 'bo@example.com' },
    ])
    expect((await call('GET', '/users')).body.data.map((user: { email: string }) => user.email)).toEqual([
      'bo@example.com',
      'ana@example.com',
    ])
    expect((await call('GET', '/users?email=BO@example.com')).body.data).toEqual([made.body])
    expect((await call('GET', '/users?email=nobody@example.com')).body.data).toEqual([])
    const owner = (await call('GET', `/users/${publicId('user', ana.id)}`)).body
    expect(owner).toMatchObject({ role_name: 'Account Owner', status: 'active', first_name: 'Ana' })

    const changed = await call('PATCH', `/users/${id}`, {
      body: { first_name: 'Bo', role_name: 'Administrator', teams: [] },
    })
    expect(changed.body).toEqual({ ...made.body, first_name: 'Bo', role_name: 'Administrator', teams: [] })
    expect((await call('GET', `/users/${id}`)).body).toEqual(changed.body)

    const pagesOf = () => house.sql<{ owner_id: string }>('select distinct owner_id from booking_pages')
    expect(await pagesOf()).toHaveLength(2)
    const gone = { id, object: 'user', deleted: true }
    expect((await call('DELETE', `/users/${id}`)).body).toEqual(gone)
    expect(await call('GET', `/users/${id}`)).toMatchObject({ status: 200, body: gone })
    expect((await call('DELETE', `/users/${id}`)).status).toBe(404)
    expect((await call('GET', '/users')).body.data).toEqual([owner])
    expect(await pagesOf()).toEqual([{ owner_id: ana.id }])
    expect(
      await house.sql(
        `select action, actor_user_id as by, details->>'apiKey' as key from audit_entries
         where action like 'user.%' order by id`,
      ),
    ).toEqual(
      ['invited', 'details-changed', 'role-changed', 'teams-changed', 'deleted'].map((action) => ({
        action: `user.${action}`,
        by: ana.id,
        key: house.keyId,
      })),
    )
    expect((await call('POST', '/users', { body: bo })).status).toBe(200)
  })

  test('changed in part by what is refused stay as they were', async () => {
    const house = await openApiHouse()
    const { call } = house
    const { body: user } = await call('POST', '/users', { body: bo })
    const refused = await call('PATCH', `/users/${user.id}`, {
      body: { first_name: 'Robert', role_name: 'Administrator', teams: ['TM-00000000000000000000000000'] },
    })
    expect(refused).toMatchObject({ status: 400, body: { param: 'teams' } })
    expect((await call('GET', `/users/${user.id}`)).body).toEqual(user)
    const failed = await call('POST', '/users', {
      body: { ...bo, email: 'new@example.com', teams: ['TM-00000000000000000000000000'] },
    })
    expect(failed).toMatchObject({ status: 400, body: { param: 'teams' } })
    expect(await house.sql('select login_id from users order by id')).toHaveLength(2)
  })

  test('are paged, and a cursor whose user was deleted keeps its place', async () => {
    const house = await openApiHouse()
    const { call } = house
    const ids: string[] = []
    for (const name of ['A', 'B', 'C', 'D'])
      ids.unshift((await call('POST', '/users', { body: { ...bo, email: `${name}@example.com` } })).body.id)
    ids.push(publicId('user', house.ana.id))
    const page = async (path: string) => {
      const { body, headers } = await call('GET', `/users?${path}`)
      return { ids: body.data.map(({ id }: { id: string }) => id), link: headers.link }
    }
    expect((await page('limit=2')).ids).toEqual(ids.slice(0, 2))
    expect((await page(`limit=2&after=${ids[1]}`)).ids).toEqual(ids.slice(2, 4))
    await call('DELETE', `/users/${ids[1]}`)
    expect((await page(`limit=2&after=${ids[1]}`)).ids).toEqual(ids.slice(2, 4))
    expect((await page(`limit=2&before=${ids[1]}`)).ids).toEqual(ids.slice(0, 1))
    expect((await page(`after=BKNG-${'0'.repeat(26)}`)).ids).toHaveLength(4)
  })
})

describe('teams of the REST API', () => {
  test('are listed newest first, by user too, and shown', async () => {
    const house = await openApiHouse()
    const { call, ana } = house
    const add = async (name: string) => accepted(await createTeam(house, { viewer: ana, name }))
    const [sales, support] = [await add('Sales'), await add(' Support ')]
    accepted(await changeTeam(house, { viewer: ana, id: sales, name: 'Sales EU', members: [ana.id] }))
    const shown = (id: typeof sales, name: string) => ({ object: 'team', id: publicId('team', id), name })
    expect((await call('GET', '/teams')).body).toEqual({
      object: 'list',
      data: [shown(support, 'Support'), shown(sales, 'Sales EU')],
      has_more: false,
    })
    const user = publicId('user', ana.id)
    expect((await call('GET', `/teams?user=${user}`)).body.data).toEqual([shown(sales, 'Sales EU')])
    expect((await call('GET', '/teams?user=nobody')).body.data).toEqual([])
    expect((await call('GET', `/teams/${publicId('team', support)}`)).body).toEqual(shown(support, 'Support'))
    expect((await call('GET', `/users/${user}`)).body.teams).toEqual([publicId('team', sales)])
    const [first] = (await call('GET', '/teams?limit=1')).body.data
    expect(parsePublicId('team', first.id)).toBe(support)
  })
})

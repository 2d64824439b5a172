import { describe, expect, test } from 'vitest'
import { findSignedInUser, listUsers } from '#domain/accounts/find-user.ts'
import type { User } from '#domain/accounts/user.ts'
import { deletePage, duplicatePage, setPageAccess } from '#domain/booking-pages/edit-page.ts'
import { cancelAsCustomer } from '#domain/bookings/cancel-booking.ts'
import { reassign } from '#domain/bookings/handle-booking.ts'
import { viewBooking } from '#domain/bookings/view-booking.ts'
import { planDeliveries } from '#domain/webhooks/plan-deliveries.ts'
import { newUuid } from '#kit/ids.ts'
import { accepted } from '#kit/result.ts'
import { type House, openHouse } from '../../../tests/house.ts'
import { holdRows, untilWaiting } from '../../../tests/locks.ts'
import { changeRole } from './change-details.ts'
import { deleteUser, whatHangsOn } from './delete-user.ts'
import { acceptInvitation, inviteUser } from './invite-user.ts'
import { auditIn, aZapOf, mailsIn, postedTo, tokenIn } from './profiles.test-support.ts'

const tuesday = '2026-11-24T15:00:00Z'

async function aLeaver() {
  const house = await openHouse()
  const { ana } = await house.anAccount()
  const bo = await house.aUser({ accountId: ana.accountId, name: 'Bo Ek' })
  const page = await house.aPage({ owner: bo, name: 'Bo Ek' })
  const gone = await house.aPage({ owner: bo, name: 'Old page' })
  accepted(await deletePage(house, { viewer: ana, pageId: gone.id }))
  return { house, ana, bo, page, gone }
}

const remove = (house: House, viewer: User, user: User, heir: User = viewer) =>
  deleteUser(house, { viewer, userId: user.id, heirId: heir.id })

describe('deleteUser', () => {
  test('hands the pages over, ends key, Zaps and sessions, and keeps the name for the history', async () => {
    const { house, ana, bo, page, gone } = await aLeaver()
    const { check } = await aZapOf(house, bo)
    const booked = await house.aBooking({ page, start: tuesday })
    await house.deliverAll()
    await house.sql(
      `insert into sessions (account_id, id, user_id, token_hash, expires_at, created_at, updated_at)
       values ($1, $2, $3, 'hash', now() + interval '7 days', now(), now())`,
      [bo.accountId, newUuid(1), bo.id],
    )
    expect(accepted(await whatHangsOn(house, { viewer: ana, userId: bo.id }))).toMatchObject({
      pages: [{ id: page.id }],
      zaps: [{ userId: bo.id }],
      comingBookings: [{ id: booked.bookingId }],
      heirs: [{ id: ana.id }],
    })

    expect(await remove(house, ana, bo)).toEqual({ ok: true, value: { pages: 1, zapsEnded: 1 } })

    expect(
      await house.sql('select owner_id from booking_pages where id = any($1)', [[page.id, gone.id]]),
    ).toEqual([{ owner_id: ana.id }, { owner_id: ana.id }])
    expect(await check()).toBe(false)
    expect(await house.sql('select 1 from sessions')).toEqual([])
    expect(await findSignedInUser(house, bo.id)).toBeUndefined()
    expect((await listUsers(house, ana.accountId)).map(({ name }) => name)).toEqual(['Ana Martin'])
    const viewed = accepted(await viewBooking(house, { viewer: ana, bookingId: booked.bookingId }))
    expect(viewed).toMatchObject({ owner: { name: 'Bo Ek' }, booking: { status: 'scheduled' } })
    expect(await auditIn(house)).toEqual(
      expect.arrayContaining(['booking-page.access-changed', 'zapier-key.revoked', 'user.deleted']),
    )
    const mails = (await mailsIn(house)).slice(-2)
    expect(mails.map(({ kind, to_address }) => `${kind} ${to_address}`)).toEqual([
      'user-deleted bo@example.com',
      'administrators-user-deleted ana@example.com',
    ])
    expect(mails[1]?.text).toContain('1 page belongs to Ana Martin now')
    // Zapier is told that nothing more comes.
    expect((await house.sql('select 1 from farewells')).length).toBe(1)
  })

  test('later events set the heir’s Zaps in motion, and the heir gets the mails', async () => {
    const { house, ana, bo, page } = await aLeaver()
    await aZapOf(house, ana)
    await aZapOf(house, bo)
    const booked = await house.aBooking({ page, start: tuesday })
    // Not planned yet when the user goes: whose event it is was decided when it happened, but nobody is left to get it.
    accepted(await remove(house, ana, bo))
    expect(postedTo(await house.deliverAll())).toEqual([])
    const ownersMail = () =>
      house.sql<{ kind: string; to_address: string }>(
        `select kind, to_address from outgoing_mails where kind like 'owner-%' order by id`,
      )
    expect(await ownersMail()).toEqual([{ kind: 'owner-scheduled', to_address: ana.loginId }])
    const [, , shownId = '', signature = ''] = booked.customerPath.split('/')
    accepted(await cancelAsCustomer(house, { address: { shownId, signature }, reason: 'ill' }))
    await planDeliveries(house, 100)
    expect((await ownersMail()).at(-1)).toEqual({ kind: 'owner-canceled', to_address: ana.loginId })
    await house.aBooking({ page, start: '2026-11-25T15:00:00Z' })
    expect(postedTo(await house.deliverAll())).toEqual([ana.id])
  })

  test('coming bookings can be handed to somebody who is there', async () => {
    const { house, ana, bo, page } = await aLeaver()
    const booked = await house.aBooking({ page, start: tuesday })
    accepted(await remove(house, ana, bo))
    accepted(await reassign(house, { viewer: ana, bookingId: booked.bookingId, toUserId: ana.id }))
    const viewed = accepted(await viewBooking(house, { viewer: ana, bookingId: booked.bookingId }))
    expect(viewed.owner.name).toBe('Ana Martin')
    expect(
      await reassign(house, { viewer: ana, bookingId: booked.bookingId, toUserId: bo.id }),
    ).toMatchObject({
      problem: { code: 'user-not-found' },
    })
  })

  test('is for Administrators, never for oneself, and wants an heir who can administer', async () => {
    const { house, ana, bo } = await aLeaver()
    const refusal = (code: string) => ({ ok: false, problem: { code } })
    expect(await remove(house, bo, ana)).toEqual(refusal('administrators-only'))
    expect(await remove(house, ana, ana)).toEqual(refusal('not-yourself'))
    const cleo = await house.aUser({ accountId: ana.accountId, name: 'Cleo Day' })
    expect(await remove(house, ana, bo, cleo)).toEqual(refusal('heir-not-possible'))
    expect(await remove(house, ana, bo, bo)).toEqual(refusal('heir-not-possible'))
    accepted(await changeRole(house, { viewer: ana, userId: cleo.id, role: 'administrator' }))
    accepted(await remove(house, ana, bo, cleo))
    expect(await remove(house, ana, bo, cleo)).toEqual(refusal('user-not-found'))
    expect(await whatHangsOn(house, { viewer: ana, userId: bo.id })).toEqual(refusal('user-not-found'))
  })

  test('frees the Login ID: the same address can be invited again, as another user', async () => {
    const { house, ana, bo } = await aLeaver()
    accepted(await remove(house, ana, bo))
    const { user } = accepted(
      await inviteUser(house, {
        viewer: ana,
        user: { name: 'Bo Ek', loginId: 'bo@example.com', role: 'member' },
      }),
    )
    expect(user.id).not.toBe(bo.id)
    const token = tokenIn((await mailsIn(house)).at(-1), 'invitation')
    accepted(await acceptInvitation(house, { token, password: 'thursday lantern 27', zone: 'UTC' }))
  })

  test('an invitation of a deleted user works no more', async () => {
    const { house, ana } = await aLeaver()
    const { user } = accepted(
      await inviteUser(house, {
        viewer: ana,
        user: { name: 'Dee', loginId: 'dee@example.com', role: 'member' },
      }),
    )
    const token = tokenIn((await mailsIn(house)).at(-1), 'invitation')
    accepted(await remove(house, ana, user))
    expect(await acceptInvitation(house, { token, password: 'thursday lantern 27', zone: 'UTC' })).toEqual({
      ok: false,
      problem: { code: 'link-invalid' },
    })
  })

  test('nobody becomes the owner of a page by going at the same moment', async () => {
    const { house, ana, bo, page } = await aLeaver()
    const anasPage = await house.aPage({ owner: ana, name: 'Sales' })
    await Promise.all([
      remove(house, ana, bo),
      setPageAccess(house, { viewer: ana, pageId: anasPage.id, ownerId: bo.id, editorIds: [] }),
    ])
    expect(await house.sql('select distinct owner_id from booking_pages')).toEqual([{ owner_id: ana.id }])
    expect(page.ownerId).toBe(bo.id)
  })

  test('a page that is copied at the same moment is handed over with its copy', async () => {
    const { house, ana, bo, page } = await aLeaver()
    const release = await holdRows(house, 'lock table public_links in access exclusive mode')
    const copying = duplicatePage(house, { viewer: ana, pageId: page.id })
    await untilWaiting(house, 1)
    const removing = remove(house, ana, bo)
    await untilWaiting(house, 2)
    await release()
    accepted(await copying)
    expect(await removing).toMatchObject({ ok: true, value: { pages: 2 } })
    expect(await house.sql('select id from booking_pages where owner_id = $1', [bo.id])).toEqual([])
  })

  test('a page whose access is set at the same moment is no deadlock', async () => {
    const { house, ana, bo, page } = await aLeaver()
    const release = await holdRows(house, 'lock table event_types in access exclusive mode')
    const removing = remove(house, ana, bo)
    await untilWaiting(house, 1)
    const setting = setPageAccess(house, { viewer: ana, pageId: page.id, ownerId: bo.id, editorIds: [] })
    await untilWaiting(house, 2)
    await release()
    accepted(await removing)
    expect(await setting).toEqual({ ok: false, problem: { code: 'user-not-found' } })
  })
})

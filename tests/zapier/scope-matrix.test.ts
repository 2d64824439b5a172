import { expect, test } from 'vitest'
import type { User } from '#domain/accounts/user.ts'
import { editPage, setPageAccess } from '#domain/booking-pages/edit-page.ts'
import { type Booked, requestBooking } from '#domain/bookings/book.ts'
import { cancelAsCustomer, cancelAsUser } from '#domain/bookings/cancel-booking.ts'
import { completePastBookings } from '#domain/bookings/complete-past-bookings.ts'
import { approveRequest, reassign, setNoShow } from '#domain/bookings/handle-booking.ts'
import { rescheduleAsCustomer } from '#domain/bookings/reschedule.ts'
import { changeRole } from '#domain/profiles/change-details.ts'
import { deleteUser } from '#domain/profiles/delete-user.ts'
import { permitAllPages } from '#domain/profiles/permit-all-pages.ts'
import { type Trigger, triggers } from '#domain/webhooks/subscription.ts'
import { createCredentialCheck } from '#domain/zapier/check-credentials.ts'
import { generateKey, revokeKey } from '#domain/zapier/manage-key.ts'
import { turnZapOn } from '#domain/zapier/manage-zaps.ts'
import { accepted } from '#kit/result.ts'
import { aCall, type House, openHouse } from '../house.ts'

/** Who has Zaps: each has one of every trigger, without a filter. */
type Who = 'owner' | 'editor' | 'other member' | 'admin' | 'admin with permission'

/** Who hears of what happens on a page, before anything changes hands. */
const hearsOf: Record<'P' | 'Q', Who[]> = {
  P: ['owner', 'admin with permission'],
  Q: ['other member', 'admin with permission'],
}

/** What each change sets in motion, written down by hand from product.md 2.2: triggers by the page whose scope decides. */
type Fires = Partial<Record<'P' | 'Q', Trigger[]>>

const nothing: Fires = {}
const on = (...fired: Trigger[]): Fires => ({ P: fired })

interface Change {
  does: string
  fires: Fires
  /** Set up, not looked at. */
  before?: (stage: Stage) => Promise<Booked>
  change: (stage: Stage, booked: Booked) => Promise<unknown>
}

const changes: Change[] = [
  {
    does: 'a new customer books',
    fires: on('booking_scheduled', 'booking_lifecycle', 'contact_captured', 'contact_lifecycle'),
    change: (stage) => stage.books('P', { email: 'new@example.org' }),
  },
  {
    does: 'a known customer books',
    fires: on('booking_scheduled', 'booking_lifecycle'),
    before: (stage) => stage.books('P'),
    change: (stage) => stage.books('P'),
  },
  {
    does: 'a known customer books under another name',
    fires: on('booking_scheduled', 'booking_lifecycle', 'contact_updated', 'contact_lifecycle'),
    before: (stage) => stage.books('P'),
    change: (stage) => stage.books('P', { name: 'Lena Berg' }),
  },
  {
    does: 'a customer requests a booking',
    fires: nothing,
    before: (stage) => stage.books('P'),
    change: (stage) => stage.requests(),
  },
  {
    does: 'a user approves a request',
    fires: on('booking_scheduled', 'booking_lifecycle'),
    before: (stage) => stage.requests(),
    change: async (stage, { bookingId }) => {
      const start = await stage.suggestedStart(bookingId)
      accepted(await approveRequest(stage.house, { viewer: stage.users.owner, bookingId, start }))
    },
  },
  {
    does: 'a customer takes a request back',
    fires: nothing,
    before: (stage) => stage.requests(),
    change: async ({ house }, booked) =>
      accepted(await cancelAsCustomer(house, { address: addressOf(booked) })),
  },
  {
    does: 'a user asks for new times',
    fires: nothing,
    before: (stage) => stage.requests(),
    change: async ({ house, users }, { bookingId }) =>
      accepted(
        await cancelAsUser(house, {
          viewer: users.owner,
          bookingId,
          cancel: { kind: 'ask-again', rebook: 'same' },
        }),
      ),
  },
  {
    does: 'a customer reschedules on the same page',
    fires: on('booking_rescheduled', 'booking_lifecycle'),
    before: (stage) => stage.books('P'),
    change: (stage, booked) => stage.moves(booked, 'P'),
  },
  {
    does: 'a customer reschedules to another page',
    fires: {
      P: ['booking_canceled_rescheduled', 'booking_lifecycle'],
      Q: ['booking_rescheduled', 'booking_lifecycle'],
    },
    before: (stage) => stage.books('P'),
    change: (stage, booked) => stage.moves(booked, 'Q'),
  },
  {
    does: 'a user requests a reschedule',
    fires: on('booking_canceled_rescheduled', 'booking_lifecycle'),
    before: (stage) => stage.books('P'),
    change: (stage, booked) => stage.asksAgain(booked),
  },
  {
    does: 'the customer books anew after that',
    fires: on('booking_rescheduled', 'booking_lifecycle'),
    before: async (stage) => {
      const booked = await stage.books('P')
      await stage.asksAgain(booked)
      return booked
    },
    change: (stage, booked) => stage.moves(booked, 'P'),
  },
  {
    does: 'a customer cancels',
    fires: on('booking_canceled', 'booking_lifecycle'),
    before: (stage) => stage.books('P'),
    change: async ({ house }, booked) =>
      accepted(await cancelAsCustomer(house, { address: addressOf(booked) })),
  },
  {
    does: 'an editor cancels',
    fires: on('booking_canceled', 'booking_lifecycle'),
    before: (stage) => stage.books('P'),
    change: (stage, booked) => stage.cancels(booked, 'editor'),
  },
  {
    does: 'a booking is handed to another owner',
    fires: nothing,
    before: (stage) => stage.books('P'),
    change: (stage, booked) => stage.handsOver(booked),
  },
  {
    does: 'a handed-over booking is canceled: the page it is on counts',
    fires: on('booking_canceled', 'booking_lifecycle'),
    before: async (stage) => {
      const booked = await stage.books('P')
      await stage.handsOver(booked)
      return booked
    },
    change: (stage, booked) => stage.cancels(booked, 'admin'),
  },
  {
    does: 'a user sets a coming booking to no-show',
    fires: on('booking_no_show', 'booking_lifecycle'),
    before: (stage) => stage.books('P'),
    change: async ({ house, users }, { bookingId }) =>
      accepted(await setNoShow(house, { viewer: users.owner, bookingId })),
  },
  {
    does: 'a booking on a page that was closed meanwhile comes to its end',
    fires: on('booking_completed', 'booking_lifecycle'),
    before: async (stage) => {
      await stage.passTime()
      const booked = await stage.books('P')
      await stage.accepts(false)
      return booked
    },
    change: async (stage) => {
      await stage.passTime()
      await stage.accepts(true)
    },
  },
  {
    does: 'a completed booking is set to no-show',
    fires: on('booking_no_show', 'booking_lifecycle'),
    before: async (stage) => {
      const booked = await stage.books('P')
      await stage.passTime()
      return booked
    },
    change: async ({ house, users }, { bookingId }) =>
      accepted(await setNoShow(house, { viewer: users.owner, bookingId })),
  },
]

test('every change sets exactly the Zaps in motion that product.md 1.7, 2.2 and the scope rule say', async () => {
  const stage = await setStage()
  const found: Record<string, string[]> = {}
  const expected: Record<string, string[]> = {}
  for (const { does, fires, before, change } of changes) {
    const booked = before ? await before(stage) : (undefined as unknown as Booked)
    await stage.heard()
    await change(stage, booked)
    found[does] = await stage.heard()
    expected[does] = (['P', 'Q'] as const)
      .flatMap((page) =>
        hearsOf[page].flatMap((who) => (fires[page] ?? []).map((trigger) => `${who}: ${trigger}`)),
      )
      .sort()
  }
  expect(found).toEqual(expected)
  // Every trigger was seen to fire, and every change was seen by somebody who may not hear of it.
  const fired = new Set(
    Object.values(found)
      .flat()
      .map((line) => line.split(': ')[1]),
  )
  expect([...fired].sort()).toEqual([...triggers].sort())
})

test('who hears of a page follows its owner, the permission, the role, the key and the user, at once', async () => {
  const stage = await setStage()
  const { house, users, pages } = stage
  const { owner, admin, editor } = users
  const listeners = async () => {
    await stage.heard()
    await stage.books('P')
    return [...new Set((await stage.heard()).map((line) => line.split(': ')[0]))].sort()
  }
  expect(await listeners()).toEqual(['admin with permission', 'owner'])

  accepted(
    await setPageAccess(house, {
      viewer: admin,
      pageId: pages.P.id,
      ownerId: editor.id,
      editorIds: [owner.id],
    }),
  )
  expect(await listeners()).toEqual(['admin with permission', 'editor'])

  accepted(await permitAllPages(house, { viewer: admin, userId: admin.id, allowed: true }))
  expect(await listeners()).toEqual(['admin', 'admin with permission', 'editor'])

  accepted(await permitAllPages(house, { viewer: admin, userId: admin.id, allowed: false }))
  expect(await listeners()).toEqual(['admin with permission', 'editor'])

  const widest = users['admin with permission']
  accepted(await changeRole(house, { viewer: admin, userId: widest.id, role: 'member' }))
  expect(await listeners()).toEqual(['editor'])

  // Promoted again, the permission has to be given anew.
  accepted(await changeRole(house, { viewer: admin, userId: widest.id, role: 'administrator' }))
  expect(await listeners()).toEqual(['editor'])
  accepted(await permitAllPages(house, { viewer: admin, userId: widest.id, allowed: true }))
  accepted(await revokeKey(house, { ...widest, triggersAllPages: true }))
  expect(await house.sql('select triggers_all_pages from users where id = $1', [widest.id])).toEqual([
    { triggers_all_pages: false },
  ])
  expect(await listeners()).toEqual(['editor'])

  accepted(await deleteUser(house, { viewer: admin, userId: editor.id, heirId: admin.id }))
  expect(await listeners()).toEqual(['admin'])
})

test('a Zap with a filter gets only events of its page and event type', async () => {
  const stage = await setStage({ zapsOf: [] })
  const { house, users, pages } = stage
  const [halfHour] = await house.sql<{ id: never }>(
    `select id from event_types where slug = '30-minute-meeting'`,
  )
  const caller = await stage.connect('admin with permission')
  await permit(house, users)
  caller.user.triggersAllPages = true
  const zap = (name: string, filter: { bookingPageId?: never; eventTypeId?: never }) =>
    turnZapOn({ ...house, refusalOfTarget: () => undefined }, caller, {
      trigger: 'booking_scheduled',
      targetUrl: `https://hooks.example.com/${name}/booking_scheduled`,
      bookingPageId: null,
      eventTypeId: null,
      ...filter,
    })
  accepted(await zap('all', {}))
  accepted(await zap('page Q', { bookingPageId: pages.Q.id as never }))
  accepted(await zap('half hour', { eventTypeId: halfHour?.id as never }))
  expect(users.owner.id).not.toBe(users['other member'].id)
  await stage.books('P')
  expect(await stage.heard()).toEqual(['all: booking_scheduled', 'half hour: booking_scheduled'])
  await stage.books('Q', { minutes: 15 })
  expect(await stage.heard()).toEqual(['all: booking_scheduled', 'page Q: booking_scheduled'])
})

const addressOf = (booked: Booked) => {
  const [, , shownId = '', signature = ''] = booked.customerPath.split('/')
  return { shownId, signature }
}

const permit = async (house: House, users: Record<Who, User>) =>
  accepted(
    await permitAllPages(house, {
      viewer: users.admin,
      userId: users['admin with permission'].id,
      allowed: true,
    }),
  )

type Stage = Awaited<ReturnType<typeof setStage>>

/** An account with five users, page P of the owner (with an editor), its twin that takes requests, and page Q of another member. */
async function setStage({ zapsOf }: { zapsOf?: Who[] } = {}) {
  const house = await openHouse()
  const { ana } = await house.anAccount()
  const { accountId } = ana
  const member = (name: string) => house.aUser({ accountId, name, zone: 'Europe/Berlin' })
  const users: Record<Who, User> = {
    admin: ana,
    owner: await member('Olga Owner'),
    editor: await member('Edo Editor'),
    'other member': await member('Mia Member'),
    'admin with permission': await house.aUser({ accountId, name: 'Ada Admin', role: 'administrator' }),
  }
  const page = (owner: User, name: string) => house.aPage({ owner, name, zone: 'Europe/Berlin' })
  const pages = {
    P: await page(users.owner, 'Page P'),
    R: await page(users.owner, 'Page R'),
    Q: await page(users['other member'], 'Page Q'),
  }
  for (const { id } of [pages.P, pages.R])
    accepted(
      await setPageAccess(house, {
        viewer: ana,
        pageId: id,
        ownerId: users.owner.id,
        editorIds: [users.editor.id],
      }),
    )
  await house.sql(
    `update booking_pages set scheduling = scheduling || '{"mode":"approval","suggestedTimes":1}' where id = $1`,
    [pages.R.id],
  )

  const connect = async (who: Who) => {
    const { key } = accepted(await generateKey(house, users[who]))
    return accepted(await createCredentialCheck(house)({ key, loginId: users[who].loginId, ...aCall }))
  }
  for (const who of zapsOf ?? (Object.keys(users) as Who[])) {
    const caller = await connect(who)
    for (const trigger of triggers)
      accepted(
        await turnZapOn({ ...house, refusalOfTarget: () => undefined }, caller, {
          trigger,
          targetUrl: `https://hooks.example.com/${encodeURIComponent(who)}/${trigger}`,
          bookingPageId: null,
          eventTypeId: null,
        }),
      )
  }
  if (zapsOf === undefined) await permit(house, users)

  // One free hour after another, on working days, so that nothing stands in the way of anything.
  let day = Temporal.PlainDate.from('2026-11-24')
  let hour = 8
  const nextDay = () => {
    do day = day.add({ days: 1 })
    while (day.dayOfWeek > 5)
    hour = 8
  }
  const nextStart = () => {
    if (hour === 16) nextDay()
    hour += 1
    return day.toZonedDateTime({ timeZone: 'Europe/Berlin', plainTime: { hour } }).toInstant()
  }
  const customer = { email: 'lena@example.org', company: '', phone: '', note: '', zone: 'America/New_York' }

  return {
    house,
    users,
    pages,
    connect,
    books: (on: 'P' | 'Q', more: { name?: string; email?: string; minutes?: 15 | 30 | 60 } = {}) =>
      house.aBooking({ page: pages[on], start: nextStart().toString(), ...more }),
    requests: async () =>
      accepted(
        await requestBooking(house, {
          pageSlug: pages.R.slug,
          eventTypeSlug: '30-minute-meeting',
          starts: [nextStart()],
          customer: { name: 'Lena Novak', ...customer },
        }),
      ),
    suggestedStart: async (id: string) => {
      const [row] = await house.sql<{ starts_at: Date }>('select starts_at from bookings where id = $1', [id])
      return Temporal.Instant.from((row as { starts_at: Date }).starts_at.toISOString())
    },
    moves: async (booked: Booked, to: 'P' | 'Q') =>
      accepted(
        await rescheduleAsCustomer(house, {
          address: addressOf(booked),
          start: nextStart(),
          pageSlug: pages[to].slug,
          eventTypeSlug: '30-minute-meeting',
          customerZone: customer.zone,
        }),
      ),
    asksAgain: async ({ bookingId }: Booked) =>
      accepted(
        await cancelAsUser(house, {
          viewer: users.owner,
          bookingId,
          cancel: { kind: 'ask-again', rebook: 'same' },
        }),
      ),
    cancels: async ({ bookingId }: Booked, who: Who) =>
      accepted(await cancelAsUser(house, { viewer: users[who], bookingId, cancel: { kind: 'cancel' } })),
    handsOver: async ({ bookingId }: Booked) =>
      accepted(await reassign(house, { viewer: ana, bookingId, toUserId: users['other member'].id })),
    accepts: async (acceptsBookings: boolean) =>
      accepted(await editPage(house, { viewer: ana, pageId: pages.P.id, changes: { acceptsBookings } })),
    /** Everything booked so far is over; what is booked next is two days later. */
    passTime: async () => {
      nextDay()
      house.setNow(day.toZonedDateTime('Europe/Berlin').toInstant().toString())
      nextDay()
      await completePastBookings(house, 100)
    },
    /** Whose Zaps of which trigger got something since the last time. */
    heard: async () =>
      (await house.deliverAll())
        .filter(({ method }) => method === 'POST')
        .map(({ url }) => decodeURIComponent(new URL(url).pathname).slice(1).replace('/', ': '))
        .sort(),
  }
}

import { describe, expect, test } from 'vitest'
import { setOwnHours } from '#domain/accounts/own-hours.ts'
import { book } from '#domain/bookings/book.ts'
import { completePastBookings } from '#domain/bookings/complete-past-bookings.ts'
import { findSlots } from '#domain/bookings/find-slots.ts'
import { viewBooking } from '#domain/bookings/view-booking.ts'
import type { BookingPageId, CategoryId } from '#kit/ids.ts'
import { accepted } from '#kit/result.ts'
import { type House, openHouse } from '../../../tests/house.ts'
import {
  deleteBookingForm,
  deleteCategoryOf,
  findFields,
  listAllCategories,
  saveBookingForm,
  saveCategoryOf,
} from './booking-forms.ts'
import { defaultFields, defaultScheduling, type EventType, officeHours } from './booking-page.ts'
import {
  addPage,
  changePublicLink,
  deletePage,
  dependentsOfPage,
  duplicatePage,
  editPage,
  findEditablePage,
  type PageChanges,
  setPageAccess,
  setPageImage,
} from './edit-page.ts'
import { findPageImage } from './find-page-image.ts'
import { findPublicPage } from './find-public-page.ts'
import { listBookingPages } from './list-booking-pages.ts'
import {
  addEventType,
  deleteEventType,
  dependentsOfEventType,
  duplicateEventType,
  type EventTypeSettings,
  editEventType,
  listSetUpEventTypes,
} from './set-up-event-types.ts'

const tuesdayTen = '2026-11-24T09:00:00Z'

async function aHouse() {
  const house = await openHouse()
  const { ana, page, eventTypes } = await house.anAccount()
  const bo = await house.aUser({ accountId: ana.accountId, name: 'Bo Ek' })
  return { house, ana, bo, page, eventTypes }
}

const slotsOn = async (house: House, slug: string, date: string, eventTypeSlug = '60-minute-meeting') => {
  const page = accepted(await findPublicPage(house, slug))
  const eventType = page.eventTypes.find((offered) => offered.slug === eventTypeSlug) as EventType
  const slots = await findSlots(house, {
    page,
    eventType,
    customerZone: page.zone,
    range: { from: date, to: date },
  })
  return slots.map((slot) =>
    slot.toZonedDateTimeISO(page.zone).toPlainTime().toString({ smallestUnit: 'minute' }),
  )
}

const question = (name: string, more = {}) => ({
  name,
  kind: 'single-line' as const,
  title: 'Insurance number',
  subtext: '',
  required: true,
  hidden: false,
  options: [],
  ...more,
})

describe('editPage', () => {
  test('settings are stored, and the offer follows at once', async () => {
    const { house, ana, page } = await aHouse()
    const changes: PageChanges = {
      publicName: 'Ana, sales',
      hours: {
        weekly: [{ day: 2, start: '10:00', end: '13:00' }],
        overrides: { '2026-12-01': [{ start: '18:00', end: '19:00' }] },
      },
      slots: { ...officeHours, spacingMinutes: 60, noticeMinutes: 0 },
    }
    accepted(await editPage(house, { viewer: ana, pageId: page.id, changes }))
    expect(await slotsOn(house, page.slug, '2026-11-24')).toEqual(['10:00', '11:00', '12:00'])
    expect(await slotsOn(house, page.slug, '2026-12-01')).toEqual(['18:00'])
    expect(accepted(await findPublicPage(house, page.slug)).publicName).toBe('Ana, sales')
  })

  test('a page that follows its owner’s hours keeps its own for later', async () => {
    const { house, ana, page } = await aHouse()
    accepted(
      await setOwnHours(house, {
        user: ana,
        hours: { weekly: [{ day: 2, start: '07:00', end: '09:00' }], overrides: {} },
      }),
    )
    const set = (changes: PageChanges) => editPage(house, { viewer: ana, pageId: page.id, changes })
    accepted(await set({ usesOwnerHours: true, slots: { ...officeHours, spacingMinutes: 60 } }))
    expect(await slotsOn(house, page.slug, '2026-11-24')).toEqual(['07:00', '08:00'])
    accepted(await set({ welcomeMessage: 'Hello' }))
    accepted(await set({ usesOwnerHours: false }))
    expect(await slotsOn(house, page.slug, '2026-11-24')).toHaveLength(8)
  })

  test('absurd settings are refused by name, quickly, and nothing is stored', async () => {
    const { house, ana, page } = await aHouse()
    const hours = (changes: Partial<NonNullable<PageChanges['hours']>>) => ({
      hours: { weekly: officeHours.weekly, overrides: {}, ...changes },
    })
    const slots = (changes: Partial<NonNullable<PageChanges['slots']>>) => ({
      slots: { ...officeHours, ...changes },
    })
    const manyDates = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, day) => [
        Temporal.PlainDate.from('2027-01-01').add({ days: day }).toString(),
        [],
      ]),
    )
    const absurd: [PageChanges, string][] = [
      [slots({ spacingMinutes: 0 }), 'spacingMinutes'],
      [slots({ spacingMinutes: -15 }), 'spacingMinutes'],
      [slots({ spacingMinutes: Number.NaN }), 'spacingMinutes'],
      [slots({ bufferBeforeMinutes: -1 }), 'bufferBeforeMinutes'],
      [slots({ bufferAfterMinutes: 1e9 }), 'bufferAfterMinutes'],
      [slots({ noticeMinutes: 0.5 }), 'noticeMinutes'],
      [slots({ horizonMinutes: 100 * 366 * 1440 }), 'horizonMinutes'],
      [slots({ noticeMinutes: 2880, horizonMinutes: 1440 }), 'horizonMinutes'],
      [slots({ firstDays: 0 }), 'firstDays'],
      [slots({ bookingsPerDay: 0 }), 'bookingsPerDay'],
      [slots({ slotsPerDay: 1_000 }), 'slotsPerDay'],
      [hours({ weekly: [{ day: 1, start: '17:00', end: '09:00' }] }), 'weekly[0].end'],
      [hours({ weekly: [{ day: 8, start: '09:00', end: '10:00' }] }), 'weekly[0].day'],
      [hours({ overrides: { '2026-02-30': [] } }), 'overrides["2026-02-30"]'],
      [hours({ overrides: manyDates }), 'overrides'],
      [{ zone: 'Mars/Olympus' }, 'zone'],
      [{ publicName: ' ' }, 'publicName'],
      [{ location: { kind: 'virtual-by-owner', header: 'Where', text: '', announced: false } }, 'text'],
      [{ scheduling: { ...defaultScheduling, suggestedTimes: 0 } }, 'suggestedTimes'],
      [
        { scheduling: { ...defaultScheduling, policy: { ...defaultScheduling.policy, cancel: -5 } } },
        'policy.cancel',
      ],
    ]
    const before = JSON.stringify(accepted(await findPublicPage(house, page.slug)))
    for (const [changes, field] of absurd) {
      const begun = performance.now()
      const answer = await editPage(house, { viewer: ana, pageId: page.id, changes })
      expect([field, performance.now() - begun < 500]).toEqual([field, true])
      expect(answer).toMatchObject({ ok: false, problem: { code: 'bad-settings', settings: [{ field }] } })
    }
    expect(JSON.stringify(accepted(await findPublicPage(house, page.slug)))).toBe(before)
  })

  test('all that is wrong in one submit is told at once, in the order of the form', async () => {
    const { house, ana, page } = await aHouse()
    const fieldsOf = (done: { ok: true } | { ok: false; problem: unknown }) =>
      done.ok ? [] : (done.problem as { settings: { field: string }[] }).settings.map(({ field }) => field)
    const edit = async (changes: PageChanges) =>
      fieldsOf(await editPage(house, { viewer: ana, pageId: page.id, changes }))
    const { weekly: _weekly, overrides: _overrides, ...officeSlots } = officeHours
    expect(
      await edit({
        scheduling: {
          ...defaultScheduling,
          suggestedTimes: 0,
          policy: { ...defaultScheduling.policy, cancel: 1, reschedule: 2 },
        },
        slots: { ...officeSlots, spacingMinutes: 0, firstDays: 99, bookingsPerDay: 0, slotsPerDay: 0 },
      }),
    ).toEqual([
      'suggestedTimes',
      'spacingMinutes',
      'firstDays',
      'slotsPerDay',
      'bookingsPerDay',
      'policy.cancel',
      'policy.reschedule',
    ])
    const nine = { start: '09:00', end: '09:00' }
    expect(
      await edit({
        publicName: ' ',
        internalLabel: '',
        zone: 'Mars/Olympus',
        hours: {
          weekly: [
            { day: 1, start: '08:00', end: '09:00' },
            { day: 5, ...nine },
            { day: 1, ...nine },
            ...Array.from({ length: 13 }, () => ({ day: 3, start: '08:00', end: '09:00' })),
          ],
          overrides: { '2026-12-24': [nine], '2026-12-25': [], '2026-12-26': [nine] },
        },
        location: { kind: 'physical-by-owner', header: '', text: '', announced: false },
      }),
    ).toEqual([
      'publicName',
      'internalLabel',
      'zone',
      'weekly[2].end',
      'weekly[1].end',
      'weekly[3]',
      'overrides["2026-12-24"][0].end',
      'overrides["2026-12-26"][0].end',
      'header',
      'text',
    ])
    expect(
      fieldsOf(
        await addPage(house, {
          viewer: ana,
          publicName: '',
          internalLabel: 'x'.repeat(76),
          publicLink: 'a',
          eventTypeIds: [],
        }),
      ),
    ).toEqual(['publicName', 'internalLabel', 'publicLink'])
    expect(
      fieldsOf(
        await addEventType(house, {
          viewer: ana,
          settings: {
            name: '',
            description: 'x'.repeat(2_001),
            durationMinutes: 0,
            price: 'x'.repeat(41),
            currency: 'euro',
            categoryId: null,
            scheduling: { ...defaultScheduling, suggestedTimes: 0, slots: { ...officeSlots, firstDays: 0 } },
          },
        }),
      ),
    ).toEqual(['name', 'description', 'durationMinutes', 'price', 'currency', 'suggestedTimes', 'firstDays'])
    expect(
      fieldsOf(
        await saveBookingForm(house, {
          viewer: ana,
          form: {
            id: null,
            name: '',
            fields: [
              question('one', { title: '', kind: 'dropdown', options: ['a'] }),
              question('two'),
              question('one', { hidden: true }),
            ],
          },
        }),
      ),
    ).toEqual(['name', 'fields[0].title', 'fields[0].options', 'fields[2].name', 'fields[2].required'])
  })

  test('the largest settings that are allowed are answered within half a second', async () => {
    const { house, ana, page } = await aHouse()
    const overrides = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, day) => [
        Temporal.PlainDate.from('2026-11-23').add({ days: day }).toString(),
        [{ start: '00:00', end: '24:00' }],
      ]),
    )
    const slots = {
      ...officeHours,
      spacingMinutes: 5,
      noticeMinutes: 0,
      horizonMinutes: 5 * 366 * 1440,
      slotsPerDay: 288,
      firstDays: 30,
    }
    accepted(
      await editPage(house, {
        viewer: ana,
        pageId: page.id,
        changes: { hours: { weekly: [], overrides }, slots },
      }),
    )
    const found = accepted(await findPublicPage(house, page.slug))
    const begun = performance.now()
    await findSlots(house, {
      page: found,
      eventType: found.eventTypes[0] as EventType,
      customerZone: 'UTC',
      range: { from: '2026-11-23', to: '2026-12-31' },
    })
    expect(performance.now() - begun).toBeLessThan(500)
    const closed = { hours: { weekly: [], overrides: {} }, slots }
    accepted(await editPage(house, { viewer: ana, pageId: page.id, changes: closed }))
    expect(await slotsOn(house, page.slug, '2026-11-24')).toEqual([])
  })

  test('Members edit what they own or are Editors of, and nothing else; other accounts see nothing', async () => {
    const { house, ana, bo, page } = await aHouse()
    const rename = (viewer: typeof ana) =>
      editPage(house, { viewer, pageId: page.id, changes: { publicName: `${viewer.name}’s` } })
    expect(await rename(bo)).toEqual({ ok: false, problem: { code: 'page-not-found' } })
    expect((await findEditablePage(house, { viewer: bo, pageId: page.id })).ok).toBe(false)
    expect(await listBookingPages(house, bo)).toEqual([])
    accepted(
      await setPageAccess(house, { viewer: ana, pageId: page.id, ownerId: ana.id, editorIds: [bo.id] }),
    )
    accepted(await rename(bo))
    expect((await listBookingPages(house, bo)).map(({ editedByViewer }) => editedByViewer)).toEqual([true])
    expect(
      await setPageAccess(house, { viewer: bo, pageId: page.id, ownerId: bo.id, editorIds: [] }),
    ).toEqual({ ok: false, problem: { code: 'administrators-only' } })
    const stranger = { ...ana, accountId: '01890000-0000-7000-8000-000000000000' as typeof ana.accountId }
    expect(await rename(stranger)).toEqual({ ok: false, problem: { code: 'page-not-found' } })
  })
})

describe('public links', () => {
  test('a new link works at once, the former one leads to the same page, and nobody else can take it', async () => {
    const { house, ana, page } = await aHouse()
    const change = (pageId: BookingPageId, publicLink: string) =>
      changePublicLink(house, { viewer: ana, pageId, publicLink })
    accepted(await change(page.id, 'sales-team'))
    for (const slug of ['sales-team', page.slug])
      expect(accepted(await findPublicPage(house, slug))).toMatchObject({ id: page.id, slug: 'sales-team' })
    const other = await house.aPage({ owner: ana, name: 'Another page' })
    expect(await change(other.id, page.slug)).toEqual({ ok: false, problem: { code: 'link-taken' } })
    expect(accepted(await findPublicPage(house, other.slug)).slug).toBe(other.slug)
    accepted(await change(page.id, page.slug))
    expect(accepted(await findPublicPage(house, 'sales-team')).slug).toBe(page.slug)
    for (const bad of ['abc', 'two--hyphens', '-start', 'Ünïcode', 'settings', 'a/b', 'x'.repeat(51)])
      expect(await change(page.id, bad)).toMatchObject({ problem: { settings: [{ field: 'publicLink' }] } })
  })
})

describe('addPage, duplicatePage and deletePage', () => {
  test('a Member adds a page of their own, not for others; a link that is taken is refused', async () => {
    const { house, ana, bo, page, eventTypes } = await aHouse()
    const add = (viewer: typeof ana, publicLink: string, ownerId = viewer.id) =>
      addPage(house, {
        viewer,
        publicName: 'Clinic',
        internalLabel: '',
        publicLink,
        ownerId,
        eventTypeIds: eventTypes.map(({ id }) => id),
      })
    const added = accepted(await add(bo, 'clinic'))
    expect(accepted(await findPublicPage(house, 'clinic'))).toMatchObject({ id: added, ownerId: bo.id })
    expect(await add(bo, 'clinic-two', ana.id)).toMatchObject({ problem: { code: 'administrators-only' } })
    expect(await add(bo, page.slug)).toEqual({ ok: false, problem: { code: 'link-taken' } })
    expect(
      accepted(await findPublicPage(house, accepted(await add(ana, '', bo.id)) && 'clinic-2')).slug,
    ).toBe('clinic-2')
    expect(await listBookingPages(house, bo)).toHaveLength(2)
  })

  test('a copy has all settings, the image and the event types, under a link of its own', async () => {
    const { house, ana, page } = await aHouse()
    const png = Buffer.from('89504e470d0a1a0a00', 'hex')
    accepted(await setPageImage(house, { viewer: ana, pageId: page.id, bytes: png }))
    accepted(await editPage(house, { viewer: ana, pageId: page.id, changes: { welcomeMessage: 'Welcome' } }))
    const copied = accepted(await duplicatePage(house, { viewer: ana, pageId: page.id }))
    const { page: copy } = accepted(await findEditablePage(house, { viewer: ana, pageId: copied }))
    expect(copy).toMatchObject({
      welcomeMessage: 'Welcome',
      internalLabel: `${page.internalLabel} (copy)`,
      slug: `${page.slug}-2`,
    })
    expect(copy.eventTypes).toHaveLength(3)
    expect(await findPageImage(house, { pageId: copied, hash: copy.imageHash ?? '' })).toEqual({
      mediaType: 'image/png',
      bytes: png,
    })
  })

  test('a deleted page offers nothing; its bookings live on and complete', async () => {
    const { house, ana, page } = await aHouse()
    const { bookingId } = await house.aBooking({ page, start: tuesdayTen })
    expect(await dependentsOfPage(house, { viewer: ana, pageId: page.id })).toEqual({
      comingBookings: 1,
      openRequests: 0,
      zaps: 0,
    })
    accepted(await deletePage(house, { viewer: ana, pageId: page.id }))
    expect((await findPublicPage(house, page.slug)).ok).toBe(false)
    expect(await listBookingPages(house, ana)).toEqual([])
    expect((await findEditablePage(house, { viewer: ana, pageId: page.id })).ok).toBe(false)
    house.setNow('2026-11-25T00:00:00Z')
    await completePastBookings(house, 10)
    expect(accepted(await viewBooking(house, { viewer: ana, bookingId })).booking.status).toBe('completed')
  })

  test('only images are images, and small ones', async () => {
    const { house, ana, page } = await aHouse()
    const set = (bytes: Buffer | null) => setPageImage(house, { viewer: ana, pageId: page.id, bytes })
    expect(await set(Buffer.from('<svg onload="alert(1)">'))).toMatchObject({
      problem: { code: 'not-an-image' },
    })
    const large = Buffer.concat([Buffer.from('ffd8ff', 'hex'), Buffer.alloc(200 * 1024)])
    expect(await set(large)).toMatchObject({ problem: { code: 'image-too-large' } })
    accepted(await set(Buffer.from('ffd8ffe0', 'hex')))
    accepted(await set(null))
    expect(accepted(await findPublicPage(house, page.slug)).imageHash).toBeNull()
  })
})

describe('event types', () => {
  const settings: EventTypeSettings = {
    name: 'Check-up',
    description: '',
    durationMinutes: 45,
    price: '80',
    currency: 'EUR',
    categoryId: null,
    scheduling: null,
  }

  test('Administrators add, change, copy and delete them; bookings made before live on', async () => {
    const { house, ana, bo, page, eventTypes } = await aHouse()
    expect(await addEventType(house, { viewer: bo, settings })).toMatchObject({
      problem: { code: 'administrators-only' },
    })
    const id = accepted(await addEventType(house, { viewer: ana, settings }))
    const twin = accepted(await addEventType(house, { viewer: ana, settings }))
    accepted(await editEventType(house, { viewer: ana, id, settings: { ...settings, durationMinutes: 50 } }))
    accepted(await duplicateEventType(house, { viewer: ana, id: twin }))
    const listed = await listSetUpEventTypes(house, ana)
    expect(listed.slice(3).map(({ slug, durationMinutes }) => [slug, durationMinutes])).toEqual([
      ['check-up', 50],
      ['check-up-2', 45],
      ['check-up-copy', 45],
    ])
    accepted(
      await editPage(house, {
        viewer: ana,
        pageId: page.id,
        changes: { eventTypeIds: [id, ...eventTypes.map((eventType) => eventType.id)] },
      }),
    )
    accepted(
      await book(house, {
        pageSlug: page.slug,
        eventTypeSlug: 'check-up',
        start: Temporal.Instant.from(tuesdayTen),
        customer: { name: 'Lena', email: 'l@example.org', company: '', phone: '', note: '', zone: 'UTC' },
      }),
    )
    expect(await dependentsOfEventType(house, { viewer: ana, id })).toMatchObject({
      comingBookings: 1,
      pages: [page.internalLabel],
    })
    accepted(await deleteEventType(house, { viewer: ana, id }))
    expect(accepted(await findPublicPage(house, page.slug)).eventTypes).toHaveLength(3)
    // The part of the address is free again.
    expect(accepted(await addEventType(house, { viewer: ana, settings }))).toBeDefined()
    for (const [changes, field] of [
      [{ durationMinutes: 0 }, 'durationMinutes'],
      [{ durationMinutes: 100_000 }, 'durationMinutes'],
      [{ currency: 'euro' }, 'currency'],
      [{ name: '' }, 'name'],
    ] as const)
      expect(await addEventType(house, { viewer: ana, settings: { ...settings, ...changes } })).toMatchObject(
        { problem: { code: 'bad-settings', settings: [{ field }] } },
      )
  })

  test('own options take the place of the page’s', async () => {
    const { house, ana, page, eventTypes } = await aHouse()
    const hour = eventTypes[2] as EventType
    accepted(
      await editEventType(house, {
        viewer: ana,
        id: hour.id,
        settings: {
          ...hour,
          categoryId: null,
          scheduling: { ...defaultScheduling, slots: { ...officeHours, spacingMinutes: 240 } },
        },
      }),
    )
    expect(await slotsOn(house, page.slug, '2026-11-25')).toEqual(['09:00', '13:00'])
    expect((await slotsOn(house, page.slug, '2026-11-25', '30-minute-meeting')).length).toBeGreaterThan(20)
  })
})

describe('booking forms and categories', () => {
  test('a page asks the questions of its form; a deleted form leaves the default ones', async () => {
    const { house, ana, page } = await aHouse()
    const id = accepted(
      await saveBookingForm(house, {
        viewer: ana,
        form: { id: null, name: 'Patients', fields: [question('insurance')] },
      }),
    )
    const scheduling = { ...defaultScheduling, formId: id }
    accepted(await editPage(house, { viewer: ana, pageId: page.id, changes: { scheduling } }))
    const asked = async () => {
      const found = accepted(await findPublicPage(house, page.slug))
      return await findFields(house, { page: found, eventType: found.eventTypes[0] as EventType })
    }
    expect(await asked()).toEqual([question('insurance')])
    expect(
      await saveBookingForm(house, { viewer: ana, form: { id: null, name: 'PATIENTS', fields: [] } }),
    ).toMatchObject({ problem: { code: 'name-taken' } })
    accepted(await deleteBookingForm(house, { viewer: ana, id }))
    expect(await asked()).toEqual(defaultFields)
  })

  test('questions that cannot work are refused by name', async () => {
    const { house, ana } = await aHouse()
    for (const [fields, field] of [
      [[question('Insurance')], 'fields[0].name'],
      [[question('email')], 'fields[0].name'],
      [[question('one'), question('one')], 'fields[1].name'],
      [[question('one', { kind: 'dropdown', options: ['a'] })], 'fields[0].options'],
      [[question('one', { kind: 'checkbox', options: ['a', 'a'] })], 'fields[0].options'],
      [[question('one', { hidden: true })], 'fields[0].required'],
      [[question('note', { kind: 'dropdown', options: ['a', 'b'] })], 'fields[0].kind'],
      [[question('one', { title: '' })], 'fields[0].title'],
    ] as const)
      expect(
        await saveBookingForm(house, { viewer: ana, form: { id: null, name: 'F', fields: [...fields] } }),
      ).toMatchObject({ problem: { code: 'bad-settings', settings: [{ field }] } })
  })

  test('a deleted category leaves what was in it', async () => {
    const { house, ana, bo, page } = await aHouse()
    const category = { id: null, kind: 'booking-page' as const, name: 'Sales', shownToCustomers: false }
    expect(await saveCategoryOf(house, { viewer: bo, category })).toMatchObject({
      problem: { code: 'administrators-only' },
    })
    const id = accepted(await saveCategoryOf(house, { viewer: ana, category }))
    expect(
      await saveCategoryOf(house, { viewer: ana, category: { ...category, name: 'SALES' } }),
    ).toMatchObject({ problem: { code: 'name-taken' } })
    accepted(await editPage(house, { viewer: ana, pageId: page.id, changes: { categoryId: id } }))
    expect(
      await editPage(house, {
        viewer: ana,
        pageId: page.id,
        changes: { categoryId: '01890000-0000-7000-8000-000000000000' as CategoryId },
      }),
    ).toMatchObject({ problem: { code: 'category-not-found' } })
    accepted(await deleteCategoryOf(house, { viewer: ana, id }))
    expect(await listAllCategories(house, ana)).toEqual([])
    expect(accepted(await findPublicPage(house, page.slug)).category).toBeNull()
  })
})

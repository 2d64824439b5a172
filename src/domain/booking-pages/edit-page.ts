import { createHash } from 'node:crypto'
import { type Db, inAccount } from '#database/db.ts'
import { audit } from '#domain/accounts/audit.ts'
import { holdUserOf } from '#domain/accounts/find-user.ts'
import type { User } from '#domain/accounts/user.ts'
import type { Deps } from '#domain/deps.ts'
import { type BookingPageId, type CategoryId, type EventTypeId, newUuid, type UserId } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import { addBookingPage } from './add-booking-page.ts'
import {
  type BookingPage,
  type Hours,
  isOwnAddress,
  type PageLocation,
  type PageScheduling,
  type PublicPage,
  publicLinkOf,
  type SlotSettings,
} from './booking-page.ts'
import {
  findPage,
  insertPage,
  listEditorIds,
  listEventTypes,
  offerEventTypes,
} from './booking-page-repository.ts'
import {
  type SettingProblem,
  settingProblem,
  type WrongSetting,
  wrongHours,
  wrongLocation,
  wrongNames,
  wrongScheduling,
  wrongSlots,
  wrongZone,
} from './check-settings.ts'
import {
  copyImage,
  countDependents,
  deleteImage,
  findForm,
  findOwnAvailability,
  type ImageType,
  listCategories,
  lockPage,
  markPageDeleted,
  replaceEditors,
  replaceLink,
  replaceOfferedEventTypes,
  storeImage,
  updatePage,
} from './set-up-repository.ts'

export type EditProblem =
  | SettingProblem
  /** No such page, or none that the asker may edit. */
  | { code: 'page-not-found' }
  /** Only Administrators may. */
  | { code: 'administrators-only' }
  | { code: 'link-taken' }
  | { code: 'event-type-not-found' }
  | { code: 'user-not-found' }
  | { code: 'category-not-found' }
  | { code: 'form-not-found' }
  | { code: 'not-an-image' }
  | { code: 'image-too-large' }

type EditDeps = Pick<Deps, 'database' | 'clock'>

/** A page with all that its settings screens show. */
export interface EditablePage {
  page: PublicPage
  /** The page's own hours, also while it follows its owner's. */
  ownHours: Hours
  editorIds: UserId[]
  publicLink: string
}

/** Settings of a page; what is left out stays as it is. */
export interface PageChanges {
  publicName?: string
  internalLabel?: string
  welcomeMessage?: string
  acceptsBookings?: boolean
  zone?: string
  convertsZone?: boolean
  usesOwnerHours?: boolean
  hours?: Hours
  slots?: SlotSettings
  scheduling?: PageScheduling
  location?: PageLocation
  categoryId?: CategoryId | null
  eventTypeIds?: EventTypeId[]
}

/** Administrators edit every page, Members those they own or are Editors of (product.md 4.5). */
const mayEdit = async (tx: Db, viewer: User, page: PublicPage): Promise<boolean> =>
  viewer.role === 'administrator' ||
  page.ownerId === viewer.id ||
  (await listEditorIds(tx, viewer.accountId, page.id)).includes(viewer.id)

/** A page for its settings screens; refused with `page-not-found` to everybody who may not edit it. */
export async function findEditablePage(
  { database, publicUrl }: Pick<Deps, 'database' | 'publicUrl'>,
  { viewer, pageId }: { viewer: User; pageId: BookingPageId },
): Promise<Result<EditablePage, { code: 'page-not-found' }>> {
  return await inAccount(database, viewer.accountId, async (tx) => {
    const page = await findPage(tx, viewer.accountId, pageId)
    const own = await findOwnAvailability(tx, viewer.accountId, pageId)
    if (!page || !own || page.isDeleted || !(await mayEdit(tx, viewer, page)))
      return refuse({ code: 'page-not-found' })
    return ok({
      page,
      ownHours: { weekly: own.weekly, overrides: own.overrides },
      editorIds: await listEditorIds(tx, viewer.accountId, pageId),
      publicLink: publicLinkOf(publicUrl, page.slug),
    })
  })
}

/**
 * One change to a page at a time, by somebody who may edit it. Users who are to be responsible for it are held first: who deletes a user
 * holds the user and then the pages, too.
 */
const asEditor = <T>(
  { database }: Pick<Deps, 'database'>,
  { viewer, pageId, holding = [] }: { viewer: User; pageId: BookingPageId; holding?: UserId[] },
  work: (tx: Db, page: PublicPage) => Promise<Result<T, EditProblem>>,
): Promise<Result<T, EditProblem>> =>
  inAccount(database, viewer.accountId, async (tx) => {
    const held: boolean[] = []
    for (const id of holding) held.push((await holdUserOf(tx, viewer.accountId, id)) !== undefined)
    const exists = await lockPage(tx, viewer.accountId, pageId)
    const page = exists && (await findPage(tx, viewer.accountId, pageId))
    if (!page || !(await mayEdit(tx, viewer, page))) return refuse({ code: 'page-not-found' })
    if (held.includes(false)) return refuse({ code: 'user-not-found' })
    return await work(tx, page)
  })

/** Changes settings of a page. Bookings made before keep what was agreed: place, policy, times. */
export const editPage = (
  deps: EditDeps,
  asked: { viewer: User; pageId: BookingPageId; changes: PageChanges },
): Promise<Result<void, EditProblem>> =>
  asEditor(deps, asked, async (tx, page) => {
    const { changes } = asked
    const { accountId } = page
    const { categoryId, eventTypeIds, hours, slots, ...plain } = changes
    const own = await findOwnAvailability(tx, accountId, page.id)
    const changed: BookingPage = {
      ...page,
      ...plain,
      availability: { ...(own ?? page.availability), ...slots, ...hours },
    }
    const problem = settingProblem(
      wrongNames(changed),
      wrongZone(changed.zone),
      wrongHours(changed.availability),
      changes.scheduling ? wrongScheduling(changes.scheduling, slots) : slots ? wrongSlots(slots) : [],
      changes.location ? wrongLocation(changes.location) : [],
    )
    if (problem) return refuse(problem)
    if (categoryId !== undefined) {
      const known = await listCategories(tx, accountId)
      const category = known.find(({ id, kind }) => id === categoryId && kind === 'booking-page')
      if (categoryId !== null && !category) return refuse({ code: 'category-not-found' })
      changed.category = category ?? null
    }
    const formId = changes.scheduling?.formId
    if (formId && !(await findForm(tx, accountId, formId))) return refuse({ code: 'form-not-found' })
    if (eventTypeIds) {
      const known = new Set((await listEventTypes(tx, accountId)).map(({ id }) => id))
      if (eventTypeIds.some((id) => !known.has(id))) return refuse({ code: 'event-type-not-found' })
      await replaceOfferedEventTypes(tx, accountId, {
        pageId: page.id,
        eventTypeIds: [...new Set(eventTypeIds)],
      })
    }
    await updatePage(tx, changed)
    return ok(undefined)
  })

/** What is wrong with a public link: at least four of a-z, 0-9 and single hyphens, no address of the program's own. */
function wrongLink(slug: string): WrongSetting[] {
  const message = !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug)
    ? 'must be small letters and digits, with single hyphens between them'
    : slug.length < 4 || slug.length > 50
      ? 'must be 4 to 50 characters'
      : isOwnAddress(slug)
        ? 'is an address of Hourwire itself; choose another one'
        : undefined
  return message === undefined ? [] : [{ field: 'publicLink', message }]
}

/** Gives the page another public link. Its former links go on leading to it, and are nobody else's ever. */
export const changePublicLink = (
  deps: EditDeps,
  asked: { viewer: User; pageId: BookingPageId; publicLink: string },
): Promise<Result<void, EditProblem>> =>
  asEditor(deps, asked, async (tx, page) => {
    const slug = asked.publicLink.trim().toLowerCase()
    if (slug === page.slug) return ok(undefined)
    const problem = settingProblem(wrongLink(slug))
    if (problem) return refuse(problem)
    const taken = await replaceLink(tx, page.accountId, { pageId: page.id, slug, now: deps.clock.now() })
    if (!taken) return refuse({ code: 'link-taken' })
    await audit(tx, deps, {
      accountId: page.accountId,
      actorUserId: asked.viewer.id,
      action: 'booking-page.link-changed',
      subject: page.id,
    })
    return ok(undefined)
  })

/**
 * Says who owns and who edits a page; Administrators only. Bookings made before stay with their owner; the page's busy time is the
 * new owner's from now on, and that owner's Zaps act on its bookings.
 */
export async function setPageAccess(
  deps: EditDeps,
  asked: { viewer: User; pageId: BookingPageId; ownerId: UserId; editorIds: UserId[] },
): Promise<Result<void, EditProblem>> {
  const { viewer, pageId, ownerId } = asked
  const editorIds = [...new Set(asked.editorIds)].filter((id) => id !== ownerId)
  const holding = viewer.role === 'administrator' ? [ownerId, ...editorIds] : []
  return await asEditor(deps, { viewer, pageId, holding }, async (tx, page) => {
    if (viewer.role !== 'administrator') return refuse({ code: 'administrators-only' })
    const own = await findOwnAvailability(tx, page.accountId, page.id)
    await updatePage(tx, { ...page, availability: own ?? page.availability, ownerId: asked.ownerId })
    await replaceEditors(tx, page.accountId, { pageId: page.id, editorIds })
    await audit(tx, deps, {
      accountId: page.accountId,
      actorUserId: asked.viewer.id,
      action: 'booking-page.access-changed',
      subject: page.id,
      details: { owner: asked.ownerId, editors: editorIds.length },
    })
    return ok(undefined)
  })
}

/** Adds a page of the asker's own; Administrators may make somebody else its owner. */
export const addPage = (
  deps: EditDeps,
  asked: {
    viewer: User
    publicName: string
    internalLabel: string
    publicLink: string
    ownerId?: UserId | undefined
    eventTypeIds: EventTypeId[]
  },
): Promise<Result<BookingPageId, EditProblem>> =>
  inAccount(deps.database, asked.viewer.accountId, async (tx) => {
    const { viewer } = asked
    const { accountId } = viewer
    const ownerId = asked.ownerId ?? viewer.id
    if (ownerId !== viewer.id && viewer.role !== 'administrator')
      return refuse({ code: 'administrators-only' })
    const owner = await holdUserOf(tx, accountId, ownerId)
    if (!owner) return refuse({ code: 'user-not-found' })
    const names = {
      publicName: asked.publicName.trim(),
      internalLabel: asked.internalLabel.trim() || asked.publicName.trim(),
      welcomeMessage: '',
    }
    const slug = asked.publicLink.trim().toLowerCase()
    const problem = settingProblem(wrongNames(names), slug ? wrongLink(slug) : [])
    if (problem) return refuse(problem)
    const known = new Set((await listEventTypes(tx, accountId)).map(({ id }) => id))
    if (asked.eventTypeIds.some((id) => !known.has(id))) return refuse({ code: 'event-type-not-found' })
    const page = await addBookingPage(tx, deps, {
      owner,
      ...names,
      slug: slug || undefined,
      eventTypeIds: [...new Set(asked.eventTypeIds)],
    })
    // A link that was asked for is not quietly replaced by a similar one.
    if (slug && page.slug !== slug) return refuse({ code: 'link-taken' })
    return ok(page.id)
  })

/** Copies a page with its settings, image and event types, under the first free link; not its Editors (product.md 4.2). */
export const duplicatePage = (
  deps: EditDeps,
  asked: { viewer: User; pageId: BookingPageId },
): Promise<Result<BookingPageId, EditProblem>> =>
  asEditor(deps, asked, async (tx, page) => {
    const now = deps.clock.now()
    const id = newUuid(now.epochMilliseconds) as BookingPageId
    const own = await findOwnAvailability(tx, page.accountId, page.id)
    await insertPage(
      tx,
      {
        ...page,
        id,
        // A copy belongs to who made it, unless an Administrator did.
        ownerId: asked.viewer.role === 'administrator' ? page.ownerId : asked.viewer.id,
        internalLabel: copyName(page.internalLabel),
        availability: own ?? page.availability,
      },
      now,
    )
    await offerEventTypes(tx, page.accountId, {
      pageId: id,
      eventTypeIds: page.eventTypes.map((eventType) => eventType.id),
    })
    if (page.imageHash) await copyImage(tx, page.accountId, { from: page.id, to: id })
    return ok(id)
  })

/** `Sales (copy)`, within the length of names. */
export const copyName = (name: string): string => `${name.slice(0, 68).trimEnd()} (copy)`

/** What goes on, and what ends, when a page is deleted: for the question before. */
export const dependentsOfPage = (
  { database, clock }: EditDeps,
  { viewer, pageId }: { viewer: User; pageId: BookingPageId },
): Promise<{ comingBookings: number; openRequests: number; zaps: number }> =>
  inAccount(database, viewer.accountId, (tx) =>
    countDependents(tx, viewer.accountId, { column: 'booking_page_id', id: pageId, now: clock.now() }),
  )

/**
 * Deletes a page: its links lead nowhere from now on, and nothing new is booked on it. Its bookings live on, with their owners, their
 * customers' pages and their lifecycle.
 */
export const deletePage = (
  deps: EditDeps,
  asked: { viewer: User; pageId: BookingPageId },
): Promise<Result<void, EditProblem>> =>
  asEditor(deps, asked, async (tx, page) => {
    await markPageDeleted(tx, page.accountId, { id: page.id, now: deps.clock.now() })
    await audit(tx, deps, {
      accountId: page.accountId,
      actorUserId: asked.viewer.id,
      action: 'booking-page.deleted',
      subject: page.id,
    })
    return ok(undefined)
  })

const largestImage = 200 * 1024

/** Gives the page an image of at most 200 KB: PNG, JPEG, GIF or WebP by its own bytes, whatever its name says. `null` takes it away. */
export const setPageImage = (
  deps: EditDeps,
  asked: { viewer: User; pageId: BookingPageId; bytes: Buffer | null },
): Promise<Result<void, EditProblem>> =>
  asEditor(deps, asked, async (tx, page) => {
    const { bytes } = asked
    const own = await findOwnAvailability(tx, page.accountId, page.id)
    const stored = { ...page, availability: own ?? page.availability }
    if (bytes === null) {
      await deleteImage(tx, page.accountId, page.id)
      await updatePage(tx, { ...stored, imageHash: null })
      return ok(undefined)
    }
    if (bytes.length > largestImage) return refuse({ code: 'image-too-large' })
    const mediaType = imageTypeOf(bytes)
    if (!mediaType) return refuse({ code: 'not-an-image' })
    await storeImage(tx, page.accountId, { pageId: page.id, mediaType, bytes })
    const imageHash = createHash('sha256').update(bytes).digest('hex').slice(0, 16)
    await updatePage(tx, { ...stored, imageHash })
    return ok(undefined)
  })

/** By the first bytes of a file. */
export function imageTypeOf(bytes: Buffer): ImageType | undefined {
  const starts = (hex: string) => bytes.subarray(0, hex.length / 2).toString('hex') === hex
  if (starts('89504e470d0a1a0a')) return 'image/png'
  if (starts('ffd8ff')) return 'image/jpeg'
  if (starts('474946383961') || starts('474946383761')) return 'image/gif'
  if (starts('52494646') && bytes.subarray(8, 12).toString('latin1') === 'WEBP') return 'image/webp'
  return undefined
}

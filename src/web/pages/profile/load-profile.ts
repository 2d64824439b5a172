import { data, redirect } from 'react-router'
import { listZapsOf } from '#domain/profiles/change-login-id.ts'
import { whatHangsOn } from '#domain/profiles/delete-user.ts'
import { findProfile, listProfiles } from '#domain/profiles/list-profiles.ts'
import { listOthersWithZaps } from '#domain/profiles/permit-all-pages.ts'
import { isLastAdministrator } from '#domain/profiles/profile.ts'
import type { SubscriptionOverview } from '#domain/webhooks/subscription.ts'
import { parsePublicId, publicId, type UserId } from '#kit/ids.ts'
import { presentZoneName, zoneNames } from '#kit/time.ts'
import type { PageRequest, SignedInUser } from '#web/page-context.ts'
import { momentIn, timeSpan, zoneInWords } from '../../format/moment.ts'
import { filterWords, hostOf, triggerNames, zapState } from '../settings/other/zapier/zap-words.ts'
import { roleNames } from './role-words.ts'

type Viewing = PageRequest & { user: SignedInUser }

/** Which user an address means: one's own profile has its own address, and others' are for Administrators. */
export function userOfAddress({ user }: Viewing, shownId: string): UserId {
  const id = user.role === 'administrator' ? parsePublicId('user', shownId) : undefined
  if (!id) throw data(null, { status: 404 })
  if (id === user.id) throw redirect('/profile')
  return id
}

export const addressOfUser = (viewing: Viewing, id: UserId): string =>
  id === viewing.user.id ? '/profile' : `/users/${publicId('user', id)}`

/** What a profile shows, with what is asked for by `?do=…`. */
export async function loadProfile(viewing: Viewing, request: Request, userId: UserId) {
  const { deps, user: viewer } = viewing
  const found = await findProfile(deps, { viewer, userId })
  if (!found.ok) throw data(null, { status: 404 })
  const profile = found.value
  const now = deps.clock.now()
  const moment = momentIn(viewer.zone, now)
  const query = new URL(request.url).searchParams
  const zone = presentZoneName(profile.zone)
  const zones = zoneNames()
  const zapWords = (zap: SubscriptionOverview) => ({
    id: publicId('subscription', zap.id),
    name: `${triggerNames[zap.trigger]}, ${filterWords(zap, profile)}, to ${hostOf(zap.targetUrl)}`,
    state: zapState(zap),
  })

  async function loadAsked() {
    const isAdministrator = viewer.role === 'administrator'
    const asked = query.get('do')
    if (asked === 'login-id')
      return { kind: asked, zaps: (await listZapsOf(deps, { viewer, userId })).map(zapWords) } as const
    if (asked === 'role' && isAdministrator) {
      const all = await listProfiles(deps, viewer)
      return { kind: asked, isLast: all.ok && isLastAdministrator(all.value, profile) } as const
    }
    if (asked === 'all-pages' && isAdministrator) {
      const wanted = query.get('allPages') === 'on'
      // Saved without a change: there is nothing to ask.
      if (wanted === profile.triggersAllPages) return undefined
      const others = wanted ? await listOthersWithZaps(deps, { viewer, userId }) : []
      return {
        kind: asked,
        wanted,
        others: others.map(({ user, zaps }) => ({ id: publicId('user', user.id), name: user.name, zaps })),
      } as const
    }
    if (asked === 'delete' && isAdministrator && userId !== viewer.id) {
      const hanging = await whatHangsOn(deps, { viewer, userId })
      if (!hanging.ok) throw data(null, { status: 404 })
      const { pages, zaps, comingBookings, heirs } = hanging.value
      return {
        kind: asked,
        pages: pages.map(({ id, internalLabel }) => ({
          id: publicId('booking-page', id),
          label: internalLabel,
        })),
        zaps: zaps.map(zapWords),
        comingBookings: comingBookings.map((booking) => ({
          id: publicId('booking', booking.id),
          words: `${moment(booking.startsAt).words.replace(/, [^,]+$/, '')}, ${timeSpan(booking.startsAt, booking.endsAt, viewer.zone)}, ${booking.customer.name}`,
        })),
        heirs: heirs.map((heir) => ({
          value: publicId('user', heir.id),
          label: `${heir.name} (${heir.loginId})`,
        })),
        chosenHeir: publicId('user', viewer.id),
      } as const
    }
    return undefined
  }

  return {
    here: addressOfUser(viewing, userId),
    isOwn: userId === viewer.id,
    isAdministrator: viewer.role === 'administrator',
    profile: {
      id: publicId('user', profile.id),
      name: profile.name,
      loginId: profile.loginId,
      role: profile.role,
      roleName: roleNames[profile.role],
      zone,
      joined: profile.joinedAt && moment(profile.joinedAt),
      pages: profile.pages.map((page) => ({
        id: publicId('booking-page', page.id),
        label: page.internalLabel,
        link: page.publicLink,
      })),
      hasKey: profile.hasKey,
      zaps: profile.zaps,
      triggersAllPages: profile.triggersAllPages,
    },
    zones: (zones.includes(zone) ? zones : [zone, ...zones]).map((name) => ({
      value: name,
      label: zoneInWords(name, now),
    })),
    asked: await loadAsked(),
    done: { what: query.get('done'), zaps: Number(query.get('zaps') ?? 0) },
  }
}

export type ProfileData = Awaited<ReturnType<typeof loadProfile>>
export type Asked = NonNullable<ProfileData['asked']>

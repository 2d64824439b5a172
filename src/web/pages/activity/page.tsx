import { Anchor, Group, Text, Title } from '@mantine/core'
import { Link } from 'react-router'
import { listBookingPages } from '#domain/booking-pages/list-booking-pages.ts'
import { type ActivityList, type ListedBooking, listActivity } from '#domain/bookings/view-booking.ts'
import { listZaps } from '#domain/zapier/manage-zaps.ts'
import { publicId } from '#kit/ids.ts'
import { requireUser } from '#web/require-user.ts'
import { dayAndTime, longDay, momentIn, timeSpan, zoneInWords } from '../../format/moment.ts'
import { IconCalendarEvent } from '../../icons.ts'
import { pageTitle } from '../../page-title.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { LinkTabs } from '../../ui/link-tabs.tsx'
import type { Route } from './+types/page.ts'
import { type BookingDay, BookingDays, type ShownBooking } from './booking-days.tsx'
import { FirstSteps } from './first-steps.tsx'

export const meta = () => pageTitle('Activity')

/** As many as `listActivity` gives. */
const most = 100

export async function loader({ context, request }: Route.LoaderArgs) {
  const { deps, user } = requireUser(context, request)
  const asked = new URL(request.url).searchParams.get('when')
  const when: ActivityList = asked === 'past' || asked === 'requests' ? asked : 'coming'
  const [bookings, pages, zaps, requests, others] = await Promise.all([
    listActivity(deps, { viewer: user, list: when }),
    listBookingPages(deps, user),
    listZaps(deps, user),
    listActivity(deps, { viewer: user, list: 'requests' }),
    listActivity(deps, { viewer: user, list: when === 'past' ? 'coming' : 'past' }),
  ])
  const now = deps.clock.now()
  const isAdministrator = user.role === 'administrator'
  const moment = momentIn(user.zone, now)

  const present = (booking: ListedBooking): ShownBooking => ({
    id: publicId('booking', booking.id),
    status: booking.status,
    startsAt: booking.startsAt.toString(),
    times: timeSpan(booking.startsAt, booking.endsAt, user.zone) + otherTimes(booking),
    starts: `${dayAndTime(booking.startsAt, user.zone)}, ${zoneInWords(user.zone, booking.startsAt)}`,
    startsForCustomer: `${dayAndTime(booking.startsAt, booking.customer.zone)}, ${zoneInWords(booking.customer.zone, booking.startsAt)}`,
    booked: moment(booking.createdAt),
    eventTypeName: booking.eventTypeName,
    pageLabel: booking.pageLabel,
    ownerName: isAdministrator ? (booking.ownerId === user.id ? 'you' : booking.ownerName) : undefined,
    customer: booking.customer,
  })

  return {
    when,
    openRequests: requests.length,
    days: groupByDay(bookings, user.zone).map(
      ({ name, list }): BookingDay => ({ name, bookings: list.map(present) }),
    ),
    isCut: bookings.length >= most,
    zone: zoneInWords(user.zone, now),
    ownLink: pages.find(({ ownedByViewer }) => ownedByViewer)?.publicLink,
    steps: { isBooked: bookings.length + others.length + requests.length > 0, hasZap: zaps.length > 0 },
  }
}

/** A request stands under the first of its suggested times; that there are others is said. */
function otherTimes({ status, suggestedStarts }: ListedBooking): string {
  const others = suggestedStarts.length - 1
  if (status !== 'requested' || others < 1) return ''
  return others === 1 ? ', or another time' : `, or ${others} other times`
}

/** Consecutive bookings of one local day together, in the order given. */
function groupByDay(bookings: ListedBooking[], zone: string): { name: string; list: ListedBooking[] }[] {
  const days: { name: string; list: ListedBooking[] }[] = []
  for (const booking of bookings) {
    const name = longDay(booking.startsAt, zone)
    const last = days.at(-1)
    if (last?.name === name) last.list.push(booking)
    else days.push({ name, list: [booking] })
  }
  return days
}

export default function ActivityPage({ loaderData }: Route.ComponentProps) {
  const { when, openRequests, days, isCut, zone, ownLink, steps } = loaderData
  const showsSteps = ownLink !== undefined && !(steps.isBooked && steps.hasZap)
  return (
    <>
      <Group justify="space-between" align="baseline" mb="md">
        <Title order={1}>Activity</Title>
        <Text size="sm" c="dimmed">
          Times are in your zone, {zone}.
        </Text>
      </Group>
      {showsSteps && <FirstSteps ownLink={ownLink} {...steps} />}
      <LinkTabs
        label="Bookings"
        tabs={[
          { to: '/', label: 'Coming', current: when === 'coming' },
          {
            to: '/?when=requests',
            label:
              openRequests > 0
                ? `Requests (${openRequests >= most ? `${most}+` : openRequests})`
                : 'Requests',
            current: when === 'requests',
          },
          { to: '/?when=past', label: 'Past', current: when === 'past' },
        ]}
      />
      {days.length > 0 ? (
        <BookingDays days={days} />
      ) : (
        <NothingHere when={when} ownLink={ownLink} showsSteps={showsSteps} />
      )}
      {isCut && (
        <Text size="sm" c="dimmed" mt="md">
          The {when === 'past' ? 'latest' : 'next'} {most} {when === 'requests' ? 'requests' : 'bookings'} are
          shown.
        </Text>
      )}
    </>
  )
}

function NothingHere({
  when,
  ownLink,
  showsSteps,
}: {
  when: ActivityList
  ownLink: string | undefined
  showsSteps: boolean
}) {
  if (when === 'requests')
    return (
      <EmptyState icon={<IconCalendarEvent />} title="No requests are waiting">
        On pages that book with approval, customers suggest times. Their requests wait here for your answer.
      </EmptyState>
    )
  if (when === 'past')
    return (
      <EmptyState icon={<IconCalendarEvent />} title="No past bookings">
        Bookings move here when their time is over or they are canceled.
      </EmptyState>
    )
  if (showsSteps)
    return (
      <EmptyState icon={<IconCalendarEvent />} title="No bookings ahead">
        What people book on your page appears here.
      </EmptyState>
    )
  return (
    <EmptyState icon={<IconCalendarEvent />} title="No bookings ahead">
      {ownLink ? (
        <>
          Send people your public link. What they book appears here.
          <Group justify="center" gap="xs" mt="sm">
            <Anchor href={ownLink} target="_blank">
              {ownLink}
            </Anchor>
            <CopyButton text={ownLink} what="public link" />
          </Group>
        </>
      ) : (
        <>
          Bookings on your pages appear here. See{' '}
          <Anchor component={Link} to="/booking-pages">
            Booking pages
          </Anchor>{' '}
          for their public links.
        </>
      )}
    </EmptyState>
  )
}

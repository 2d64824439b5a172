import {
  Alert,
  Anchor,
  Button,
  Group,
  NativeSelect,
  Paper,
  Radio,
  Stack,
  Text,
  Textarea,
  Title,
} from '@mantine/core'
import type { ReactNode } from 'react'
import { data, Form, Link, redirect, useNavigation } from 'react-router'
import { listUsers } from '#domain/accounts/find-user.ts'
import { publicLinkOf } from '#domain/booking-pages/booking-page.ts'
import { customerPathOf } from '#domain/bookings/booking.ts'
import { viewBooking } from '#domain/bookings/view-booking.ts'
import { weighReassignment } from '#domain/bookings/weigh-booking.ts'
import { type BookingId, parsePublicId, publicId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'
import { requireUser } from '#web/require-user.ts'
import { dayAndTime, momentIn, timeSpan, zoneInWords } from '../../../format/moment.ts'
import { IconCheck } from '../../../icons.ts'
import { pageTitle } from '../../../page-title.ts'
import { parseForm, readForm } from '../../../parse-form.ts'
import { ConfirmForm } from '../../../ui/confirm-dialog.tsx'
import { CopyButton } from '../../../ui/copy-button.tsx'
import { StatusBadge } from '../../../ui/status-badge.tsx'
import { Time } from '../../../ui/time.tsx'
import { detailedStatus, statusWords } from '../status-words.ts'
import type { Route } from './+types/page.ts'
import { asUserAct, doneInWords, type UserAct } from './act-words.ts'
import { ActForm, perform, refusalInWords } from './acts.ts'
import { CancelWizard } from './cancel-wizard.tsx'
import { eventInWords } from './history-words.ts'
import styles from './page.module.css'
import { risksInWords } from './risk-words.ts'

export const meta = ({ loaderData }: Route.MetaArgs) =>
  pageTitle(loaderData?.subject ?? 'Booking', 'Activity')

export async function loader({ context, request, params }: Route.LoaderArgs) {
  const { deps, user } = requireUser(context, request)
  const bookingId = bookingIdOf(params)
  const found = await viewBooking(deps, { viewer: user, bookingId })
  if (!found.ok) throw data(null, { status: 404 })
  const { booking, page, eventType, owner, history, former, successor, suggested, acts } = found.value
  const query = new URL(request.url).searchParams
  const now = deps.clock.now()
  const moment = momentIn(user.zone, now)
  const users = await listUsers(deps, user.accountId)
  const nameOf = (id: string) => users.find((one) => one.id === id)?.name
  const minutes = Math.round(booking.startsAt.until(booking.endsAt).total('minutes'))
  const when = (start: Instant, zone: string) =>
    `${dayAndTime(start, zone)} – ${timeSpan(start, start.add({ minutes }), zone).split(' – ')[1]}, ${zoneInWords(zone, start)}`
  // Of a request nothing is agreed: none of its times stands for the others.
  const times = booking.suggestedStarts.length
  const inShort = times === 1 ? 'One suggested time' : `${times} suggested times`
  const link = (id: BookingId) => `/activity/${publicId('booking', id)}`
  const may: Record<UserAct, boolean> = {
    approve: acts.includes('approve'),
    cancel: acts.includes('cancel') || acts.includes('cancel-request'),
    'no-show': acts.includes('set-no-show'),
    reassign: acts.includes('reassign') && users.length > 1,
  }
  const asked = asUserAct(query.get('do'))
  const others = users.filter(({ id }) => id !== owner.id)
  const toUserIds = asked === 'reassign' && may.reassign ? others.map(({ id }) => id) : []
  const weighed = await weighReassignment(deps, { viewer: user, bookingId, toUserIds })
  return {
    id: publicId('booking', booking.id),
    subject: booking.subject || eventType.name,
    isRequest: booking.status === 'requested',
    status: { ...statusWords[booking.status], detailed: detailedStatus(booking) },
    startIso: booking.startsAt.toString(),
    yours: booking.status === 'requested' ? inShort : when(booking.startsAt, user.zone),
    owners: { name: owner.name, when: when(booking.startsAt, owner.zone) },
    customers: when(booking.startsAt, booking.customer.zone),
    duration: `${minutes} minutes`,
    customer: booking.customer,
    answers: booking.answers,
    place: booking.virtualLocation || booking.physicalLocation,
    mode: booking.mode === 'approval' ? 'Booking with approval' : 'Automatic booking',
    reason: booking.reason,
    page: { label: page.internalLabel, link: publicLinkOf(deps.publicUrl, page.slug) },
    customerLink: deps.publicUrl + customerPathOf(deps.secrets, booking),
    former: former && link(former.id),
    successor: successor && link(successor.id),
    suggested: suggested.map(({ start, isFree, risks }) => ({
      iso: start.toString(),
      words: when(start, user.zone),
      customers: when(start, booking.customer.zone),
      isFree,
      risks: risksInWords(risks),
    })),
    history: history.map((event) => ({
      id: event.id,
      words: eventInWords(event, nameOf),
      at: moment(event.occurredAt),
      reason: event.booking.reason,
    })),
    users: others.map(({ id, name }) => {
      const risks = risksInWords(weighed.get(id) ?? [])
      return { value: publicId('user', id), label: risks ? `${name} (${risks})` : name }
    }),
    may,
    asked: asked && may[asked] ? asked : undefined,
    done: asUserAct(query.get('done')),
    updated: moment(booking.updatedAt),
    created: moment(booking.createdAt),
  }
}

export async function action({ context, request, params }: Route.ActionArgs) {
  const { deps, user } = requireUser(context, request)
  const bookingId = bookingIdOf(params)
  const parsed = parseForm(ActForm, await readForm(request))
  if (!parsed.ok)
    return data(
      { problem: Object.values(parsed.problems)[0] ?? 'This form could not be read.' },
      { status: 400 },
    )
  const done = await perform(deps, { viewer: user, bookingId, form: parsed.value })
  if (done.ok) return redirect(`/activity/${params.bookingId}?done=${parsed.value.intent}`, 303)
  if (done.problem.code === 'booking-not-found') throw data(null, { status: 404 })
  return data({ problem: refusalInWords(done.problem) }, { status: 409 })
}

function bookingIdOf({ bookingId }: { bookingId: string }): BookingId {
  const id = parsePublicId('booking', bookingId)
  if (!id) throw data(null, { status: 404 })
  return id
}

export default function BookingPage({ loaderData: shown, actionData }: Route.ComponentProps) {
  const pending = useNavigation().state === 'submitting'
  const { customer } = shown
  const here = `/activity/${shown.id}`
  return (
    <Stack gap="lg">
      <div>
        <Anchor component={Link} to={shown.isRequest ? '/?when=requests' : '/'} size="sm">
          Activity
        </Anchor>
        <Group justify="space-between" align="center">
          <Title order={1}>{shown.subject}</Title>
          <StatusBadge tone={shown.status.tone}>{shown.status.text}</StatusBadge>
        </Group>
        <Text>{shown.isRequest ? shown.yours : <time dateTime={shown.startIso}>{shown.yours}</time>}</Text>
        <Text c="dimmed" size="sm">
          with {customer.name} ({customer.email})
        </Text>
      </div>
      {shown.done && !actionData && (
        <Alert color="green" icon={<IconCheck />} role="status">
          {doneInWords[shown.done]}
        </Alert>
      )}
      {shown.asked ? (
        <Paper withBorder p="lg">
          <AskedAct
            {...shown}
            asked={shown.asked}
            here={here}
            pending={pending}
            problem={actionData?.problem}
          />
        </Paper>
      ) : (
        <Acts may={shown.may} isRequest={shown.isRequest} here={here} />
      )}
      <Paper withBorder p="lg">
        <Title order={2} size="h3" mb="md">
          Details
        </Title>
        <dl className={styles.facts}>
          <Fact name="Detailed status">{shown.status.detailed}</Fact>
          <Fact name="Booking owner">{shown.owners.name}</Fact>
          {shown.isRequest ? (
            <Fact name="Suggested times" wide>
              <ul className={styles.suggested}>
                {shown.suggested.map(({ iso, words, isFree }) => (
                  <li key={iso}>
                    {words}
                    {!isFree && ' (taken by another booking, or past)'}
                  </li>
                ))}
              </ul>
            </Fact>
          ) : (
            <>
              <Fact name="Owner’s time">{shown.owners.when}</Fact>
              <Fact name="Customer’s time">{shown.customers}</Fact>
            </>
          )}
          <Fact name="Duration">{shown.duration}</Fact>
          <Fact name="Booking page">
            <Anchor href={shown.page.link} size="sm">
              {shown.page.label}
            </Anchor>
          </Fact>
          <Fact name="Mode">{shown.mode}</Fact>
          {shown.place && <Fact name="Where">{shown.place}</Fact>}
          {customer.company && <Fact name="Company">{customer.company}</Fact>}
          {customer.phone && (
            <Fact name="Phone">
              <Anchor href={`tel:${customer.phone.replace(/[^\d+]/g, '')}`} size="sm">
                {customer.phone}
              </Anchor>
            </Fact>
          )}
          {shown.answers.map(({ name, title, value }) => (
            <Fact key={name} name={title}>
              {value || '–'}
            </Fact>
          ))}
          {customer.note && (
            <Fact name="Note" wide>
              {customer.note}
            </Fact>
          )}
          {shown.reason && (
            <Fact name="Reason given" wide>
              {shown.reason}
            </Fact>
          )}
          <Fact name="Customer’s own page" wide>
            <Anchor href={shown.customerLink} size="sm">
              Open
            </Anchor>{' '}
            <CopyButton text={shown.customerLink} what="customer’s link" />
          </Fact>
          <Fact name="Booking ID">
            <span translate="no">{shown.id}</span> <CopyButton text={shown.id} what="booking ID" />
          </Fact>
          <Fact name="Created">
            <Time at={shown.created} />
          </Fact>
          <Fact name="Updated">
            <Time at={shown.updated} />
          </Fact>
          {(shown.former || shown.successor) && (
            <Fact name="Related" wide>
              {shown.former && (
                <Anchor component={Link} to={shown.former} size="sm" mr="md">
                  The booking it takes the place of
                </Anchor>
              )}
              {shown.successor && (
                <Anchor component={Link} to={shown.successor} size="sm">
                  The booking that took its place
                </Anchor>
              )}
            </Fact>
          )}
        </dl>
      </Paper>
      <Paper withBorder p="lg">
        <Title order={2} size="h3" mb="md">
          History
        </Title>
        <ol className={styles.history}>
          {shown.history.map(({ id, words, at, reason }) => (
            <li key={id}>
              {words}, <Time at={at} />
              {reason && <Text className={styles.quote}>{reason}</Text>}
            </li>
          ))}
        </ol>
      </Paper>
    </Stack>
  )
}

function Acts({ may, isRequest, here }: { may: Record<UserAct, boolean>; isRequest: boolean; here: string }) {
  const offered: [UserAct, string][] = [
    ['approve', 'Find a time and schedule'],
    ['cancel', isRequest ? 'Cancel or request new times' : 'Cancel or request reschedule'],
    ['reassign', 'Reassign the booking'],
    ['no-show', 'Set to No-show'],
  ]
  const shown = offered.filter(([act]) => may[act])
  if (shown.length === 0) return null
  return (
    <Group component="nav" aria-label="What you can do">
      {shown.map(([act, words], index) => (
        <Button
          key={act}
          component={Link}
          to={`${here}?do=${act}`}
          variant={index === 0 && act === 'approve' ? 'filled' : 'default'}
          preventScrollReset
        >
          {words}
        </Button>
      ))}
    </Group>
  )
}

function AskedAct({
  asked,
  here,
  pending,
  problem,
  ...shown
}: {
  asked: UserAct
  here: string
  pending: boolean
  problem: string | undefined
  isRequest: boolean
  subject: string
  yours: string
  customer: { name: string }
  suggested: { iso: string; words: string; customers: string; isFree: boolean; risks: string }[]
  users: { value: string; label: string }[]
}) {
  const leave = (
    <Button component={Link} to={here} variant="default">
      Leave as it is
    </Button>
  )
  const refusal = problem && (
    <Text c="red.8" role="alert">
      {problem}
    </Text>
  )
  switch (asked) {
    case 'cancel':
      return (
        <>
          <Title order={2} size="h3" mb="md">
            {shown.isRequest ? 'Cancel/request new times' : 'Cancel/request reschedule'}
          </Title>
          <CancelWizard
            isRequest={shown.isRequest}
            customerName={shown.customer.name}
            subject={shown.subject}
            when={shown.yours}
            backTo={here}
            pending={pending}
            problem={problem}
          />
        </>
      )
    case 'no-show':
      return (
        <>
          <Title order={2} size="h3" mb="md">
            No-show status
          </Title>
          <ConfirmForm confirmLabel="Yes" intent="no-show" pending={pending} cancel={leave}>
            <Text>
              Say that {shown.customer.name} did not come to “{shown.subject}”. This cannot be undone: the
              booking never goes back to Completed. Zaps that wait for a No-show act at once.
            </Text>
            {refusal}
          </ConfirmForm>
        </>
      )
    case 'approve':
      return (
        <Form method="post">
          <input type="hidden" name="intent" value="approve" />
          <Stack>
            <Title order={2} size="h3">
              Find a time and schedule
            </Title>
            <Radio.Group
              name="start"
              label={`Times that ${shown.customer.name} suggests`}
              defaultValue={
                (
                  shown.suggested.find(({ isFree, risks }) => isFree && !risks) ??
                  shown.suggested.find(({ isFree }) => isFree)
                )?.iso ?? ''
              }
            >
              <Stack gap="sm" mt="xs">
                {shown.suggested.map(({ iso, words, customers, isFree, risks }) => (
                  <Radio
                    key={iso}
                    value={iso}
                    disabled={!isFree}
                    label={words}
                    description={
                      isFree ? (
                        <>
                          Customer’s time: {customers}
                          {risks && (
                            <Text component="strong" display="block" size="sm" fw={600} c="dark.9">
                              Careful: {risks}.
                            </Text>
                          )}
                        </>
                      ) : (
                        'Taken by another booking, or past'
                      )
                    }
                  />
                ))}
              </Stack>
            </Radio.Group>
            {refusal}
            <Group justify="space-between">
              {leave}
              <Group>
                <Button component={Link} to={`${here}?do=cancel`} variant="subtle">
                  Request new times
                </Button>
                <Button
                  type="submit"
                  loading={pending}
                  disabled={!shown.suggested.some(({ isFree }) => isFree)}
                >
                  Schedule
                </Button>
              </Group>
            </Group>
          </Stack>
        </Form>
      )
    case 'reassign':
      return (
        <Form method="post">
          <input type="hidden" name="intent" value="reassign" />
          <Stack>
            <Title order={2} size="h3">
              Reassign the booking
            </Title>
            <Text>
              The time of the former owner is free at once, that of the new owner is taken. The booking stays
              on its page.
            </Text>
            <NativeSelect
              name="to"
              label="New owner"
              description="What speaks against somebody stands beside the name. Only a time that is taken is refused."
              data={[{ value: '', label: 'Choose a user' }, ...shown.users]}
              required
            />
            <Textarea
              name="reason"
              label="Reason for the customer (optional)"
              description="Only with a reason is the customer told of the change."
              autosize
              minRows={2}
              maxLength={2000}
            />
            {refusal}
            <Group justify="flex-end">
              {leave}
              <Button type="submit" loading={pending}>
                Reassign
              </Button>
            </Group>
          </Stack>
        </Form>
      )
  }
}

const Fact = ({ name, wide = false, children }: { name: string; wide?: boolean; children: ReactNode }) => (
  <div className={wide ? styles.wide : undefined}>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)

import { Alert, Anchor, Button, Group, Text } from '@mantine/core'
import { data, Form, Link, redirect, useNavigation } from 'react-router'
import { z } from 'zod'
import { listUsers } from '#domain/accounts/find-user.ts'
import type { User } from '#domain/accounts/user.ts'
import {
  listDeliveriesOfAccount,
  replayAtMost,
  replayDeliveriesOfAccount,
} from '#domain/webhooks/account-deliveries.ts'
import type { AccountDelivery } from '#domain/webhooks/account-delivery.ts'
import { type BookingId, type ContactId, type DeliveryId, isUuid, publicId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'
import { requireAdministrator } from '#web/require-user.ts'
import { type Moment, momentIn, spanOfMs } from '../../../../format/moment.ts'
import { IconSend } from '../../../../icons.ts'
import { pageTitle } from '../../../../page-title.ts'
import { parseForm, readForm } from '../../../../parse-form.ts'
import { EmptyState } from '../../../../ui/empty-state.tsx'
import { useFreshData } from '../../../app-frame/use-fresh-data.ts'
import { hostOf, triggerNames } from '../zapier/zap-words.ts'
import type { Route } from './+types/page.ts'
import { DeliveryList, type ListedDelivery } from './delivery-list.tsx'
import { eventWords, stateOf } from './delivery-words.ts'
import { addressWith, filterFields, filterOf, placeOf } from './filter-address.ts'
import { FilterForm } from './filter-form.tsx'

export const meta = () => pageTitle('Deliveries')

/** Receivers' answers may hold customers' data: they must not lie in any cache. */
export const headers = () => ({ 'cache-control': 'no-store' })

export async function loader({ context, request }: Route.LoaderArgs) {
  const { deps, user: viewer } = requireAdministrator(context, request)
  const query = new URL(request.url).searchParams
  const filter = filterOf(query, viewer.zone)
  const found = await listDeliveriesOfAccount(deps, { viewer, filter, place: placeOf(query) })
  // Demoted since the request began.
  if (!found.ok) throw data(null, { status: 404 })
  const { deliveries, hasOlder, hasNewer, givenUp } = found.value
  const moment = momentIn(viewer.zone, deps.clock.now())
  const users = await listUsers(deps, viewer.accountId)
  const given = Object.fromEntries(filterFields.map((field) => [field, query.get(field) ?? '']))
  return {
    filter: {
      given,
      users: users.map(({ id, name }) => ({ value: publicId('user', id), label: name })),
      zap: filter.subscriptionId ? publicId('subscription', filter.subscriptionId) : null,
    },
    isFiltered: Object.values(given).some((value) => value !== ''),
    givenUp,
    isMany: givenUp >= replayAtMost,
    done: doneWords(query),
    newer: hasNewer && deliveries[0] ? addressWith(query, { newer: deliveries[0].id }) : null,
    older:
      hasOlder && deliveries.length > 0 ? addressWith(query, { older: deliveries.at(-1)?.id ?? '' }) : null,
    newest: placeOf(query) ? addressWith(query) : null,
    deliveries: deliveries.map((delivery) => listed(delivery, viewer, moment)),
  }
}

function listed(delivery: AccountDelivery, viewer: User, moment: (at: Instant) => Moment): ListedDelivery {
  const { subscription, state, attempts } = delivery
  const zap = publicId('subscription', subscription.id)
  return {
    id: delivery.id,
    state: stateOf(state, attempts.length),
    trigger: nameOf(subscription),
    event: eventWords(delivery.eventType),
    user: delivery.user?.name ?? 'Webhook of the account',
    host: hostOf(subscription.targetUrl),
    subject: subjectOf(delivery),
    created: moment(delivery.createdAt),
    due: state === 'pending' && attempts.length > 0 ? moment(delivery.dueAt) : null,
    reason: state === 'dropped' ? delivery.reason : null,
    zap:
      delivery.user === null
        ? { link: `/settings/other/api/webhooks/${zap}`, label: 'Open this webhook' }
        : delivery.user.id === viewer.id
          ? { link: `/settings/other/zapier/manage-zaps/${zap}`, label: 'Open this Zap' }
          : { link: `?zap=${zap}`, label: 'All deliveries of this Zap' },
    canReplay: subscription.state !== 'ended' && state !== 'held',
    replayLabel: state === 'pending' ? 'Try now' : 'Send again',
    attempts: attempts.map((attempt) => ({
      number: attempt.number,
      started: moment(attempt.startedAt),
      took: spanOfMs(attempt.durationMs),
      status: attempt.status,
      words: attempt.words,
      answer: attempt.responseHead ?? '',
    })),
  }
}

/** What a Zap waits for, or the name of a webhook. */
const nameOf = ({ trigger, name }: AccountDelivery['subscription']): string =>
  trigger === null ? (name ?? '') : triggerNames[trigger]

function subjectOf({ eventType, subjectId }: AccountDelivery): ListedDelivery['subject'] {
  if (eventType === null) return null
  if (eventType.startsWith('contact.')) return { id: publicId('contact', subjectId as ContactId), link: null }
  const id = publicId('booking', subjectId as BookingId)
  return { id, link: `/activity/${id}` }
}

function doneWords(query: URLSearchParams): { tone: 'green' | 'yellow'; text: string } | null {
  const count = Math.min(Math.max(0, Math.trunc(Number(query.get('count')) || 0)), replayAtMost)
  switch (query.get('done')) {
    case 'replayed':
      return {
        tone: 'green',
        text:
          count === 1
            ? 'The delivery is sent again.'
            : `${count.toLocaleString('en-US')} deliveries are sent again.`,
      }
    case 'not-possible':
      return { tone: 'yellow', text: 'It was changed meanwhile, so this is not possible any more.' }
    default:
      return null
  }
}

const ReplayForm = z.discriminatedUnion('intent', [
  z.object({ intent: z.literal('replay'), delivery: z.string().refine(isUuid) }),
  z.object({ intent: z.literal('replay-failed') }),
])

export async function action({ context, request }: Route.ActionArgs) {
  const { deps, user: viewer } = requireAdministrator(context, request)
  const query = new URL(request.url).searchParams
  const parsed = parseForm(ReplayForm, await readForm(request))
  if (!parsed.ok) return data('This form has no such button.', { status: 400 })
  const replayed = await replayDeliveriesOfAccount(deps, {
    viewer,
    ...(parsed.value.intent === 'replay'
      ? { deliveryId: parsed.value.delivery as DeliveryId }
      : { filter: filterOf(query, viewer.zone) }),
  })
  if (!replayed.ok && replayed.problem.code === 'administrators-only') throw data(null, { status: 404 })
  const outcome: Record<string, string> =
    replayed.ok && replayed.value > 0
      ? { done: 'replayed', count: String(replayed.value) }
      : { done: 'not-possible' }
  return redirect(`/settings/other/deliveries${addressWith(query, outcome)}`, 303)
}

export default function DeliveriesPage({ loaderData }: Route.ComponentProps) {
  const { deliveries, filter, isFiltered, givenUp, isMany, done, newer, older, newest } = loaderData
  const isSending = useNavigation().formData?.get('intent') === 'replay-failed'
  useFreshData(5_000)
  return (
    <>
      <div role="status">
        {done && (
          <Alert role="none" color={done.tone} mb="md">
            <Text size="sm" fw={600} c="dark">
              {done.text}
            </Text>
          </Alert>
        )}
      </div>
      <FilterForm {...filter} />
      {givenUp > 0 && (
        <Form method="post" preventScrollReset>
          <input type="hidden" name="intent" value="replay-failed" />
          <Group mb="md" gap="sm">
            <Button type="submit" variant="default" loading={isSending}>
              {givenUp === 1
                ? 'Send the one that was given up again'
                : `Send ${isMany ? 'the oldest' : 'all'} ${givenUp.toLocaleString('en-US')} that were given up again`}
            </Button>
            {isFiltered && (
              <Text size="sm" c="dimmed">
                Only those that the filter shows.
              </Text>
            )}
          </Group>
        </Form>
      )}
      {deliveries.length > 0 ? (
        <DeliveryList deliveries={deliveries} />
      ) : (
        <EmptyState
          icon={<IconSend />}
          title={
            isFiltered ? 'Nothing fits this filter' : newest ? 'Nothing more here' : 'Nothing was sent yet'
          }
        >
          {isFiltered ? (
            <>
              Widen it, or{' '}
              <Anchor component={Link} to="/settings/other/deliveries" underline="always">
                look at all deliveries
              </Anchor>
              .
            </>
          ) : (
            'When something happens that somebody’s Zap waits for, it appears here.'
          )}
        </EmptyState>
      )}
      {(newer || older || newest) && (
        <Group component="nav" aria-label="Pages of the list" mt="md" justify="space-between">
          <Group gap="md">
            {newest && (
              <Anchor component={Link} to={newest}>
                Newest
              </Anchor>
            )}
            {newer && (
              <Anchor component={Link} to={newer} rel="prev">
                ← Newer
              </Anchor>
            )}
          </Group>
          {older && (
            <Anchor component={Link} to={older} rel="next">
              Older →
            </Anchor>
          )}
        </Group>
      )}
    </>
  )
}

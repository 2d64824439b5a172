import { Anchor, Group, Paper, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { data, Link } from 'react-router'
import { listDeliveries } from '#domain/webhooks/list-deliveries.ts'
import { listZaps } from '#domain/zapier/manage-zaps.ts'
import { parsePublicId, publicId } from '#kit/ids.ts'
import { requireUser } from '#web/require-user.ts'
import { momentIn, spanOfMs, zoneInWords } from '../../../../../../format/moment.ts'
import { pageTitle } from '../../../../../../page-title.ts'
import { CopyButton } from '../../../../../../ui/copy-button.tsx'
import { StatusBadge } from '../../../../../../ui/status-badge.tsx'
import { Time } from '../../../../../../ui/time.tsx'
import { useFreshData } from '../../../../../app-frame/use-fresh-data.ts'
import { filterWords, hostOf, triggerNames, zapState } from '../../zap-words.ts'
import type { Route } from './+types/page.ts'
import { Deliveries, type ShownDelivery } from './deliveries.tsx'
import styles from './page.module.css'

export const meta = ({ loaderData }: Route.MetaArgs) =>
  pageTitle(loaderData?.zap.trigger ?? 'Zap', 'Manage Zaps', 'Zapier')

export async function loader({ context, request, params }: Route.LoaderArgs) {
  const { deps, user } = requireUser(context, request)
  const subscriptionId = parsePublicId('subscription', params.subscriptionId)
  const found = subscriptionId && (await listDeliveries(deps, { viewer: user, subscriptionId }))
  if (!found?.ok) throw data(null, { status: 404 })
  const { subscription, deliveries } = found.value
  const overview = (await listZaps(deps, user)).find(({ id }) => id === subscription.id)
  const now = deps.clock.now()
  const moment = momentIn(user.zone, now)
  return {
    zone: zoneInWords(user.zone, now),
    zap: {
      id: publicId('subscription', subscription.id),
      trigger: triggerNames[subscription.trigger],
      filter: overview && filterWords(overview, user),
      host: hostOf(subscription.targetUrl),
      state: zapState[subscription.state],
      endedReason: subscription.endedReason,
      created: moment(subscription.createdAt),
    },
    deliveries: deliveries.map(
      ({ delivery, eventType, attempts }): ShownDelivery => ({
        id: delivery.id,
        bookingId: publicId('booking', delivery.bookingId),
        eventType,
        state: delivery.state,
        created: moment(delivery.createdAt),
        attempts: attempts.map((attempt) => ({
          number: attempt.number,
          started: moment(attempt.startedAt),
          took: spanOfMs(attempt.durationMs),
          status: attempt.status,
          words: attempt.words,
          answer: attempt.responseHead ?? '',
        })),
      }),
    ),
  }
}

export default function ZapPage({ loaderData: { zap, deliveries, zone } }: Route.ComponentProps) {
  useFreshData(5_000)
  return (
    <Stack>
      <Anchor component={Link} to="/settings/other/zapier/manage-zaps" size="sm">
        ← All Zaps
      </Anchor>
      <Paper withBorder p="lg">
        <Group mb="md">
          <Title order={2}>{zap.trigger}</Title>
          <StatusBadge tone={zap.state.tone}>{zap.state.text}</StatusBadge>
        </Group>
        <dl className={styles.facts}>
          {zap.filter !== undefined && <Fact name="Bookings of">{zap.filter}</Fact>}
          <Fact name="Sends to">{zap.host}</Fact>
          <Fact name="Turned on">
            <Time at={zap.created} />
          </Fact>
          {zap.endedReason && <Fact name="Ended because">{zap.endedReason}</Fact>}
          <Fact name="Subscription ID">
            <span translate="no">{zap.id}</span> <CopyButton text={zap.id} what="subscription ID" />
          </Fact>
        </dl>
      </Paper>
      <section aria-labelledby="deliveries">
        <Group justify="space-between" align="baseline" mb="xs">
          <Title order={2} id="deliveries">
            Deliveries
          </Title>
          <Text size="sm" c="dimmed">
            Times are in your zone, {zone}.
          </Text>
        </Group>
        {deliveries.length === 0 ? (
          <Text c="dimmed">Nothing was sent yet. The next booking that this Zap waits for appears here.</Text>
        ) : (
          <Deliveries deliveries={deliveries} />
        )}
      </section>
    </Stack>
  )
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)

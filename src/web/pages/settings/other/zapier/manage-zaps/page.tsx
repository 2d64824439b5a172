import { Anchor, Group, Text, Title } from '@mantine/core'
import { Link } from 'react-router'
import { listZaps } from '#domain/zapier/manage-zaps.ts'
import { publicId } from '#kit/ids.ts'
import { requireUser } from '#web/require-user.ts'
import { momentIn, zoneInWords } from '../../../../../format/moment.ts'
import { IconPlugConnected } from '../../../../../icons.ts'
import { pageTitle } from '../../../../../page-title.ts'
import { EmptyState } from '../../../../../ui/empty-state.tsx'
import stacked from '../../../../../ui/stacked-table.module.css'
import { StatusBadge } from '../../../../../ui/status-badge.tsx'
import { Time } from '../../../../../ui/time.tsx'
import { useFreshData } from '../../../../app-frame/use-fresh-data.ts'
import { filterWords, heldWords, hostOf, triggerNames, zapState } from '../zap-words.ts'
import type { Route } from './+types/page.ts'
import styles from './page.module.css'

export const meta = () => pageTitle('Manage Zaps', 'Zapier')

export async function loader({ context, request }: Route.LoaderArgs) {
  const { deps, user } = requireUser(context, request)
  const now = deps.clock.now()
  const moment = momentIn(user.zone, now)
  const zaps = await listZaps(deps, user)
  return {
    zone: zoneInWords(user.zone, now),
    zaps: zaps.map((zap) => ({
      id: publicId('subscription', zap.id),
      trigger: triggerNames[zap.trigger],
      filter: filterWords(zap, user),
      host: hostOf(zap.targetUrl),
      state: zapState(zap),
      endedReason: zap.endedReason,
      created: moment(zap.createdAt),
      last: zap.lastDelivery && { ...zap.lastDelivery, at: moment(zap.lastDelivery.at) },
      pending: zap.pending,
      held: zap.held > 0 ? heldWords(zap) : null,
      failed: zap.failed,
    })),
  }
}

type ShownZap = Route.ComponentProps['loaderData']['zaps'][number]

export default function ManageZapsPage({ loaderData: { zaps, zone } }: Route.ComponentProps) {
  useFreshData(5_000)
  if (zaps.length === 0)
    return (
      <EmptyState icon={<IconPlugConnected />} title="No Zaps yet">
        A Zap appears here when you turn it on.{' '}
        <Anchor component={Link} to="/settings/other/zapier/add-zaps" underline="always">
          Add a Zap
        </Anchor>{' '}
        to begin.
      </EmptyState>
    )
  return (
    <>
      <Group justify="space-between" align="baseline" mb="sm">
        <Title order={2} id="your-zaps">
          Your Zaps
        </Title>
        <Text size="sm" c="dimmed">
          Times are in your zone, {zone}.
        </Text>
      </Group>
      <table className={stacked.table} aria-labelledby="your-zaps">
        <thead>
          <tr>
            <th scope="col">Trigger</th>
            <th scope="col">Sends to</th>
            <th scope="col">State</th>
            <th scope="col">Last delivery</th>
            <th scope="col">Waiting</th>
            <th scope="col">Turned on</th>
          </tr>
        </thead>
        <tbody>
          {zaps.map((zap) => (
            <ZapRow key={zap.id} zap={zap} />
          ))}
        </tbody>
      </table>
    </>
  )
}

const ZapRow = ({ zap }: { zap: ShownZap }) => (
  <tr>
    <td data-label="Trigger">
      <span>
        <Anchor component={Link} to={zap.id} size="sm" fw={650} className={styles.line}>
          {zap.trigger}
        </Anchor>
        <span className={styles.quiet}>{zap.filter}</span>
      </span>
    </td>
    <td data-label="Sends to">{zap.host}</td>
    <td data-label="State">
      <span>
        <StatusBadge tone={zap.state.tone}>{zap.state.text}</StatusBadge>
        {zap.endedReason && <span className={`${styles.line} ${styles.quiet}`}>{zap.endedReason}</span>}
      </span>
    </td>
    <td data-label="Last delivery">
      {zap.last ? (
        <span>
          <span className={zap.last.ok ? styles.line : `${styles.line} ${styles.bad}`}>
            {zap.last.ok ? 'Delivered' : zap.last.words} <Time at={zap.last.at} show="ago" />
          </span>
          <span className={styles.quiet}>{zap.last.at.words}</span>
        </span>
      ) : (
        <span className={styles.quiet}>Nothing sent yet</span>
      )}
    </td>
    <td data-label="Waiting">
      <span>
        {zap.pending > 0 && <span className={styles.line}>{zap.pending} to be sent</span>}
        {zap.held && <span className={styles.line}>{zap.held}</span>}
        {zap.failed > 0 && <span className={`${styles.line} ${styles.bad}`}>{zap.failed} given up</span>}
        {zap.pending + zap.failed === 0 && !zap.held && <span className={styles.quiet}>None</span>}
      </span>
    </td>
    <td data-label="Turned on" className={styles.created}>
      <Time at={zap.created} />
    </td>
  </tr>
)

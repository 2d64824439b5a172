import { Anchor, Paper, Stack, Text, Title } from '@mantine/core'
import { data, Link } from 'react-router'
import { reviewDeliveries } from '#domain/webhooks/account-deliveries.ts'
import type { SubscriptionHealth } from '#domain/webhooks/account-delivery.ts'
import { publicId } from '#kit/ids.ts'
import { requireAdministrator } from '#web/require-user.ts'
import { momentIn, spanOfMs, timeOfDay } from '../../../../../format/moment.ts'
import { IconPlugConnected } from '../../../../../icons.ts'
import { pageTitle } from '../../../../../page-title.ts'
import { BarChart, LineChart } from '../../../../../ui/charts.tsx'
import { EmptyState } from '../../../../../ui/empty-state.tsx'
import stacked from '../../../../../ui/stacked-table.module.css'
import { StatusBadge, type Tone } from '../../../../../ui/status-badge.tsx'
import { Time } from '../../../../../ui/time.tsx'
import { useFreshData } from '../../../../app-frame/use-fresh-data.ts'
import { hostOf, triggerNames, zapState } from '../../zapier/zap-words.ts'
import type { Route } from './+types/page.ts'
import styles from './page.module.css'

export const meta = () => pageTitle('Last 24 hours', 'Deliveries')

export async function loader({ context, request }: Route.LoaderArgs) {
  const { deps, user: viewer } = requireAdministrator(context, request)
  const found = await reviewDeliveries(deps, viewer)
  if (!found.ok) throw data(null, { status: 404 })
  const { hours, subscriptions } = found.value
  const moment = momentIn(viewer.zone, deps.clock.now())
  return {
    hours: hours.map(({ start, ...numbers }) => ({ from: timeOfDay(start, viewer.zone), ...numbers })),
    zaps: subscriptions.map((one) => {
      const id = publicId('subscription', one.id)
      return {
        id,
        trigger: one.trigger === null ? (one.name ?? '') : triggerNames[one.trigger],
        host: hostOf(one.targetUrl),
        user: one.user?.name ?? 'Webhook of the account',
        state: healthOf(one),
        arrived: one.tried === 0 ? null : `${Math.floor((one.delivered / one.tried) * 100)} %`,
        ofHowMany: `${one.delivered} of ${one.tried}`,
        lastSuccess: one.lastSuccessAt && moment(one.lastSuccessAt),
        failingSince: one.failingSince && moment(one.failingSince),
      }
    }),
  }
}

/** Red where every attempt fails, yellow where some did, else how the Zap is. */
function healthOf(health: SubscriptionHealth): { tone: Tone; text: string } {
  if (health.state === 'on' && health.failingSince === null && health.delivered < health.tried)
    return { tone: 'warn', text: 'Some did not arrive' }
  return zapState({
    state: health.state,
    pausedFor: health.pausedFor,
    lastDelivery: health.failingSince && { at: health.failingSince, ok: false, words: '' },
  })
}

type Hours = Route.ComponentProps['loaderData']['hours']

export default function LastDayPage({ loaderData: { hours, zaps } }: Route.ComponentProps) {
  useFreshData(30_000)
  return (
    <Stack gap="xl">
      <section aria-labelledby="in-numbers">
        <Title order={2} id="in-numbers" mb="sm">
          Attempts of the last 24 hours
        </Title>
        <Charts hours={hours} />
      </section>
      <section aria-labelledby="health">
        <Title order={2} id="health" mb="sm">
          How each Zap does
        </Title>
        {zaps.length === 0 ? (
          <EmptyState icon={<IconPlugConnected />} title="No Zap is on">
            When somebody of this account turns a Zap on, it appears here.
          </EmptyState>
        ) : (
          <ZapTable zaps={zaps} />
        )}
      </section>
    </Stack>
  )
}

const sumOf = (numbers: number[]) => numbers.reduce((sum, one) => sum + one, 0)

function Charts({ hours }: { hours: Hours }) {
  const attempts = sumOf(hours.map((hour) => hour.attempts))
  const failed = sumOf(hours.map((hour) => hour.failed))
  const most = Math.max(1, ...hours.map((hour) => hour.attempts))
  const mostFailed = Math.max(1, ...hours.map((hour) => hour.failed))
  const slowest = Math.max(1, ...hours.map((hour) => hour.p95Ms ?? 0))
  const marks = [hours[0]?.from ?? '', hours[12]?.from ?? '', 'now']
  if (attempts === 0)
    return <Text c="dimmed">Nothing was sent in the last 24 hours, so there is nothing to draw.</Text>
  return (
    <>
      <div className={styles.charts}>
        <Paper withBorder p="md">
          <BarChart
            title="Attempts per hour"
            summary={`${attempts} attempts in all, ${attempts - failed} delivered and ${failed} failed; at most ${most} in an hour.`}
            top={`${most}`}
            most={most}
            marks={marks}
            series={[
              { label: 'Delivered', tone: 'main', values: hours.map((hour) => hour.attempts - hour.failed) },
              { label: 'Failed', tone: 'bad', values: hours.map((hour) => hour.failed) },
            ]}
          />
        </Paper>
        <Paper withBorder p="md">
          <LineChart
            title="Time an attempt takes"
            summary={`The slowest hour: 19 of 20 attempts took at most ${spanOfMs(slowest)}.`}
            top={spanOfMs(slowest)}
            most={slowest}
            marks={marks}
            series={[
              { label: 'Half take at most (p50)', tone: 'main', values: hours.map((hour) => hour.p50Ms) },
              {
                label: '19 of 20 take at most (p95)',
                tone: 'second',
                values: hours.map((hour) => hour.p95Ms),
              },
            ]}
          />
        </Paper>
        <Paper withBorder p="md">
          <BarChart
            title="Failed attempts per hour"
            summary={failed === 0 ? 'None failed.' : `${failed} failed; at most ${mostFailed} in an hour.`}
            top={failed === 0 ? '0' : `${mostFailed}`}
            most={mostFailed}
            marks={marks}
            series={[{ label: 'Failed', tone: 'bad', values: hours.map((hour) => hour.failed) }]}
          />
        </Paper>
      </div>
      <details className={styles.numbers}>
        <summary>Show the numbers</summary>
        <table aria-label="Attempts by hour">
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col">Attempts</th>
              <th scope="col">Failed</th>
              <th scope="col">p50</th>
              <th scope="col">p95</th>
            </tr>
          </thead>
          <tbody>
            {hours.map((hour, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: where the clock goes back an hour has the name of the one before
              <tr key={index}>
                <th scope="row">{hour.from}</th>
                <td>{hour.attempts}</td>
                <td>{hour.failed}</td>
                <td>{hour.p50Ms === null ? '–' : spanOfMs(hour.p50Ms)}</td>
                <td>{hour.p95Ms === null ? '–' : spanOfMs(hour.p95Ms)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  )
}

const ZapTable = ({ zaps }: { zaps: Route.ComponentProps['loaderData']['zaps'] }) => (
  <table className={stacked.table} aria-labelledby="health">
    <thead>
      <tr>
        <th scope="col">Zap</th>
        <th scope="col">User</th>
        <th scope="col">State</th>
        <th scope="col">Arrived in 24 hours</th>
        <th scope="col">Last success</th>
        <th scope="col">Failing since</th>
      </tr>
    </thead>
    <tbody>
      {zaps.map((zap) => (
        <tr key={zap.id}>
          <td data-label="Zap">
            <span>
              <Anchor component={Link} to={`/settings/other/deliveries?zap=${zap.id}`} size="sm" fw={650}>
                {zap.trigger}
              </Anchor>
              <span className={styles.quiet}>{zap.host}</span>
            </span>
          </td>
          <td data-label="User">{zap.user}</td>
          <td data-label="State">
            <StatusBadge tone={zap.state.tone}>{zap.state.text}</StatusBadge>
          </td>
          <td data-label="Arrived in 24 hours">
            {zap.arrived ? (
              <span>
                {zap.arrived} <span className={styles.quiet}>{zap.ofHowMany}</span>
              </span>
            ) : (
              <span className={styles.quiet}>Nothing to send</span>
            )}
          </td>
          <td data-label="Last success">
            {zap.lastSuccess ? (
              <Time at={zap.lastSuccess} show="ago" />
            ) : (
              <span className={styles.quiet}>None yet</span>
            )}
          </td>
          <td data-label="Failing since">
            {zap.failingSince ? (
              <Time at={zap.failingSince} show="both" />
            ) : (
              <span className={styles.quiet}>Not failing</span>
            )}
          </td>
        </tr>
      ))}
    </tbody>
  </table>
)

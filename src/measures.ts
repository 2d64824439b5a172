import { performance } from 'node:perf_hooks'
import type { Database } from '#database/db.ts'
import type { Deps, Observer, OperatorEvent } from '#domain/deps.ts'
import { measureOutbox } from '#domain/lifecycle-events/measure-outbox.ts'
import { measureMails } from '#domain/notifications/measure-mails.ts'
import type { SendMail } from '#domain/notifications/send-mails.ts'
import { measureDeliveries, measureSubscriptions } from '#domain/webhooks/measure-deliveries.ts'
import type { SendToTarget } from '#domain/webhooks/send-deliveries.ts'
import type { SignIn } from '#http/sign-in.ts'
import { type AttemptOutcome, isSuccess } from '#kit/attempt-outcome.ts'
import { askedAtMostEvery, createMetrics } from '#kit/metrics.ts'
import { tzReleasedOn, tzVersion } from '#kit/time.ts'

/** What is counted while the program runs, for `/metrics`; nothing in it names an account, a person or an address. */
export interface Measures {
  observer: Observer
  /** The same sender, mailer and sign-in, counted. */
  sending(send: SendToTarget): SendToTarget
  mailing(send: SendMail): SendMail
  signingIn(signIn: SignIn): SignIn
  /** The operator was told of something. */
  toldOperator(event: OperatorEvent): void
  /** A door answered a request. */
  answered(door: Door, status: number): void
  /** Everything, as Prometheus reads it. */
  render(): Promise<string>
}

export type Door = 'api' | 'zapier' | 'probes' | 'pages'

/** Numbers that the database is asked for are this old at most, however many ask. */
const readAtMostEveryMs = 5_000

export function createMeasures(
  deps: Pick<Deps, 'database'>,
  { version, elapsed = () => performance.now() }: { version: string; elapsed?: () => number },
): Measures {
  const metrics = createMetrics()
  const bookings = metrics.counter('hourwire_bookings_total', 'Bookings asked for, by what became of them.', [
    { outcome: 'booked' },
    { outcome: 'slot-taken' },
    { outcome: 'slot-not-offered' },
  ])
  const planned = metrics.counter(
    'hourwire_events_planned_total',
    'Lifecycle events taken out of the outbox.',
    [{}],
  )
  const owed = metrics.counter('hourwire_deliveries_planned_total', 'Deliveries that these events became.', [
    {},
  ])
  const attempts = metrics.counter(
    'hourwire_attempts_total',
    'Requests to targets, by kind (delivery, farewell), result and what came back.',
    ['delivered', 'failed'].map((result) => ({
      kind: 'delivery',
      result,
      outcome: result === 'delivered' ? 'answered-2xx' : 'answered-5xx',
    })),
  )
  const durations = metrics.histogram(
    'hourwire_attempt_duration_seconds',
    'How long attempts to deliver took, look-up and answer included.',
    [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15],
  )
  const mails = metrics.counter(
    'hourwire_mails_total',
    'Mails handed to the mail server, by what came of it.',
    [{ outcome: 'sent' }, { outcome: 'failed' }],
  )
  const refusals = metrics.counter(
    'hourwire_credential_refusals_total',
    'Wrong API keys or Login IDs at the Zapier door, and wrong passwords at sign-in.',
    [{ door: 'zapier' }, { door: 'sign-in' }],
  )
  const operatorEvents = metrics.counter(
    'hourwire_operator_events_total',
    'Subscriptions that fail, were stopped or are gone, and deliveries given up.',
    (
      [
        'subscription.failing',
        'subscription.failing_for_a_day',
        'subscription.stopped',
        'subscription.gone',
        'delivery.given_up',
        'account.planning_failed',
      ] as const
    ).map((event) => ({ event })),
  )
  const answers = metrics.counter('hourwire_http_answers_total', 'Answers by door and status.')

  addDatabaseReadings(metrics, deps, elapsed)
  addProcessReadings(metrics, deps.database, version)

  return {
    observer: {
      bookingAsked: (outcome) => bookings.add({ outcome }),
      planned: (counts) => {
        planned.add({}, counts.events)
        owed.add({}, counts.deliveries)
      },
    },
    sending: (send) => async (request) => {
      const outcome = await send(request)
      const result = isSuccess(outcome) ? 'delivered' : 'failed'
      const kind = request.method === 'DELETE' ? 'farewell' : 'delivery'
      attempts.add({ kind, result, outcome: outcomeLabel(outcome) })
      if (kind === 'delivery') durations.observe(outcome.durationMs / 1000, { result })
      return outcome
    },
    mailing: (send) => async (mail, messageId) => {
      const outcome = await send(mail, messageId)
      mails.add({ outcome: outcome.kind })
      return outcome
    },
    signingIn: (signIn) => ({
      ...signIn,
      signIn: async (given) => {
        const signedIn = await signIn.signIn(given)
        if (!signedIn.ok) refusals.add({ door: 'sign-in' })
        return signedIn
      },
    }),
    toldOperator: ({ event }) => operatorEvents.add({ event }),
    answered: (door, status) => {
      answers.add({ door, status: String(status) })
      if (door === 'zapier' && (status === 401 || status === 429)) refusals.add({ door })
    },
    render: metrics.render,
  }
}

/** `answered-2xx`, `answered-410`, `timed-out`: a closed list. 410 and 429 mean something of their own. */
const outcomeLabel = (outcome: AttemptOutcome): string =>
  outcome.kind !== 'answered'
    ? outcome.kind
    : outcome.status === 410 || outcome.status === 429
      ? `answered-${outcome.status}`
      : `answered-${Math.floor(outcome.status / 100)}xx`

/** Gauges of the whole installation: the same on every process. */
function addDatabaseReadings(
  metrics: ReturnType<typeof createMetrics>,
  deps: Pick<Deps, 'database'>,
  elapsed: () => number,
): void {
  const kept = <T>(ask: () => Promise<T>) => askedAtMostEvery(readAtMostEveryMs, elapsed, ask)
  const outbox = kept(() => measureOutbox(deps))
  metrics.reading(
    'outbox',
    [
      {
        name: 'hourwire_outbox_events',
        help: 'Lifecycle events that wait to be planned (counted up to 10000).',
      },
      {
        name: 'hourwire_outbox_oldest_seconds',
        help: 'How long the oldest of them has waited; 0 when none does.',
      },
    ],
    async () => {
      const { waiting, oldestSeconds } = await outbox()
      return {
        hourwire_outbox_events: [{ value: waiting }],
        hourwire_outbox_oldest_seconds: [{ value: oldestSeconds }],
      }
    },
  )
  const deliveries = kept(() => measureDeliveries(deps))
  metrics.reading(
    'deliveries',
    [
      {
        name: 'hourwire_deliveries',
        help: 'Deliveries that are not done, by state (counted up to 10000; above it pending is an estimate).',
      },
      {
        name: 'hourwire_delivery_lag_seconds',
        help: 'How long the longest waiting delivery has been due without anybody sending it; 0 when none is.',
      },
    ],
    async () => {
      const { pending, held, givenUp, lagSeconds } = await deliveries()
      return {
        hourwire_deliveries: [
          { labels: { state: 'pending' }, value: pending },
          { labels: { state: 'held' }, value: held },
          { labels: { state: 'given_up' }, value: givenUp },
        ],
        hourwire_delivery_lag_seconds: [{ value: lagSeconds }],
      }
    },
  )
  const subscriptions = kept(() => measureSubscriptions(deps))
  metrics.reading(
    'subscriptions',
    [{ name: 'hourwire_subscriptions', help: 'Live subscriptions by state; "failing" ones are on.' }],
    async () => {
      const found = await subscriptions()
      return {
        hourwire_subscriptions: (['on', 'failing', 'needs_reconnect', 'paused'] as const).map((state) => ({
          labels: { state },
          value: found.find((one) => one.state === state)?.count ?? 0,
        })),
      }
    },
  )
  const mailGauges = kept(() => measureMails(deps))
  metrics.reading(
    'mails',
    [{ name: 'hourwire_mails', help: 'Mails that wait or were given up (each counted up to 10000).' }],
    async () => {
      const { pending, givenUp } = await mailGauges()
      return {
        hourwire_mails: [
          { labels: { state: 'pending' }, value: pending },
          { labels: { state: 'given_up' }, value: givenUp },
        ],
      }
    },
  )
}

function addProcessReadings(
  metrics: ReturnType<typeof createMetrics>,
  database: Database,
  version: string,
): void {
  metrics.reading(
    'process',
    [
      { name: 'hourwire_build_info', help: 'Always 1: the versions that run.' },
      { name: 'hourwire_tz_info', help: 'Always 1: the version of the time-zone data.' },
      { name: 'hourwire_tz_released_timestamp_seconds', help: 'When the time-zone data was released.' },
      {
        name: 'hourwire_database_connections',
        help: 'Connections of this process by pool: in use, idle, most.',
      },
      { name: 'hourwire_database_waiting', help: 'Callers of this process that wait for a connection.' },
      { name: 'process_start_time_seconds', help: 'When this process started.' },
      { name: 'process_resident_memory_bytes', help: 'Memory of this process.' },
      { name: 'process_cpu_seconds_total', help: 'Time on the processor.', type: 'counter' },
      { name: 'nodejs_heap_used_bytes', help: 'Memory that JavaScript uses.' },
      {
        name: 'nodejs_eventloop_active_seconds_total',
        help: 'Time the event loop was busy.',
        type: 'counter',
      },
    ],
    async () => {
      const { user, system } = process.cpuUsage()
      const { rss, heapUsed } = process.memoryUsage()
      const released = tzReleasedOn(tzVersion())
      const pools = database.poolUse()
      return {
        hourwire_build_info: [{ labels: { version, node: process.versions.node }, value: 1 }],
        hourwire_tz_info: [{ labels: { version: tzVersion() }, value: 1 }],
        hourwire_tz_released_timestamp_seconds: released ? [{ value: Date.parse(released) / 1000 }] : [],
        hourwire_database_connections: pools.flatMap(({ pool, inUse, idle, most }) => [
          { labels: { pool, state: 'in_use' }, value: inUse },
          { labels: { pool, state: 'idle' }, value: idle },
          { labels: { pool, state: 'most' }, value: most },
        ]),
        hourwire_database_waiting: pools.map(({ pool, waiting }) => ({ labels: { pool }, value: waiting })),
        process_start_time_seconds: [{ value: performance.timeOrigin / 1000 }],
        process_resident_memory_bytes: [{ value: rss }],
        process_cpu_seconds_total: [{ value: (user + system) / 1e6 }],
        nodejs_heap_used_bytes: [{ value: heapUsed }],
        nodejs_eventloop_active_seconds_total: [{ value: performance.eventLoopUtilization().active / 1000 }],
      }
    },
  )
}

import { Anchor, Button, Group } from '@mantine/core'
import { Form, Link } from 'react-router'
import type { DeliveryState } from '#domain/webhooks/delivery.ts'
import type { Moment } from '../../../../../../format/moment.ts'
import { IconChevronDown } from '../../../../../../icons.ts'
import { StatusBadge, type Tone } from '../../../../../../ui/status-badge.tsx'
import { Time } from '../../../../../../ui/time.tsx'
import styles from './page.module.css'

export interface ShownDelivery {
  id: string
  /** Booking or contact; null for a test event. */
  subject: { name: 'Booking' | 'Contact'; id: string; link: string | null } | null
  eventType: string | null
  state: DeliveryState
  heldWords: string
  created: Moment
  /** Of one that is to be tried again. */
  due: Moment | null
  reason: string | null
  /** What goes over the wire, where it was asked for. */
  request: { address: string; headers: string; body: string } | null
  attempts: {
    number: number
    started: Moment
    took: string
    status: number | null
    words: string
    answer: string
  }[]
}

const wording: Record<DeliveryState, { tone: Tone; text: string }> = {
  pending: { tone: 'info', text: 'Waiting to be sent' },
  delivered: { tone: 'good', text: 'Delivered' },
  given_up: { tone: 'bad', text: 'Given up' },
  held: { tone: 'warn', text: 'Held' },
  dropped: { tone: 'quiet', text: 'Dropped' },
}

/** Each delivery opens to show every attempt, what was sent and what the receiver answered. */
export const Deliveries = ({
  deliveries,
  canReplay,
}: {
  deliveries: ShownDelivery[]
  canReplay: boolean
}) => (
  <ul className={styles.list} aria-label="Deliveries">
    {deliveries.map((delivery) => (
      <li key={delivery.id} id={delivery.id}>
        <details open={delivery.request !== null}>
          <summary className={styles.summary}>
            <StatusBadge tone={wording[delivery.state].tone}>{stateWords(delivery)}</StatusBadge>
            <strong>{delivery.eventType === null ? 'Test event' : eventWords(delivery.eventType)}</strong>
            <span className={styles.quiet}>
              <Time at={delivery.created} show="both" />
            </span>
            <IconChevronDown size={18} aria-hidden />
          </summary>
          <Attempts delivery={delivery} />
          <Group gap="md" px="1rem" pb="1rem">
            {delivery.request === null && (
              <Anchor
                component={Link}
                to={`?show=${delivery.id}#${delivery.id}`}
                preventScrollReset
                size="sm"
              >
                Show what is sent
              </Anchor>
            )}
            {canReplay && delivery.state !== 'held' && (
              <Form method="post" preventScrollReset>
                <input type="hidden" name="intent" value="replay" />
                <input type="hidden" name="delivery" value={delivery.id} />
                <Button type="submit" variant="default" size="compact-sm">
                  {delivery.state === 'pending' ? 'Try now' : 'Send again'}
                </Button>
              </Form>
            )}
          </Group>
          {delivery.request && <Request request={delivery.request} />}
        </details>
      </li>
    ))}
  </ul>
)

/** `booking.no_show` as people say it. */
const eventWords = (type: string) =>
  type.replace(/^[a-z]/, (letter) => letter.toUpperCase()).replace(/[._]/g, ' ')

const stateWords = ({ state, attempts }: ShownDelivery) =>
  state === 'pending' && attempts.length > 0 ? 'Will be tried again' : wording[state].text

const Attempts = ({ delivery }: { delivery: ShownDelivery }) => {
  const { attempts, subject, due, reason, state, heldWords } = delivery
  return (
    <ol className={styles.attempts} aria-label="Attempts">
      <li>
        {subject ? (
          <>
            {subject.name}{' '}
            {subject.link ? (
              <Anchor component={Link} to={subject.link} size="sm" underline="always" translate="no">
                {subject.id}
              </Anchor>
            ) : (
              <span translate="no">{subject.id}</span>
            )}
          </>
        ) : (
          'Made up, to try the target'
        )}
        {attempts.length === 0 && ', no attempt made yet'}
        {state === 'held' && `, ${heldWords}`}
        {state === 'dropped' && reason && `. ${reason}.`}
        {due && (
          <>
            . Next try <Time at={due} show="both" />
          </>
        )}
      </li>
      {attempts.map((attempt) => (
        <li key={attempt.number}>
          <strong>Attempt {attempt.number}</strong>
          {attempt.status !== null && ` · status ${attempt.status}`} · {attempt.took} ·{' '}
          <span className={styles.quiet}>
            <Time at={attempt.started} show="both" />
          </span>
          <div>{attempt.words}</div>
          {attempt.answer && (
            <Scrolling label={`Answer to attempt ${attempt.number}`}>{attempt.answer}</Scrolling>
          )}
        </li>
      ))}
    </ol>
  )
}

const Request = ({ request }: { request: NonNullable<ShownDelivery['request']> }) => (
  <section className={styles.request} aria-label="What is sent">
    <strong>POST</strong> {request.address}
    <Scrolling label="Headers">{request.headers}</Scrolling>
    <Scrolling label="Body">{request.body}</Scrolling>
  </section>
)

const Scrolling = ({ label, children }: { label: string; children: string }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a long text scrolls, so the keyboard must get there
  <section className={styles.answer} tabIndex={0} aria-label={label}>
    {children}
  </section>
)

import type { DeliveryState } from '#domain/webhooks/delivery.ts'
import type { Moment } from '../../../../../../format/moment.ts'
import { IconChevronDown } from '../../../../../../icons.ts'
import { StatusBadge, type Tone } from '../../../../../../ui/status-badge.tsx'
import { Time } from '../../../../../../ui/time.tsx'
import styles from './page.module.css'

export interface ShownDelivery {
  id: string
  bookingId: string
  eventType: string
  state: DeliveryState
  created: Moment
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
  held: { tone: 'warn', text: 'Held until you reconnect' },
  dropped: { tone: 'quiet', text: 'Dropped' },
}

/** Each delivery opens to show every attempt and what the receiver answered. */
export const Deliveries = ({ deliveries }: { deliveries: ShownDelivery[] }) => (
  <ul className={styles.list} aria-label="Deliveries">
    {deliveries.map((delivery) => (
      <li key={delivery.id}>
        <details>
          <summary className={styles.summary}>
            <StatusBadge tone={wording[delivery.state].tone}>{stateWords(delivery)}</StatusBadge>
            <strong>{eventWords(delivery.eventType)}</strong>
            <span className={styles.quiet}>
              <Time at={delivery.created} show="both" />
            </span>
            <IconChevronDown size={18} aria-hidden />
          </summary>
          <Attempts delivery={delivery} />
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

const Attempts = ({ delivery: { attempts, bookingId } }: { delivery: ShownDelivery }) => (
  <ol className={styles.attempts} aria-label="Attempts">
    <li>
      Booking <span translate="no">{bookingId}</span>
      {attempts.length === 0 && ', no attempt made yet'}
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
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a long answer scrolls, so the keyboard must get there
          <section className={styles.answer} tabIndex={0} aria-label={`Answer to attempt ${attempt.number}`}>
            {attempt.answer}
          </section>
        )}
      </li>
    ))}
  </ol>
)

import { Anchor, Button, Group } from '@mantine/core'
import { Form, Link } from 'react-router'
import type { Moment } from '../../../../format/moment.ts'
import { IconChevronDown } from '../../../../icons.ts'
import { StatusBadge, type Tone } from '../../../../ui/status-badge.tsx'
import { Time } from '../../../../ui/time.tsx'
import styles from './page.module.css'

export interface ListedDelivery {
  id: string
  state: { tone: Tone; text: string }
  trigger: string
  event: string
  user: string
  /** The host it goes to: the rest of the address is the Zap's secret. */
  host: string
  subject: { id: string; link: string | null } | null
  created: Moment
  due: Moment | null
  reason: string | null
  /** The reader's own Zap has a page; of others', all deliveries can be shown. */
  zap: { link: string; label: string }
  canReplay: boolean
  replayLabel: string
  attempts: {
    number: number
    started: Moment
    took: string
    status: number | null
    words: string
    answer: string
  }[]
}

/** Each delivery opens to show every attempt and what the receiver answered. */
export const DeliveryList = ({ deliveries }: { deliveries: ListedDelivery[] }) => (
  <ul className={styles.list} aria-label="Deliveries, newest first">
    {deliveries.map((delivery) => (
      <li key={delivery.id} id={delivery.id}>
        <details>
          <summary className={styles.summary}>
            <StatusBadge tone={delivery.state.tone}>{delivery.state.text}</StatusBadge>
            <span className={styles.words}>
              <strong>{delivery.trigger}</strong>
              <span>{delivery.user}</span>
              <span className={styles.quiet}>
                <Time at={delivery.created} show="both" />
              </span>
              <LastOutcome delivery={delivery} />
            </span>
            <IconChevronDown size={18} aria-hidden />
          </summary>
          <Details delivery={delivery} />
        </details>
      </li>
    ))}
  </ul>
)

const LastOutcome = ({ delivery: { attempts } }: { delivery: ListedDelivery }) => {
  const last = attempts.at(-1)
  return (
    <span className={`${styles.outcome} ${styles.quiet}`}>
      {last
        ? `${attempts.length === 1 ? '1 attempt' : `${attempts.length} attempts`}. ${last.words}`
        : 'No attempt yet'}
    </span>
  )
}

const Details = ({ delivery }: { delivery: ListedDelivery }) => (
  <div className={styles.details}>
    <p className={styles.line}>
      {delivery.event}, to {delivery.host}
      {delivery.subject && (
        <>
          {', '}
          {delivery.subject.link ? (
            <Anchor component={Link} to={delivery.subject.link} size="sm" underline="always" translate="no">
              {delivery.subject.id}
            </Anchor>
          ) : (
            <span translate="no">{delivery.subject.id}</span>
          )}
        </>
      )}
      {delivery.due && (
        <>
          . Next try <Time at={delivery.due} show="both" />
        </>
      )}
      {delivery.reason && `. ${delivery.reason}`}
    </p>
    <ol className={styles.attempts} aria-label="Attempts">
      {delivery.attempts.map((attempt) => (
        <li key={attempt.number} className={styles.attempt}>
          <strong>Attempt {attempt.number}</strong>
          {attempt.status !== null && ` · status ${attempt.status}`} · {attempt.took} ·{' '}
          <span className={styles.quiet}>
            <Time at={attempt.started} show="both" />
          </span>
          <div>{attempt.words}</div>
          {attempt.answer && <Answer label={`Answer to attempt ${attempt.number}`}>{attempt.answer}</Answer>}
        </li>
      ))}
    </ol>
    <Group gap="md" mt="sm">
      {delivery.canReplay && (
        <Form method="post" preventScrollReset>
          <input type="hidden" name="intent" value="replay" />
          <input type="hidden" name="delivery" value={delivery.id} />
          <Button type="submit" variant="default" size="compact-sm">
            {delivery.replayLabel}
          </Button>
        </Form>
      )}
      <Anchor component={Link} to={delivery.zap.link} size="sm">
        {delivery.zap.label}
      </Anchor>
    </Group>
  </div>
)

const Answer = ({ label, children }: { label: string; children: string }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a long text scrolls, so the keyboard must get there
  <section className={styles.answer} tabIndex={0} aria-label={label}>
    {children}
  </section>
)

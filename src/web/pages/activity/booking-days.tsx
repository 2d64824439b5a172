import { Anchor, Button, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { BookingStatus } from '#domain/bookings/booking.ts'
import type { Moment } from '../../format/moment.ts'
import { IconChevronDown } from '../../icons.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import { StatusBadge } from '../../ui/status-badge.tsx'
import { Time } from '../../ui/time.tsx'
import styles from './booking-days.module.css'
import { statusWords } from './status-words.ts'

export interface ShownBooking {
  id: string
  status: BookingStatus
  startsAt: string
  times: string
  starts: string
  startsForCustomer: string
  booked: Moment
  eventTypeName: string
  pageLabel: string
  ownerName: string | undefined
  customer: { name: string; email: string; company: string; phone: string; note: string }
}

export interface BookingDay {
  name: string
  bookings: ShownBooking[]
}

/** Bookings under the day they begin on; each opens to show the rest of what is known. */
export const BookingDays = ({ days }: { days: BookingDay[] }) =>
  days.map(({ name, bookings }) => (
    <section key={name} className={styles.day} aria-label={name}>
      <Title order={2} size="sm" c="dimmed" mb="xs">
        {name}
      </Title>
      <ul className={styles.list}>
        {bookings.map((booking) => (
          <li key={booking.id}>
            <Booking booking={booking} />
          </li>
        ))}
      </ul>
    </section>
  ))

const Booking = ({ booking }: { booking: ShownBooking }) => (
  <details>
    <summary className={styles.summary}>
      <time className={styles.times} dateTime={booking.startsAt}>
        {booking.times}
      </time>
      <span className={styles.who}>
        <strong className={styles.line}>{booking.customer.name}</strong>
        <span className={styles.quiet}>{booking.customer.email}</span>
      </span>
      <span className={styles.what}>
        <span className={styles.line}>{booking.eventTypeName}</span>
        <span className={styles.quiet}>
          {booking.pageLabel}
          {booking.ownerName !== undefined && ` · owned by ${booking.ownerName}`}
        </span>
      </span>
      <span className={styles.state}>
        <StatusBadge tone={statusWords[booking.status].tone}>{statusWords[booking.status].text}</StatusBadge>
      </span>
      <IconChevronDown className={styles.chevron} size={18} aria-hidden />
    </summary>
    <dl className={styles.facts}>
      <Fact name="Starts">{booking.starts}</Fact>
      <Fact name="Customer’s time">{booking.startsForCustomer}</Fact>
      <Fact name="Email">
        <Anchor href={`mailto:${encodeURIComponent(booking.customer.email)}`} size="sm">
          {booking.customer.email}
        </Anchor>
      </Fact>
      {booking.customer.company && <Fact name="Company">{booking.customer.company}</Fact>}
      {booking.customer.phone && (
        <Fact name="Phone">
          <Anchor href={`tel:${booking.customer.phone.replace(/[^\d+]/g, '')}`} size="sm">
            {booking.customer.phone}
          </Anchor>
        </Fact>
      )}
      <Fact name="Booked">
        <Time at={booking.booked} show="both" />
      </Fact>
      <Fact name="Booking ID">
        <span translate="no">{booking.id}</span> <CopyButton text={booking.id} what="booking ID" />
      </Fact>
      {booking.customer.note && (
        <Fact name="Note" wide>
          {booking.customer.note}
        </Fact>
      )}
    </dl>
    <Button
      component={Link}
      to={`/activity/${booking.id}`}
      variant="default"
      size="sm"
      className={styles.open}
    >
      {booking.status === 'requested'
        ? 'Open to approve or decline'
        : 'Open to cancel, reschedule or hand over'}
    </Button>
  </details>
)

const Fact = ({ name, wide = false, children }: { name: string; wide?: boolean; children: ReactNode }) => (
  <div className={wide ? styles.wide : undefined}>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)

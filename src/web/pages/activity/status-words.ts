import type { BookingStatus, StatusDetail } from '#domain/bookings/booking.ts'
import type { Tone } from '../../ui/status-badge.tsx'

export const statusWords: Record<BookingStatus, { tone: Tone; text: string }> = {
  requested: { tone: 'warn', text: 'Requested' },
  scheduled: { tone: 'info', text: 'Scheduled' },
  rescheduled: { tone: 'info', text: 'Rescheduled' },
  completed: { tone: 'good', text: 'Completed' },
  no_show: { tone: 'bad', text: 'No-show' },
  canceled: { tone: 'quiet', text: 'Canceled' },
}

const detailWords: Record<StatusDetail, string> = {
  by_customer: 'by customer',
  by_user: 'by user',
  by_system: 'set by the system',
  reschedule_requested: 'reschedule requested by user',
  new_times_requested: 'new times requested by user',
  new_times_sent: 'by customer, who sent other times',
  rescheduled_elsewhere: 'rescheduled by customer, to another booking',
  reassigned: 'reassigned by user',
}

/** `Canceled (reschedule requested by user)`: the status with who brought it about (product.md 3.1). */
export const detailedStatus = (booking: { status: BookingStatus; detail: StatusDetail }): string =>
  `${statusWords[booking.status].text} (${detailWords[booking.detail]})`

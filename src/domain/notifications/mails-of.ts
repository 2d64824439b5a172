import type { User } from '#domain/accounts/user.ts'
import type { BookingEvent } from '#domain/lifecycle-events/lifecycle-event.ts'
import { publicId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'
import { calendarFile, calendarUid } from './calendar-file.ts'
import type { Mail, MailKind } from './mail.ts'
import { type Block, htmlOf, type Layout, oneLine, textOf } from './mail-layout.ts'
import { momentAndZoneInWords, spanInWords } from './mail-words.ts'

/** Who gets mail as the booking's owner. */
export type MailedUser = Pick<User, 'name' | 'loginId' | 'zone'>

export interface MailContext {
  publicUrl: string
  /** Sender of all mails, and organizer of calendar entries. */
  mailAddress: string
  owner: MailedUser
  /** Of a reassignment: who had the booking before. */
  formerOwner?: MailedUser | undefined
}

type CalendarMethod = 'REQUEST' | 'CANCEL' | undefined

/**
 * The mails that a lifecycle event causes, rendered (product.md 3.4 to 3.7, 4.13, 4.14). A pure function: what is sent later is what
 * is made here once.
 *
 * Times stand in the reader's zone with its offset. Each mail has exactly one receiver.
 */
export function mailsOf(event: BookingEvent, context: MailContext): Mail[] {
  const { booking } = event
  const customer = booking.customer.name
  const byUser = event.actor.kind === 'user'
  const toCustomer = (kind: MailKind, layout: Layout, method?: CalendarMethod) =>
    mail(event, context, { kind, method, layout, to: { name: customer, address: booking.customer.email } })
  const toOwner = (kind: MailKind, layout: Layout, method?: CalendarMethod, user = context.owner) =>
    mail(event, context, { kind, method, layout, to: { name: user.name, address: user.loginId } })
  const forCustomer = (tone: Layout['tone'], heading: string, intro: string, more: Block[] = []): Layout => ({
    tone,
    heading,
    blocks: [
      { kind: 'paragraph', text: `Hello ${customer},` },
      { kind: 'paragraph', text: intro },
      ...more,
      factsFor(event, booking.customer.zone, context),
      {
        kind: 'link',
        text: booking.status === 'Canceled' ? 'See the booking' : 'Cancel or reschedule',
        href: context.publicUrl + booking.customerPath,
      },
    ],
  })
  const forOwner = (tone: Layout['tone'], heading: string, intro: string, user = context.owner): Layout => ({
    tone,
    heading,
    blocks: [
      { kind: 'paragraph', text: intro },
      factsFor(event, user.zone, context),
      {
        kind: 'button',
        text: event.type === 'booking.requested' ? 'Answer the request' : 'Open the booking',
        href: `${context.publicUrl}/activity/${publicId('booking', event.bookingId)}`,
      },
    ],
  })
  const toFormerOwner = (intro: string) =>
    context.formerOwner
      ? [
          toOwner(
            'former-owner-reassigned',
            forOwner('plain', `Handed over: ${customer}`, intro, context.formerOwner),
            'CANCEL',
            context.formerOwner,
          ),
        ]
      : []
  const owner = booking.owner.name
  const isByRules = event.actor.kind === 'system' && booking.reason === 'tzdata'
  const rulesChanged = `The rules of the time zone were changed by law. The meeting keeps the wall-clock time that was agreed where it takes place; elsewhere it may be at another time than before.`
  switch (event.type) {
    case 'booking.requested':
      return [
        toCustomer(
          'customer-requested',
          forCustomer(
            'plain',
            booking.canceledBookingId ? 'Your new times are sent' : 'Your booking request is sent',
            `${owner} chooses one of the times you suggest. None of them is held until then.`,
          ),
        ),
        toOwner(
          'owner-requested',
          forOwner(
            'plain',
            `${booking.canceledBookingId ? 'New times' : 'Booking request'} from ${customer}`,
            'Choose one of the suggested times, or ask for others.',
          ),
        ),
      ]
    case 'booking.scheduled':
      return [
        toCustomer(
          byUser ? 'customer-approved' : 'customer-scheduled',
          forCustomer('good', 'Your booking is confirmed', `You are booked with ${owner}.`),
          'REQUEST',
        ),
        toOwner(
          'owner-scheduled',
          forOwner('good', `New booking: ${customer}`, `${customer} is booked with you.`),
          'REQUEST',
        ),
      ]
    case 'booking.rescheduled':
      return [
        toCustomer(
          'customer-rescheduled',
          forCustomer(
            'good',
            'Your booking is rescheduled',
            isByRules ? rulesChanged : 'The new time is confirmed.',
          ),
          'REQUEST',
        ),
        toOwner(
          'owner-rescheduled',
          forOwner(
            'plain',
            `Rescheduled: ${customer}`,
            isByRules ? rulesChanged : `The booking with ${customer} has a new time.`,
          ),
          'REQUEST',
        ),
        // A move falls back to the page's own owner (product.md 3.7): whoever had the booking meanwhile is rid of it.
        ...toFormerOwner(`The customer chose another time; ${context.owner.name} has the booking again.`),
      ]
    case 'booking.canceled':
      return [
        toCustomer(
          'customer-canceled',
          forCustomer('bad', 'Your booking is canceled', `The booking with ${owner} does not take place.`),
          'CANCEL',
        ),
        toOwner(
          'owner-canceled',
          forOwner('bad', `Canceled: ${customer}`, `The booking with ${customer} does not take place.`),
          'CANCEL',
        ),
      ]
    case 'booking.canceled_then_rescheduled':
      // The new booking has mails of its own; these take the old entry out of the calendars.
      return [
        toCustomer(
          'customer-replaced',
          forCustomer(
            'plain',
            'Your former time is given free',
            'You booked another time; this one is canceled.',
          ),
          'CANCEL',
        ),
        toOwner(
          'owner-replaced',
          forOwner(
            'plain',
            `Moved elsewhere: ${customer}`,
            'The customer booked another time; this one is free.',
          ),
          'CANCEL',
        ),
      ]
    case 'booking.canceled_reschedule_requested':
      return [
        toCustomer(
          'customer-reschedule-requested',
          forCustomer('plain', 'Please choose another time', `${owner} asks you to book another time.`, [
            { kind: 'button', text: 'Reschedule now', href: context.publicUrl + booking.customerPath },
          ]),
          'CANCEL',
        ),
        toOwner(
          'owner-canceled',
          forOwner(
            'plain',
            `Reschedule requested: ${customer}`,
            'The time is free; the customer was asked to book anew.',
          ),
          'CANCEL',
        ),
      ]
    case 'booking.request_canceled': {
      // The new request says what became of this one.
      if (booking.detail === 'new_times_sent') return []
      const asksAgain = booking.detail === 'new_times_requested'
      return [
        asksAgain
          ? toCustomer(
              'customer-new-times-requested',
              forCustomer('plain', 'Please suggest other times', `${owner} asks you for other times.`, [
                {
                  kind: 'button',
                  text: 'Suggest other times',
                  href: context.publicUrl + booking.customerPath,
                },
              ]),
            )
          : toCustomer(
              'customer-request-canceled',
              forCustomer(
                'bad',
                'Your booking request is canceled',
                byUser ? `${owner} cannot take the booking.` : 'None of these times is suggested any more.',
              ),
            ),
        toOwner(
          'owner-request-canceled',
          asksAgain
            ? forOwner(
                'plain',
                `New times requested: ${customer}`,
                'The customer was asked to suggest other times.',
              )
            : forOwner(
                'bad',
                `Request canceled: ${customer}`,
                byUser ? 'The customer was told.' : 'The customer took the request back.',
              ),
        ),
      ]
    }
    case 'booking.reassigned':
      return [
        toOwner(
          'owner-reassigned',
          forOwner('plain', `Now yours: ${customer}`, 'This booking was handed to you.'),
          'REQUEST',
        ),
        ...toFormerOwner(`${context.owner.name} takes this booking over; your time is free.`),
        // Customers are told only where somebody wrote why (product.md 3.7).
        ...(booking.reason === ''
          ? []
          : [
              toCustomer(
                'customer-reassigned',
                forCustomer(
                  'plain',
                  'Somebody else takes your booking',
                  `${context.owner.name} will meet you.`,
                ),
              ),
            ]),
      ]
    case 'booking.completed':
    case 'booking.no_show':
      return []
  }
}

/** To an owner: this booking could not keep its wall-clock time, because another one is there. */
export function rederivationConflictMail(
  event: BookingEvent,
  context: MailContext & { belongsAt: Instant },
): Mail {
  const { booking } = event
  const { owner, belongsAt } = context
  return mail(event, context, {
    kind: 'owner-rederivation-conflict',
    to: { name: owner.name, address: owner.loginId },
    layout: {
      tone: 'bad',
      heading: `Please look at a booking: ${booking.customer.name}`,
      blocks: [
        {
          kind: 'paragraph',
          text: `The rules of the time zone were changed by law. This booking should move to ${momentAndZoneInWords(belongsAt, owner.zone)} to keep the wall-clock time that was agreed, but another booking of yours is there. It was left where it is: talk to the customer, then cancel or ask to reschedule.`,
        },
        factsFor(event, owner.zone, context),
        {
          kind: 'button',
          text: 'Open the booking',
          href: `${context.publicUrl}/activity/${publicId('booking', event.bookingId)}`,
        },
      ],
    },
    method: undefined,
  })
}

/** To an owner: the suggested times of this open request kept their wall-clock time; or, without `moved`, might have lost it. */
export function rederivedRequestMail(
  event: BookingEvent,
  context: MailContext & { moved: { from: Instant; to: Instant }[] | undefined },
): Mail {
  const { booking } = event
  const { owner, moved } = context
  const inWords = (instant: Instant) => momentAndZoneInWords(instant, owner.zone)
  const starts = booking.suggestedStarts.map((iso) => Temporal.Instant.from(iso))
  return mail(event, context, {
    kind: moved ? 'owner-request-rederived' : 'owner-request-not-rederived',
    to: { name: owner.name, address: owner.loginId },
    layout: {
      tone: moved ? 'plain' : 'bad',
      heading: `${moved ? 'Suggested times have moved' : 'Please look at a request'}: ${booking.customer.name}`,
      blocks: [
        {
          kind: 'paragraph',
          text: moved
            ? 'The rules of the time zone were changed by law. The times suggested in this open request keep the wall-clock time they have where the meeting takes place; elsewhere they may be at another time than before. The customer got no mail about it.'
            : 'The rules of the time zone were changed by law, perhaps for the times suggested in this open request. They were left where they are: talk to the customer before you approve one, or ask for new times.',
        },
        {
          kind: 'facts',
          facts: [
            ['Event type', booking.subject],
            ...(moved
              ? moved.map(({ from, to }, index): [string, string] => [
                  `Suggested time ${index + 1}`,
                  to.equals(from) ? inWords(to) : `${inWords(to)}. Before: ${inWords(from)}`,
                ])
              : starts.map((start, index): [string, string] => [
                  `Suggested time ${index + 1}`,
                  inWords(start),
                ])),
            ['Customer', `${booking.customer.name}, ${booking.customer.email}`],
            ['Booking ID', publicId('booking', event.bookingId)],
          ],
        },
        {
          kind: 'button',
          text: 'Answer the request',
          href: `${context.publicUrl}/activity/${publicId('booking', event.bookingId)}`,
        },
      ],
    },
    method: undefined,
  })
}

function factsFor({ booking, bookingId }: BookingEvent, zone: string, { owner }: MailContext): Block {
  const instant = (iso: string) => Temporal.Instant.from(iso)
  const facts: [string, string][] = [
    ['Event type', booking.subject],
    ...(booking.status === 'Requested'
      ? booking.suggestedStarts.map((iso, index): [string, string] => [
          `Suggested time ${index + 1}`,
          momentAndZoneInWords(instant(iso), zone),
        ])
      : [
          ['Time', spanInWords(instant(booking.startsAt), instant(booking.endsAt), zone)] as [string, string],
        ]),
    ['Instead of', booking.status === 'Requested' ? booking.canceledBookingId : ''],
    ['Before', booking.formerStartsAt && momentAndZoneInWords(instant(booking.formerStartsAt), zone)],
    ['Reason', booking.reason === 'tzdata' ? '' : booking.reason],
    ['With', `${booking.customer.name} and ${owner.name}`],
    ['Where', booking.virtualLocation || booking.physicalLocation],
    ['Email', booking.customer.email],
    ['Company', booking.customer.company],
    ['Phone', booking.customer.phone],
    ...booking.answers.map(({ title, value }): [string, string] => [title, value]),
    ['Note', booking.customer.note],
    ['Booking ID', publicId('booking', bookingId)],
  ]
  return { kind: 'facts', facts }
}

function mail(
  event: BookingEvent,
  context: MailContext,
  { kind, to, layout, method }: { kind: MailKind; to: Mail['to']; layout: Layout; method: CalendarMethod },
): Mail {
  const { booking } = event
  const isForCustomer = kind.startsWith('customer-')
  const receiver = { name: oneLine(to.name), address: to.address }
  return {
    kind,
    to: receiver,
    replyTo: isForCustomer ? context.owner.loginId : booking.customer.email,
    subject: oneLine(`${layout.heading}: ${booking.subject}`),
    html: htmlOf(layout),
    text: textOf(layout),
    calendar: method
      ? {
          method,
          file: calendarFile({
            uid: calendarUid(publicId('booking', event.bookingId)),
            sequence: event.sequence - 1,
            stamp: event.occurredAt,
            startsAt: Temporal.Instant.from(booking.startsAt),
            endsAt: Temporal.Instant.from(booking.endsAt),
            isCanceled: method === 'CANCEL',
            method,
            organizer: { name: context.owner.name, address: context.mailAddress },
            attendee: receiver,
            summary: `${booking.subject} with ${isForCustomer ? booking.page.publicName : booking.customer.name}`,
            description: isForCustomer ? context.publicUrl + booking.customerPath : booking.customer.note,
            location: booking.physicalLocation || booking.virtualLocation,
            url: isForCustomer
              ? context.publicUrl + booking.customerPath
              : `${context.publicUrl}/activity/${publicId('booking', event.bookingId)}`,
          }),
        }
      : null,
  }
}

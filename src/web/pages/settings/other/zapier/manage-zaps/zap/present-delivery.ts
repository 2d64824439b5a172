import type { listDeliveries } from '#domain/webhooks/list-deliveries.ts'
import { type BookingId, type ContactId, publicId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'
import { type Moment, spanOfMs } from '../../../../../../format/moment.ts'
import { shownAddressOf } from '../../zap-words.ts'
import type { ShownDelivery } from './deliveries.tsx'

type DeliveryOverview = Extract<
  Awaited<ReturnType<typeof listDeliveries>>,
  { ok: true }
>['value']['deliveries'][number]

/** A delivery as its list shows it; with the request where that was asked for. */
export const presentDelivery = (
  { delivery, eventType, dueAt, reason, attempts }: DeliveryOverview,
  {
    moment,
    heldWords,
    request,
  }: {
    moment: (at: Instant) => Moment
    heldWords: string
    request: { url: string; headers: Record<string, string>; body: string } | null
  },
): ShownDelivery => ({
  id: delivery.id,
  subject: subjectOf(delivery, eventType),
  eventType,
  state: delivery.state,
  heldWords,
  created: moment(delivery.createdAt),
  due: delivery.state === 'pending' && attempts.length > 0 ? moment(dueAt) : null,
  reason,
  request: request && {
    address: shownAddressOf(request.url),
    headers: Object.entries(request.headers)
      .map(([name, value]) => `${name}: ${value}`)
      .join('\n'),
    body: JSON.stringify(JSON.parse(request.body), null, 2),
  },
  attempts: attempts.map((attempt) => ({
    number: attempt.number,
    started: moment(attempt.startedAt),
    took: spanOfMs(attempt.durationMs),
    status: attempt.status,
    words: attempt.words,
    answer: attempt.responseHead ?? '',
  })),
})

function subjectOf(
  { subjectId }: { subjectId: BookingId | ContactId },
  eventType: string | null,
): ShownDelivery['subject'] {
  if (eventType === null) return null
  if (eventType.startsWith('contact.'))
    return { name: 'Contact', id: publicId('contact', subjectId as ContactId), link: null }
  const id = publicId('booking', subjectId as BookingId)
  return { name: 'Booking', id, link: `/activity/${id}` }
}

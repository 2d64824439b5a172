import type { Bundle, Trigger, ZObject } from 'zapier-platform-core'
import { callDoor, filled, readList, readObject, textOf } from '../call-door.ts'
import { listCustomFields } from '../custom-fields.ts'
import { TRIGGER_FIELDS, type TriggerKey } from '../fields.ts'
import { bookingPageField, eventTypeField } from '../input-fields.ts'
import { explainAnswer, notHourwire } from '../problems.ts'
import { sampleOf } from '../samples.ts'

const SAMPLE_COUNT = 3

type Filter = { booking_page?: string; event_type?: string }
type Item = Record<string, unknown>

type Made<Key extends TriggerKey> = {
  key: Key
  noun: 'Booking' | 'Contact'
  label: string
  /** Completes "Triggers when …". */
  when: string
  /** The lifecycle events that this trigger takes; a delivery of any other one starts nothing. */
  events: readonly string[]
}

/**
 * A trigger that the server pushes to ("instant"), filtered by booking page and event type if a person wants that.
 *
 * All triggers are made here, so that they differ in nothing but what they listen to and what they carry.
 */
export const hookTrigger = <const Key extends TriggerKey>({ key, noun, label, when, events }: Made<Key>) => {
  /** Turning the Zap on: one subscription per Zap, known to the server by the address that Zapier made for it. */
  const subscribe = async (z: ZObject, bundle: Bundle<Filter>): Promise<{ id: string }> => {
    const { booking_page, event_type } = bundle.inputData
    const response = await callDoor(z, bundle, {
      method: 'POST',
      path: '/subscriptions',
      body: {
        trigger: key,
        target_url: bundle.targetUrl,
        booking_page_id: textOf(booking_page) || null,
        event_type_id: textOf(event_type) || null,
      },
    })
    const { id } = readObject(z, bundle, response)
    if (typeof id !== 'string' || id === '') throw new z.errors.Error(notHourwire(bundle), 'not-hourwire')
    return { id }
  }

  /**
   * Turning the Zap off. A subscription that is gone already counts as success: Zapier may ask twice, and the server
   * ends subscriptions by itself, for example when a key is revoked.
   */
  const unsubscribe = async (z: ZObject, bundle: Bundle<Filter>): Promise<{ id: string }> => {
    const id = bundle.subscribeData?.id
    if (!id) return { id: '' }
    const response = await callDoor(z, bundle, {
      method: 'DELETE',
      path: `/subscriptions/${encodeURIComponent(id)}`,
      skipThrowForStatus: true,
    })
    const isGone = response.status === 404 || response.status === 410
    const problem = isGone ? undefined : explainAnswer(z, bundle, response)
    if (problem) throw problem
    return { id }
  }

  /** A delivery has come in. Its body is the item; Zapier adds `querystring` when the address had one. */
  const receive = (z: ZObject, bundle: Bundle<Filter>): Item[] => {
    const { querystring: _, ...item } = (bundle.cleanedRequest ?? {}) as Item
    if (typeof item.id !== 'string' || item.id === '') {
      // Halted, because a stray call to the Zap's address must not count toward turning the Zap off.
      throw new z.errors.HaltedError(
        `What came in is not a ${noun.toLowerCase()} from Hourwire, so nothing was done with it.`,
      )
    }
    return events.includes(String(item.event)) ? [item] : []
  }

  /** The newest items for the Zap editor, or a made-up one in the same shape from a server without any. */
  const listSamples = async (z: ZObject, bundle: Bundle<Filter>): Promise<Item[]> => {
    const { booking_page, event_type } = bundle.inputData
    const filter = filled({ booking_page_id: booking_page, event_type_id: event_type })
    const response = await callDoor(z, bundle, {
      path: '/samples',
      params: { trigger: key, ...filter, limit: SAMPLE_COUNT },
    })
    return readList(z, bundle, response)
  }

  const fields = TRIGGER_FIELDS[key].map((field) => ({ ...field }))
  const whose = noun === 'Booking' ? 'bookings' : 'contacts with bookings'
  return {
    key,
    noun,
    display: { label, description: `Triggers when ${when}.` },
    operation: {
      type: 'hook',
      inputFields: [
        bookingPageField(
          false,
          `Only ${whose} on this page. Leave it empty for every page this connection may see.`,
        ),
        eventTypeField(false, `Only ${whose} of this event type. Leave it empty for all of them.`),
      ],
      performSubscribe: subscribe,
      performUnsubscribe: unsubscribe,
      perform: receive,
      performList: listSamples,
      sample: sampleOf(key),
      // Answers to custom fields stand in the items of bookings alone.
      outputFields: noun === 'Booking' ? [...fields, listCustomFields] : fields,
    },
  } satisfies Trigger
}

import type { FormField, PageLocation } from '#domain/booking-pages/booking-page.ts'
import { type BookingPageId, type Id, publicId } from '#kit/ids.ts'

/** Where a booking can take place, in the words of the REST API (api-contract 9.9). */
export interface MeetingPlace {
  type: 'physical' | 'virtual' | 'virtual_static' | 'guest_phone' | 'in_person_by_guest'
  /** Conferencing provider or address. */
  value: string | null
}

const providers: [string, RegExp][] = [
  ['google_meet', /\bmeet\.google\.com\b/i],
  ['microsoft_teams', /\bteams\.(microsoft|live)\.com\b/i],
  ['zoom', /\bzoom\.(us|com)\b/i],
  ['webex', /\bwebex\.com\b/i],
  ['gotomeeting', /\b(gotomeeting\.com|meet\.goto\.com|gotomeet\.me)\b/i],
]

/** The conferencing provider that a text leads to, by the address in it. */
const providerIn = (text: string): string | undefined => providers.find(([, shape]) => shape.test(text))?.[0]

/**
 * The places a page offers: its own, and where its form asks for the telephone number and nobody has to travel, a call to that number.
 */
export function placesOf(location: PageLocation, fields: readonly FormField[]): MeetingPlace[] {
  const canCall = !location.kind.startsWith('physical') && fields.some(({ name }) => name === 'phone')
  const phone: MeetingPlace[] = canCall ? [{ type: 'guest_phone', value: null }] : []
  switch (location.kind) {
    case 'none':
    case 'virtual-by-customer':
      return phone
    case 'virtual-by-owner': {
      const provider = providerIn(location.text)
      return [
        provider ? { type: 'virtual', value: provider } : { type: 'virtual_static', value: null },
        ...phone,
      ]
    }
    case 'physical-by-owner':
      return [{ type: 'physical', value: location.text }]
    case 'physical-by-customer':
      return [{ type: 'in_person_by_guest', value: null }]
  }
}

/** The id under which the API knows the address of a page. */
export const addressIdOf = ({ id }: { id: BookingPageId }): string =>
  publicId('address', id as string as Id<'address'>)

import type { SettingProblem } from '#domain/booking-pages/check-settings.ts'
import type { FieldProblems } from '../../../parse-form.ts'
import type { Tone } from '../../../ui/status-badge.tsx'
import { fieldOfSetting } from './scheduling-form.ts'

type Refusal =
  | SettingProblem
  | {
      code:
        | 'page-not-found'
        | 'administrators-only'
        | 'link-taken'
        | 'event-type-not-found'
        | 'user-not-found'
        | 'category-not-found'
        | 'form-not-found'
        | 'not-an-image'
        | 'image-too-large'
        | 'name-taken'
    }

/** `must be a whole number from 1 to 30` becomes a sentence. */
export const sentence = (message: string): string =>
  `${message.charAt(0).toUpperCase()}${message.slice(1)}${message.endsWith('.') ? '' : '.'}`

/** One sentence for each field that has to be changed, or for the form as a whole (`form`). */
export function problemsOf(problem: Refusal): FieldProblems {
  switch (problem.code) {
    case 'bad-settings':
      return Object.fromEntries(
        problem.settings.map(({ field, message }) => [fieldOfSetting[field] ?? field, sentence(message)]),
      )
    case 'link-taken':
      return { publicLink: 'This link is taken. Choose another one.' }
    case 'name-taken':
      return { name: 'This name is taken. Choose another one.' }
    case 'not-an-image':
      return { image: 'Choose a PNG, JPEG, GIF or WebP image.' }
    case 'image-too-large':
      return { image: 'Choose an image of at most 200 KB.' }
    case 'administrators-only':
      return { form: 'Only Administrators can change this.' }
    case 'page-not-found':
      return { form: 'This page was deleted meanwhile, or you may not edit it any more.' }
    case 'event-type-not-found':
      return { form: 'An event type was deleted meanwhile. Load the page anew.' }
    case 'user-not-found':
      return { form: 'A user was deleted meanwhile. Load the page anew.' }
    case 'category-not-found':
      return { categoryId: 'This category was deleted meanwhile. Choose another one.' }
    case 'form-not-found':
      return { formId: 'This form was deleted meanwhile. Choose another one.' }
  }
}

/** Whether customers can book on a page: open is not enough where there is nothing to choose. */
export function stateInWords(page: { acceptsBookings: boolean; eventTypeCount: number }): {
  tone: Tone
  words: string
} {
  if (!page.acceptsBookings) return { tone: 'quiet', words: 'Closed' }
  return page.eventTypeCount === 0
    ? { tone: 'warn', words: 'Nothing to book' }
    : { tone: 'good', words: 'Accepts bookings' }
}

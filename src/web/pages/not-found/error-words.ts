import { isRouteErrorResponse } from 'react-router'
import { awayTitle, type WhileAway, whileAway } from '../../database-away.ts'

const awayAdvice: Record<WhileAway, string> = {
  read: 'Nothing you stored is lost. Please try again in a moment.',
  'nothing-saved': 'Nothing was saved. Go back and send it again in a moment.',
  'may-be-saved':
    'The connection was lost while it was being saved, so it may have been saved. Look before you send it again.',
}

/** What to tell people about a failure. What went wrong inside is for the log only. */
export function errorWords(error: unknown): { title: string; advice: string; again: boolean } {
  const away = whileAway(error)
  if (away) return { title: awayTitle, advice: awayAdvice[away], again: true }
  if (!isRouteErrorResponse(error) || error.status >= 500)
    return {
      title: 'Something went wrong on our side',
      advice: 'It has been logged. Nothing you stored is lost. Please try again in a moment.',
      again: true,
    }
  if (error.status === 404)
    return {
      title: 'There is nothing at this address',
      advice:
        'Check the address for a typing error. If somebody gave it to you, ask them for the current one.',
      again: false,
    }
  return {
    title: 'This request could not be read',
    advice: 'Go back, reload the page and send the form again.',
    again: false,
  }
}

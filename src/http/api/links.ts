import { createOneTimeLink } from '#contracts/api/calendars.ts'
import { addressOfLink } from '#domain/one-time-links/one-time-link.ts'
import { createOneTimeLink as createLink } from '#domain/one-time-links/one-time-links.ts'
import { ok, refuse } from '#kit/result.ts'
import { isoMilliseconds } from '#kit/time.ts'
import { findPublishedCalendar, utmIn } from './calendars.ts'
import { on } from './call.ts'
import { apiProblem } from './refusal.ts'

export const linkEndpoints = [
  on(createOneTimeLink, async ({ deps, caller, id, body }) => {
    const found = await findPublishedCalendar(deps, caller.accountId, id)
    if (!found.ok)
      // The one endpoint that says it with 400 (api-contract 9.11).
      return refuse(
        found.problem.status === 422 ? apiProblem(400, found.problem.message, 'id') : found.problem,
      )
    const skips = body.booking_settings?.skip?.some((part) => ['contact_info', 'questions'].includes(part))
    const prefill = { ...prefillOf(body.booking_form ?? {}), ...(skips ? { skip: '1' } : {}) }
    const link = await createLink(deps, { ...found.value, prefill, utmParams: utmIn(body.utm_params) })
    const url = addressOfLink(deps.publicUrl, link.code)
    const query = body.hide_url_params === false ? new URLSearchParams(prefill).toString() : ''
    return ok({
      id: link.code,
      url: query === '' ? url : `${url}?${query}`,
      creation_time: isoMilliseconds(link.createdAt),
    })
  }),
]

const mostAnswers = 40
const longestAnswer = 2_000

/** Answers as the parameters of a page's address, which fill its form in; what is no answer is passed over. */
function prefillOf(form: Record<string, unknown>): Record<string, string> {
  const answers = Object.entries(form).flatMap(([key, value]): [string, string][] => {
    const name = key.toLowerCase().replaceAll('_', '-')
    const texts = (Array.isArray(value) ? value : [value]).filter((one) =>
      ['string', 'number', 'boolean'].includes(typeof one),
    )
    const text = texts.join('\n').replaceAll('\0', '').slice(0, longestAnswer).toWellFormed().trim()
    return /^[a-z0-9-]{1,20}$/.test(name) && text !== '' ? [[name, text]] : []
  })
  return Object.fromEntries(answers.slice(0, mostAnswers))
}

import { findMail } from '#domain/notifications/send-mails.ts'
import { parsePublicId } from '#kit/ids.ts'
import { requireUser } from '#web/require-user.ts'
import type { Route } from './+types/part.ts'

/** The HTML of a mail for the mailbox's frame, or its calendar file. A mail runs no script and fetches nothing. */
export async function loader({ context, request, params }: Route.LoaderArgs) {
  const { deps, user } = requireUser(context, request)
  const id = parsePublicId('mail', params.mailId)
  const mail = id && (await findMail(deps, { viewer: user, id }))
  if (mail && params.part === 'html')
    return new Response(mail.html.replace('<head>', '<head><base target="_blank">'), {
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy':
          "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox",
      },
    })
  if (mail?.calendar && params.part === 'booking.ics')
    return new Response(mail.calendar.file, {
      headers: {
        'content-type': `text/calendar; charset=utf-8; method=${mail.calendar.method}`,
        'content-disposition': 'attachment; filename="booking.ics"',
      },
    })
  return new Response('There is no such mail.', { status: 404, headers: { 'content-type': 'text/plain' } })
}

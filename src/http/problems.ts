import type { FastifyReply } from 'fastify'
import { isDatabaseAway, isOutcomeUnknown } from '#database/database-away.ts'
import type { ChangeProblem } from '#domain/bookings/change-booking.ts'
import type { SetUpProblem } from '#domain/installation/set-up.ts'
import type { SubscriptionNotFound } from '#domain/webhooks/subscription.ts'
import type { AnswersWrong } from '#domain/zapier/act-on-bookings.ts'
import type { SubscribeProblem } from '#domain/zapier/manage-zaps.ts'
import type { CredentialsRefused, KeyExists, NoKey } from '#domain/zapier/zapier-key.ts'

/** Refusals of the domain, and those of the door itself. */
export type Problem =
  | AnswersWrong
  | ChangeProblem
  | CredentialsRefused
  | KeyExists
  | NoKey
  | SetUpProblem
  | SubscribeProblem
  | SubscriptionNotFound
  | { code: 'integration-outdated'; reason: string }
  | { code: 'invalid-input'; errors: InputError[] }
  | { code: 'not-found' }
  | { code: 'too-large' }
  | { code: 'unsupported-media-type' }
  | { code: 'too-many-requests'; retryAfterSeconds: number }
  | { code: 'cross-site-request' }
  | { code: 'database-away' }
  | { code: 'outcome-unknown' }
  | { code: 'internal-error' }

export interface InputError {
  /** Where in the request: `target_url`, `items.0.name`. */
  path: string
  message: string
}

/** How each refusal looks on the wire. A new code fails the typecheck until it has a row. */
export const onTheWire = {
  'already-rebooked': { status: 409, title: 'This booking was booked anew already' },
  'already-set-up': { status: 409, title: 'This installation is set up already' },
  'answers-wrong': { status: 422, title: 'The answers to the booking form are not right' },
  'booking-not-found': { status: 404, title: 'There is no such booking' },
  'booking-page-out-of-scope': {
    status: 400,
    title: 'This booking page does not trigger your Zaps',
    detail:
      'The booking page does not exist or is not one of yours. Choose a page from the list, or leave it empty for all of your pages.',
  },
  'credentials-refused': {
    status: 401,
    title: 'API key and Login ID do not match',
    detail:
      'The API key is wrong, was revoked or replaced, or does not belong to this Login ID. Copy both again from Other settings, Zapier, API key.',
  },
  'cross-site-request': { status: 403, title: 'This request came from another site' },
  'database-away': {
    status: 503,
    title: 'The server is without its database for a moment',
    detail: 'Nothing was changed by this request. Wait as long as Retry-After says and send it again.',
  },
  'event-type-not-found': { status: 404, title: 'No event type has this address on this page' },
  'event-type-unknown': {
    status: 400,
    title: 'There is no such event type',
    detail: 'Choose an event type from the list, or leave it empty for all event types.',
  },
  'idempotency-key-reused': { status: 422, title: 'This idempotency key was used for another request' },
  'integration-outdated': { status: 426, title: 'This integration is too old for the server' },
  'internal-error': {
    status: 500,
    title: 'Something went wrong on our side',
    detail: 'It has been logged. Please try again in a moment.',
  },
  'invalid-input': {
    status: 400,
    title: 'The request is not valid',
    detail: 'See errors for what to change.',
  },
  'link-expired': { status: 410, title: 'This link has ended' },
  'link-unknown': { status: 404, title: 'There is no such link' },
  'link-used': { status: 410, title: 'This link was used already' },
  'login-id-taken': { status: 409, title: 'Somebody has this Login ID already' },
  'needs-approval': { status: 409, title: 'This page takes requests: suggest times instead of booking one' },
  'needs-no-approval': { status: 409, title: 'This page books at once: choose one time' },
  'no-zapier-key': { status: 404, title: 'There is no API key' },
  'not-found': { status: 404, title: 'There is nothing at this address' },
  'not-possible': { status: 409, title: 'This cannot be done with a booking in this status' },
  'outcome-unknown': {
    status: 503,
    title: 'The server lost its database while it stored this',
    detail:
      'It may have been stored. Wait as long as Retry-After says, then look whether it was, or send it again: a repeated request is not carried out twice under its Idempotency-Key, and no time is ever booked twice.',
  },
  'page-closed': { status: 409, title: 'This booking page does not accept bookings at the moment' },
  'page-not-found': { status: 404, title: 'No booking page has this address' },
  'policy-forbids': { status: 409, title: 'The policy of this booking does not allow this any more' },
  'reason-missing': { status: 400, title: 'A reason is needed' },
  'slot-not-offered': { status: 409, title: 'This time is not offered' },
  'slot-past': { status: 409, title: 'This time has passed' },
  'slot-taken': { status: 409, title: 'This time was just booked' },
  'subscription-not-found': {
    status: 404,
    title: 'There is no such subscription',
    detail: 'It was ended already, or it never was one of yours.',
  },
  'target-refused': { status: 400, title: 'This target address cannot be called' },
  'too-large': { status: 413, title: 'The request is too large' },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    detail: 'Wait as long as Retry-After says and try again.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'This kind of content is not understood',
    detail: 'Send JSON with content-type application/json.',
  },
  'user-not-found': { status: 404, title: 'There is no such user' },
  'weak-password': { status: 400, title: 'The password is too easy to guess' },
  'wrong-number-of-times': { status: 400, title: 'Suggest as many different times as the page asks for' },
  'zapier-key-exists': { status: 409, title: 'There is an API key already' },
} satisfies Record<Problem['code'], { status: number; title: string; detail?: string }>

/** RFC 9457. `type` names the kind of problem and never changes; `detail` is a sentence for people. */
export function problemDocument(problem: Problem) {
  const row: { status: number; title: string; detail?: string } = onTheWire[problem.code]
  return {
    type: `/problems/${problem.code}`,
    title: row.title,
    status: row.status,
    detail: 'reason' in problem ? problem.reason : (row.detail ?? `${row.title}.`),
    code: problem.code,
    ...('errors' in problem ? { errors: problem.errors } : {}),
  }
}

/** Whole seconds that a caller should wait while the database is away: a restart takes two or three. */
export const retryAfterDatabase = 5

/** The problem that an exception stands for, where it is nobody's mistake: the database is away. */
export function problemOfError(
  error: unknown,
): { code: 'database-away' } | { code: 'outcome-unknown' } | undefined {
  if (isOutcomeUnknown(error)) return { code: 'outcome-unknown' }
  return isDatabaseAway(error) ? { code: 'database-away' } : undefined
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  const document = problemDocument(problem)
  if (problem.code === 'too-many-requests') reply.header('retry-after', problem.retryAfterSeconds)
  if (problem.code === 'database-away' || problem.code === 'outcome-unknown')
    reply.header('retry-after', retryAfterDatabase)
  if (problem.code === 'credentials-refused') reply.header('www-authenticate', 'Bearer')
  return reply.code(document.status).type('application/problem+json').send(JSON.stringify(document))
}

import type { AccountId, LifecycleEventId, MailId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'

/** What a mail says, and to whom: exactly one address. */
export interface Mail {
  /** One of each kind per event: what makes planning twice harmless. */
  kind: MailKind
  to: { name: string; address: string }
  /** Where an answer goes; empty for nobody. */
  replyTo: string
  subject: string
  html: string
  text: string
  calendar: { method: 'REQUEST' | 'CANCEL'; file: string } | null
}

/** Customer or owner, and what of. */
export type MailKind =
  | 'customer-requested'
  | 'customer-scheduled'
  | 'customer-approved'
  | 'customer-rescheduled'
  | 'customer-canceled'
  | 'customer-replaced'
  | 'customer-reschedule-requested'
  | 'customer-new-times-requested'
  | 'customer-request-canceled'
  | 'customer-reassigned'
  | 'owner-requested'
  | 'owner-scheduled'
  | 'owner-rescheduled'
  | 'owner-canceled'
  | 'owner-replaced'
  | 'owner-request-canceled'
  | 'owner-reassigned'
  | 'former-owner-reassigned'
  | 'owner-rederivation-conflict'
  | 'owner-request-rederived'
  | 'owner-request-not-rederived'
  | UserMailKind

/** To a user, about the user's own access. */
export type UserMailKind =
  | 'user-invited'
  | 'password-reset'
  | 'password-changed'
  | 'login-id-changed'
  | 'login-id-changed-former'
  | 'role-changed'
  | 'all-pages-permitted'
  | 'user-deleted'
  | 'administrators-user-deleted'
  | 'zapier-connected'
  | 'zapier-key-regenerated'
  | 'zapier-key-revoked'
  | 'zap-failing'
  | 'zap-stopped'
  | 'webhook-ended'

/** True for mails with a link that whoever has it may sign in by: they stay readable only where they are kept. */
export const carriesSecret = (kind: MailKind): boolean => kind === 'user-invited' || kind === 'password-reset'

export interface StoredMail extends Mail {
  accountId: AccountId
  id: MailId
  /** Null for mails that no event caused: to users about their own access, and about requests that were rederived. */
  eventId: LifecycleEventId | null
  state: 'pending' | 'sent' | 'kept' | 'given_up'
  /** Tries so far, the one under way included. */
  attempts: number
  lastError: string | null
  createdAt: Instant
  closedAt: Instant | null
}

/** What became of a try: taken by the mail server, kept for the mailbox page, or refused with a sentence. */
export type MailOutcome = { kind: 'sent' } | { kind: 'kept' } | { kind: 'failed'; words: string }

/** Minutes to wait after each failed try; after the last one the mail is given up: three days in all. */
const waits = [1, 5, 30, 120, 360, 720, 1440, 1440]

/** Minutes until the next try after so many, or undefined when it was the last. */
export const minutesUntilRetry = (attempts: number): number | undefined => waits[attempts - 1]

/** Stays the same at each try, so that a receiver recognises a mail that came twice. */
export const messageIdOf = (id: MailId, publicUrl: string): string => `<${id}@${new URL(publicUrl).hostname}>`

import { createTransport } from 'nodemailer'

/** A mail as it is handed over: one receiver, text and HTML, perhaps a calendar entry. */
interface OutgoingMail {
  to: { name: string; address: string }
  replyTo: string
  subject: string
  html: string
  text: string
  calendar: { method: 'REQUEST' | 'CANCEL'; file: string } | null
}

type Outcome = { kind: 'sent' } | { kind: 'kept' } | { kind: 'failed'; words: string }

export interface Mailer {
  /** Never throws: a refusal is an outcome, with a sentence for the operator. */
  send(mail: OutgoingMail, messageId: string): Promise<Outcome>
  close(): void
}

/** No mail server is set: mails are kept for the mailbox page. */
export const keepingMailer: Mailer = { send: async () => ({ kind: 'kept' }), close: () => undefined }

/** Sends by SMTP (`smtp://user:password@host:587`, `smtps://…`). Each step is bounded in time; no file or URL is ever read for a mail. */
export function smtpMailer({ smtpUrl, from }: { smtpUrl: string; from: string }): Mailer {
  const url = new URL(smtpUrl)
  const transport = createTransport({
    pool: true,
    maxConnections: 5,
    host: url.hostname,
    port: Number(url.port) || (url.protocol === 'smtps:' ? 465 : 587),
    secure: url.protocol === 'smtps:',
    ...(url.username
      ? { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }
      : {}),
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    send: async ({ to, replyTo, subject, html, text, calendar }, messageId) => {
      try {
        await transport.sendMail({
          from: { name: 'Hourwire', address: from },
          to,
          ...(replyTo ? { replyTo } : {}),
          messageId,
          subject,
          text,
          html,
          headers: { 'Auto-Submitted': 'auto-generated' },
          ...(calendar
            ? { icalEvent: { method: calendar.method, filename: 'booking.ics', content: calendar.file } }
            : {}),
        })
        return { kind: 'sent' }
      } catch (error) {
        return { kind: 'failed', words: (error as Error).message.slice(0, 300) }
      }
    },
    close: () => transport.close(),
  }
}

import type { Db } from '#database/db.ts'
import type { User } from '#domain/accounts/user.ts'
import type { Deps } from '#domain/deps.ts'
import { type MailId, newUuid } from '#kit/ids.ts'
import type { UserMailKind } from './mail.ts'
import { htmlOf, type Layout, oneLine, textOf } from './mail-layout.ts'
import { insertMails } from './mail-repository.ts'

/**
 * Stores a mail to a user about the user's own access, within the caller's transaction: it is owed exactly when the change happened.
 * The caller wakes the worker after the commit.
 *
 * The subject is the heading where none is given. Mails go to the Login ID (product.md 1.8).
 */
export async function planUserMail(
  tx: Db,
  { clock }: Pick<Deps, 'clock'>,
  mail: {
    to: Pick<User, 'accountId' | 'name' | 'loginId'>
    kind: UserMailKind
    subject?: string
    layout: Layout
  },
): Promise<void> {
  const { to, kind, layout, subject = layout.heading } = mail
  const now = clock.now()
  await insertMails(tx, [
    {
      accountId: to.accountId,
      id: newUuid(now.epochMilliseconds) as MailId,
      eventId: null,
      kind,
      to: { name: oneLine(to.name), address: to.loginId },
      replyTo: '',
      subject: oneLine(subject),
      html: htmlOf(layout),
      text: textOf(layout),
      calendar: null,
      createdAt: now,
    },
  ])
}

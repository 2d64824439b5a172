import { inAccount } from '#database/db.ts'
import type { User } from '#domain/accounts/user.ts'
import type { Deps } from '#domain/deps.ts'
import type { MailId } from '#kit/ids.ts'
import { inBatches } from '#kit/in-batches.ts'
import { carriesSecret, type MailOutcome, messageIdOf, minutesUntilRetry, type StoredMail } from './mail.ts'
import {
  findMailById,
  leaseMails,
  listNewestMails,
  type MailSettlement,
  settleMails,
} from './mail-repository.ts'

/** Hands a mail to the mail server; never throws. */
export type SendMail = (mail: StoredMail, messageId: string) => Promise<MailOutcome>

/**
 * Sends up to `limit` mails that are due. At least once: a crash after the server took a mail sends it again, under the same
 * Message-ID. Several workers share the work.
 *
 * @returns how many were tried; fewer than `limit` means that none is left.
 */
export async function sendDueMails(
  {
    database,
    clock,
    publicUrl,
    sendMail,
  }: Pick<Deps, 'database' | 'clock' | 'publicUrl'> & { sendMail: SendMail },
  limit: number,
): Promise<number> {
  const leased = await leaseMails(database.system, clock.now(), limit)
  // Those that are done at the same moment share a statement; none waits for another one's mail server.
  const settle = inBatches(async (settlements: MailSettlement[]) => {
    await settleMails(database.system, settlements)
    return settlements.map(() => undefined)
  })
  const trySending = async (mail: StoredMail) => {
    const outcome = await sendMail(mail, messageIdOf(mail.id, publicUrl))
    const at = clock.now()
    if (outcome.kind !== 'failed') {
      await settle({
        ...mail,
        state: outcome.kind,
        lastError: null,
        at,
        dueAt: at,
        isForgotten: outcome.kind === 'sent' && carriesSecret(mail.kind),
      })
      return
    }
    const minutes = minutesUntilRetry(mail.attempts)
    await settle({
      ...mail,
      state: minutes === undefined ? 'given_up' : 'pending',
      isForgotten: minutes === undefined && carriesSecret(mail.kind),
      lastError: outcome.words,
      at,
      dueAt: at.add({ minutes: minutes ?? 0 }),
    })
  }
  await Promise.all(leased.map(trySending))
  return leased.length
}

/** A mail as the mailbox shows it: without what it says when that is a secret between Hourwire and the receiver. */
export type ShownMail = StoredMail & { isHidden: boolean }

/** A mail with a link to sign in by is shown only where it was kept: there the mailbox is the only way it can be received. */
const shown = (mail: StoredMail): ShownMail =>
  carriesSecret(mail.kind) && mail.state !== 'kept'
    ? { ...mail, html: '', text: '', isHidden: true }
    : { ...mail, isHidden: false }

/** The account's newest mails, for Administrators: they carry customers' links. Empty for Members. */
export const listMails = ({ database }: Pick<Deps, 'database'>, viewer: User): Promise<ShownMail[]> =>
  viewer.role === 'administrator'
    ? inAccount(database, viewer.accountId, async (tx) =>
        (await listNewestMails(tx, viewer.accountId, 100)).map(shown),
      )
    : Promise.resolve([])

/** One mail of the account, for Administrators; undefined for everybody else. */
export const findMail = (
  { database }: Pick<Deps, 'database'>,
  { viewer, id }: { viewer: User; id: MailId },
): Promise<ShownMail | undefined> =>
  viewer.role === 'administrator'
    ? inAccount(database, viewer.accountId, async (tx) => {
        const mail = await findMailById(tx, viewer.accountId, id)
        return mail && shown(mail)
      })
    : Promise.resolve(undefined)

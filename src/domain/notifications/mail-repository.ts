import { type Selectable, sql } from 'kysely'
import { type Db, moment } from '#database/db.ts'
import type { Tables } from '#database/tables.ts'
import type { AccountId, MailId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'
import type { MailKind, StoredMail } from './mail.ts'

/** Stores mails that are owed. Those stored before, of the same event and kind, stay as they are. */
export async function insertMails(
  tx: Db,
  mails: Omit<StoredMail, 'state' | 'attempts' | 'lastError' | 'closedAt'>[],
): Promise<void> {
  if (mails.length === 0) return
  await tx
    .insertInto('outgoing_mails')
    .values(
      mails.map((mail) => ({
        account_id: mail.accountId,
        id: mail.id,
        event_id: mail.eventId,
        kind: mail.kind,
        to_name: mail.to.name,
        to_address: mail.to.address,
        reply_to: mail.replyTo,
        subject: mail.subject,
        html: mail.html,
        text: mail.text,
        calendar: mail.calendar?.file ?? null,
        calendar_method: mail.calendar?.method ?? null,
        state: 'pending' as const,
        due_at: mail.createdAt.toString(),
        created_at: mail.createdAt.toString(),
      })),
    )
    .onConflict((conflict) => conflict.columns(['account_id', 'event_id', 'kind']).doNothing())
    .execute()
}

const mailOfRow = (row: Selectable<Tables['outgoing_mails']>): StoredMail => ({
  accountId: row.account_id,
  id: row.id,
  eventId: row.event_id,
  kind: row.kind as MailKind,
  to: { name: row.to_name, address: row.to_address },
  replyTo: row.reply_to,
  subject: row.subject,
  html: row.html,
  text: row.text,
  calendar:
    row.calendar === null || row.calendar_method === null
      ? null
      : { method: row.calendar_method, file: row.calendar },
  state: row.state,
  attempts: row.attempts,
  lastError: row.last_error,
  createdAt: row.created_at,
  closedAt: row.closed_at,
})

/** Takes due mails for a try: each counts it and is not due again for five minutes (a try takes less), so a crash in between repeats it then. */
export async function leaseMails(system: Db, now: Instant, limit: number): Promise<StoredMail[]> {
  const leased = await system
    .updateTable('outgoing_mails')
    .set((is) => ({ attempts: is('attempts', '+', 1), due_at: now.add({ minutes: 5 }).toString() }))
    .where(
      sql<boolean>`(account_id, id) in (
        select account_id, id from outgoing_mails where state = 'pending' and due_at <= ${moment(now)}
        order by due_at limit ${limit} for update skip locked)`,
    )
    .returningAll()
    .execute()
  return leased.map(mailOfRow).sort((one, other) => (one.id < other.id ? -1 : 1))
}

/** Stores what became of a try, and forgets what the mail said when told to. A mail that another worker closed meanwhile stays closed. */
export async function settleMail(
  system: Db,
  mail: Pick<StoredMail, 'accountId' | 'id' | 'state' | 'lastError'> & {
    at: Instant
    dueAt: Instant
    isForgotten: boolean
  },
): Promise<void> {
  await system
    .updateTable('outgoing_mails')
    .set({
      state: mail.state,
      last_error: mail.lastError,
      due_at: mail.dueAt.toString(),
      closed_at: mail.state === 'pending' ? null : mail.at.toString(),
      ...(mail.isForgotten ? { html: '', text: '' } : {}),
    })
    .where('account_id', '=', mail.accountId)
    .where('id', '=', mail.id)
    .where('state', '=', 'pending')
    .execute()
}

/** The newest mails of the account. */
export async function listNewestMails(tx: Db, accountId: AccountId, limit: number): Promise<StoredMail[]> {
  const rows = await tx
    .selectFrom('outgoing_mails')
    .selectAll()
    .where('account_id', '=', accountId)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(mailOfRow)
}

export async function findMailById(
  tx: Db,
  accountId: AccountId,
  id: MailId,
): Promise<StoredMail | undefined> {
  const row = await tx
    .selectFrom('outgoing_mails')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && mailOfRow(row)
}

/** Mails of the whole installation that wait and that were given up, each counted up to `most`. */
export async function readMailGauges(
  system: Db,
  most: number,
): Promise<{ pending: number; givenUp: number }> {
  const { rows } = await sql<{ pending: number; givenUp: number }>`
    select (select count(*)::int from (select from outgoing_mails where state = 'pending' limit ${most}) counted) as pending,
      (select count(*)::int from (select from outgoing_mails where state = 'given_up' limit ${most}) counted) as "givenUp"`.execute(
    system,
  )
  return rows[0] as { pending: number; givenUp: number }
}

import { type Selectable, sql } from 'kysely'
import { type Db, moment } from '#database/db.ts'
import type { Tables } from '#database/tables.ts'
import type { AccountId, MailId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'
import type { MailKind, StoredMail } from './mail.ts'

type PlannedMail = Omit<StoredMail, 'state' | 'attempts' | 'lastError' | 'closedAt'>

/** Stores mails that are owed. Those stored before, of the same event and kind, stay as they are. */
export async function insertMails(tx: Db, mails: PlannedMail[]): Promise<void> {
  if (mails.length === 0) return
  const each = <T>(pick: (mail: PlannedMail) => T): T[] => mails.map(pick)
  await sql`
    insert into outgoing_mails (account_id, id, event_id, kind, to_name, to_address, reply_to, subject, html, text, calendar,
      calendar_method, state, due_at, created_at)
    select account_id, id, event_id, kind, to_name, to_address, reply_to, subject, html, text, calendar,
      calendar_method, 'pending', created_at, created_at
    from unnest(
      ${each(({ accountId }) => accountId)}::uuid[],
      ${each(({ id }) => id)}::uuid[],
      ${each(({ eventId }) => eventId)}::uuid[],
      ${each(({ kind }) => kind)}::text[],
      ${each(({ to }) => to.name)}::text[],
      ${each(({ to }) => to.address)}::text[],
      ${each(({ replyTo }) => replyTo)}::text[],
      ${each(({ subject }) => subject)}::text[],
      ${each(({ html }) => html)}::text[],
      ${each(({ text }) => text)}::text[],
      ${each(({ calendar }) => calendar?.file ?? null)}::text[],
      ${each(({ calendar }) => calendar?.method ?? null)}::text[],
      ${each(({ createdAt }) => createdAt.toString())}::timestamptz[]
    ) as mail (account_id, id, event_id, kind, to_name, to_address, reply_to, subject, html, text, calendar, calendar_method, created_at)
    on conflict (account_id, event_id, kind) do nothing`.execute(tx)
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
  // Materialized: as a condition the inner query might be asked anew for each mail there is.
  const { rows: leased } = await sql<Selectable<Tables['outgoing_mails']>>`
    with due as materialized (
      select account_id, id from outgoing_mails where state = 'pending' and due_at <= ${moment(now)}
      order by due_at limit ${limit} for update skip locked
    )
    update outgoing_mails set attempts = attempts + 1, due_at = ${moment(now.add({ minutes: 5 }))}
    from due where outgoing_mails.account_id = due.account_id and outgoing_mails.id = due.id
    returning outgoing_mails.*`.execute(system)
  return leased.map(mailOfRow).sort((one, other) => (one.id < other.id ? -1 : 1))
}

/** What became of a try. */
export interface MailSettlement extends Pick<StoredMail, 'accountId' | 'id' | 'state' | 'lastError'> {
  at: Instant
  dueAt: Instant
  /** What the mail said is forgotten. */
  isForgotten: boolean
}

/**
 * Stores what became of tries. A mail that another worker closed meanwhile stays closed: asked by when, not by its state, for which
 * PostgreSQL would rather read all that wait.
 */
export async function settleMails(system: Db, mails: MailSettlement[]): Promise<void> {
  const each = <T>(pick: (mail: MailSettlement) => T): T[] => mails.map(pick)
  await sql`
    update outgoing_mails set
      state = given.state,
      last_error = given.last_error,
      due_at = given.due_at,
      closed_at = case when given.state <> 'pending' then given.at end,
      html = case when given.is_forgotten then '' else html end,
      text = case when given.is_forgotten then '' else text end
    from unnest(
      ${each(({ accountId }) => accountId)}::uuid[],
      ${each(({ id }) => id)}::uuid[],
      ${each(({ state }) => state)}::text[],
      ${each(({ lastError }) => lastError)}::text[],
      ${each(({ at }) => at.toString())}::timestamptz[],
      ${each(({ dueAt }) => dueAt.toString())}::timestamptz[],
      ${each(({ isForgotten }) => isForgotten)}::boolean[]
    ) as given (account_id, id, state, last_error, at, due_at, is_forgotten)
    where outgoing_mails.account_id = given.account_id and outgoing_mails.id = given.id
      and outgoing_mails.closed_at is null`.execute(system)
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

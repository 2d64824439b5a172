import { chmodSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { LogLine } from '../host/protocol.ts'
import type {
  ActionResult,
  Connection,
  Failure,
  InboxEntry,
  Item,
  OutboxMail,
  Run,
  RunStatus,
  StepRun,
  Zap,
} from './records.ts'

/**
 * The steps that made the tables what they are, oldest first. Released ones are never edited: a folder of an older
 * version is brought up to date by those it has not seen.
 */
const migrations: ((db: DatabaseSync) => void)[] = [
  (db) =>
    db.exec(`
      create table if not exists connection (
        id text primary key, label text not null, auth_data text not null, state text not null,
        problem text not null, created_at integer not null, checked_at integer not null
      ) strict;
      create table if not exists zap (
        id text primary key, name text not null, trigger_key text not null,
        connection_id text references connection (id) on delete set null,
        inputs text not null, action text, state text not null, attention text not null,
        hook_id text unique, subscribe_data text, sample text, sample_from text, created_at integer not null
      ) strict;
      create table if not exists run (
        id text primary key, zap_id text not null references zap (id) on delete cascade,
        status text not null, started_at integer not null, duration_ms integer, received text not null,
        item text, result text, log text not null, reason text not null, replay_of text
      ) strict;
      create index if not exists run_by_zap on run (zap_id, started_at desc);
      create table if not exists inbox (
        id integer primary key, name text not null, received_at integer not null,
        content_type text not null, body text not null
      ) strict;
      create index if not exists inbox_by_name on inbox (name, id desc);
    `),
  // Filters, two actions, steps of a run, mails, the failure switch.
  (db) => {
    db.exec(`
      alter table zap add column filter text not null default '[]';
      alter table zap add column actions text not null default '[]';
      alter table zap add column fields text;
      alter table zap add column failure text not null default 'none';
      alter table zap add column turned_away integer not null default 0;
      update zap set actions = json_array(json(action)) where action is not null;
      alter table zap drop column action;
      alter table run add column steps text not null default '[]';
      create index run_by_replay on run (replay_of);
      create table mail (
        id integer primary key, zap_id text not null, made_at integer not null,
        recipients text not null, subject text not null, text text not null
      ) strict;
    `)
    for (const row of db.prepare('select id, status, reason, result, log from run').all() as Row[]) {
      db.prepare('update run set steps = ? where id = ?').run(JSON.stringify(stepsOfOld(row)), String(row.id))
    }
    db.exec('alter table run drop column result; alter table run drop column log;')
  },
]

/** Runs used to have one log and one result. */
function stepsOfOld(row: Row): StepRun[] {
  const result = parsedOrNull<Omit<ActionResult, 'fields'>>(row.result)
  const ended =
    row.status === 'success' || row.status === 'running' ? 'done' : (row.status as StepRun['status'])
  const step = (more: Pick<StepRun, 'kind' | 'label' | 'status'> & Partial<StepRun>): StepRun => ({
    actionId: '',
    reason: more.status === 'done' ? '' : String(row.reason),
    durationMs: 0,
    log: [],
    result: null,
    rules: [],
    isKept: false,
    ...more,
  })
  const trigger = { kind: 'trigger' as const, label: 'Trigger', log: parsed<LogLine[]>(row.log) }
  if (!result) return [step({ ...trigger, status: ended })]
  return [
    step({ ...trigger, status: 'done' }),
    step({ kind: 'action', label: 'Action', status: ended, result: { ...result, fields: {} } }),
  ]
}

function migrate(db: DatabaseSync): void {
  const version = Number((db.prepare('pragma user_version').get() as Row).user_version)
  if (version > migrations.length) {
    throw new Error(
      'its data folder was written by a newer version. Choose another folder (SANDBOX_DATA_DIR).',
    )
  }
  for (const [index, step] of migrations.entries()) {
    if (index < version) continue
    db.exec('begin immediate')
    try {
      step(db)
      db.exec(`pragma user_version = ${index + 1}; commit`)
    } catch (error) {
      db.exec('rollback')
      throw error
    }
  }
}

type Row = Record<string, unknown>

const inboxKeeps = 50
const outboxKeeps = 200

/**
 * Opens the sandbox's own database (SQLite), readable by its owner only: it holds the credentials of connections.
 *
 * Runs that were under way when the sandbox last stopped are marked as failed, so that they can be replayed.
 */
export function openStore(dataDir: string) {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const file = path.join(dataDir, 'sandbox.sqlite')
  const db = new DatabaseSync(file)
  chmodSync(file, 0o600)
  db.exec('pragma journal_mode = wal; pragma foreign_keys = on; pragma busy_timeout = 2000;')
  migrate(db)
  db.prepare("update run set status = 'failed', reason = ? where status = 'running'").run(
    'The sandbox was stopped during this run.',
  )

  const all = (sql: string, ...values: (string | number | null)[]) => db.prepare(sql).all(...values) as Row[]
  const one = (sql: string, ...values: (string | number | null)[]) =>
    db.prepare(sql).get(...values) as Row | undefined
  const write = (sql: string, ...values: (string | number | null)[]) => db.prepare(sql).run(...values)

  return {
    listConnections: () => all('select * from connection order by created_at, rowid').map(asConnection),
    findConnection: (id: string) => optional(one('select * from connection where id = ?', id), asConnection),
    saveConnection: (it: Connection) =>
      write(
        `insert into connection values (?, ?, ?, ?, ?, ?, ?) on conflict (id) do update set label = excluded.label,
         auth_data = excluded.auth_data, state = excluded.state, problem = excluded.problem, checked_at = excluded.checked_at`,
        it.id,
        it.label,
        JSON.stringify(it.authData),
        it.state,
        it.problem,
        it.createdAt,
        it.checkedAt,
      ),
    deleteConnection: (id: string) => write('delete from connection where id = ?', id),

    listZaps: () => all('select * from zap order by created_at desc, rowid desc').map(asZap),
    findZap: (id: string) => optional(one('select * from zap where id = ?', id), asZap),
    findZapByHook: (hookId: string) => optional(one('select * from zap where hook_id = ?', hookId), asZap),
    listZapsOf: (connectionId: string) =>
      all('select * from zap where connection_id = ? order by created_at', connectionId).map(asZap),
    saveZap: (it: Zap) =>
      write(
        `insert into zap (id, name, trigger_key, connection_id, inputs, filter, actions, state, attention, hook_id,
         subscribe_data, sample, sample_from, fields, failure, turned_away, created_at)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do update set
         name = excluded.name, trigger_key = excluded.trigger_key, connection_id = excluded.connection_id,
         inputs = excluded.inputs, filter = excluded.filter, actions = excluded.actions, state = excluded.state,
         attention = excluded.attention, hook_id = excluded.hook_id, subscribe_data = excluded.subscribe_data,
         sample = excluded.sample, sample_from = excluded.sample_from, fields = excluded.fields,
         failure = excluded.failure, turned_away = excluded.turned_away`,
        it.id,
        it.name,
        it.triggerKey,
        it.connectionId,
        JSON.stringify(it.inputs),
        JSON.stringify(it.filter),
        JSON.stringify(it.actions),
        it.state,
        it.attention,
        it.hookId,
        orNull(it.subscribeData),
        orNull(it.sample),
        it.sampleFrom,
        orNull(it.fields),
        it.failure,
        it.turnedAway,
        it.createdAt,
      ),
    deleteZap: (id: string) => write('delete from zap where id = ?', id),

    findRun: (id: string) => optional(one('select * from run where id = ?', id), asRun),
    saveRun: (it: Run) =>
      write(
        `insert into run (id, zap_id, status, started_at, duration_ms, received, item, steps, reason, replay_of)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do update set status = excluded.status,
         duration_ms = excluded.duration_ms, item = excluded.item, steps = excluded.steps, reason = excluded.reason`,
        it.id,
        it.zapId,
        it.status,
        it.startedAt,
        it.durationMs,
        JSON.stringify(it.received),
        orNull(it.item),
        JSON.stringify(it.steps),
        it.reason,
        it.replayOf,
      ),
    /** Newest first. */
    listRuns: (zapId: string, { limit, offset }: { limit: number; offset: number }) =>
      all(
        'select * from run where zap_id = ? order by started_at desc, rowid desc limit ? offset ?',
        zapId,
        limit,
        offset,
      ).map(asRun),
    /** Oldest first: the order in which they have to be replayed. */
    listHeldRuns: (zapId: string) =>
      all("select * from run where zap_id = ? and status = 'held' order by started_at, rowid", zapId).map(
        asRun,
      ),
    /** Failed runs that nobody has replayed yet, oldest first. */
    listFailedRuns: (zapId: string) =>
      all(
        `select * from run where zap_id = ? and status = 'failed'
         and not exists (select 1 from run as again where again.replay_of = run.id) order by started_at, rowid`,
        zapId,
      ).map(asRun),
    countRuns: (zapId: string) => count(one('select count(*) as n from run where zap_id = ?', zapId)),

    /** Keeps the newest 50 of each name. */
    addToInbox: (name: string, entry: Omit<InboxEntry, 'id'>) => {
      write(
        'insert into inbox (name, received_at, content_type, body) values (?, ?, ?, ?)',
        name,
        entry.receivedAt,
        entry.contentType,
        entry.body,
      )
      write(
        'delete from inbox where name = ? and id not in (select id from inbox where name = ? order by id desc limit ?)',
        name,
        name,
        inboxKeeps,
      )
    },
    listInbox: (name: string) =>
      all('select * from inbox where name = ? order by id desc', name).map(
        (row): InboxEntry => ({
          id: Number(row.id),
          receivedAt: Number(row.received_at),
          contentType: String(row.content_type),
          body: String(row.body),
        }),
      ),

    /** Keeps the newest 200. */
    addToOutbox: (mail: Omit<OutboxMail, 'id'>) => {
      write(
        'insert into mail (zap_id, made_at, recipients, subject, text) values (?, ?, ?, ?, ?)',
        mail.zapId,
        mail.madeAt,
        mail.to,
        mail.subject,
        mail.text,
      )
      write('delete from mail where id not in (select id from mail order by id desc limit ?)', outboxKeeps)
    },
    /** Newest first. */
    listOutbox: () =>
      all('select * from mail order by id desc').map(
        (row): OutboxMail => ({
          id: Number(row.id),
          zapId: String(row.zap_id),
          madeAt: Number(row.made_at),
          to: String(row.recipients),
          subject: String(row.subject),
          text: String(row.text),
        }),
      ),

    close: () => db.close(),
  }
}

export type Store = ReturnType<typeof openStore>

const optional = <T>(row: Row | undefined, read: (row: Row) => T): T | undefined =>
  row ? read(row) : undefined
const orNull = (value: unknown) => (value === null || value === undefined ? null : JSON.stringify(value))
const parsed = <T>(text: unknown): T => JSON.parse(String(text)) as T
const parsedOrNull = <T>(text: unknown): T | null => (text === null ? null : parsed<T>(text))
const textOrNull = (value: unknown) => (value === null ? null : String(value))
const count = (row: Row | undefined) => Number(row?.n ?? 0)

const asConnection = (row: Row): Connection => ({
  id: String(row.id),
  label: String(row.label),
  authData: parsed(row.auth_data),
  state: row.state === 'connected' ? 'connected' : 'reconnect',
  problem: String(row.problem),
  createdAt: Number(row.created_at),
  checkedAt: Number(row.checked_at),
})

const asZap = (row: Row): Zap => ({
  id: String(row.id),
  name: String(row.name),
  triggerKey: String(row.trigger_key),
  connectionId: textOrNull(row.connection_id),
  inputs: parsed(row.inputs),
  filter: parsed(row.filter),
  actions: parsed(row.actions),
  state: row.state === 'on' ? 'on' : 'off',
  attention: String(row.attention),
  hookId: textOrNull(row.hook_id),
  subscribeData: parsedOrNull(row.subscribe_data),
  sample: parsedOrNull<Item>(row.sample),
  sampleFrom: textOrNull(row.sample_from) as Zap['sampleFrom'],
  fields: parsedOrNull(row.fields),
  failure: String(row.failure) as Failure,
  turnedAway: Number(row.turned_away),
  createdAt: Number(row.created_at),
})

const asRun = (row: Row): Run => ({
  id: String(row.id),
  zapId: String(row.zap_id),
  status: String(row.status) as RunStatus,
  startedAt: Number(row.started_at),
  durationMs: row.duration_ms === null ? null : Number(row.duration_ms),
  received: parsed(row.received),
  item: parsedOrNull<Item>(row.item),
  steps: parsed(row.steps),
  reason: String(row.reason),
  replayOf: textOrNull(row.replay_of),
})

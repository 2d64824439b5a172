import { statSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../testing/bench.ts'
import type { Connection, Run } from './records.ts'
import { openStore, type Store } from './store.ts'
import { draftZap, keepEdited } from './zaps.ts'

let folder: string
let remove: () => void
let store: Store
beforeEach(() => {
  const made = temporaryFolder()
  folder = made.folder
  remove = made.remove
  store = openStore(folder)
})
afterEach(() => {
  store.close()
  remove()
})

const connection: Connection = {
  id: 'conn_1',
  label: 'Ana',
  authData: { api_key: 'k' },
  state: 'connected',
  problem: '',
  createdAt: 1,
  checkedAt: 2,
}
const aZap = () =>
  draftZap({ now: () => 5 }, { connectionId: 'conn_1', hookId: 'h1', state: 'on', triggerKey: 't' })
const aRun = (zapId: string, more: Partial<Run>): Run => ({
  id: `run_${more.startedAt}`,
  zapId,
  status: 'success',
  startedAt: 1,
  durationMs: 3,
  received: { body: { a: 1 }, headers: {}, content: '{"a":1}', querystring: '' },
  item: { a: 1 },
  steps: [],
  reason: '',
  replayOf: null,
  ...more,
})

describe('the store', () => {
  test('gives back what was put in', () => {
    const zap = aZap()
    store.saveConnection(connection)
    store.saveZap(zap)
    expect(store.findConnection('conn_1')).toEqual(connection)
    expect(store.findZapByHook('h1')).toEqual(zap)
    store.saveRun(aRun(zap.id, { startedAt: 9 }))
    expect(store.findRun('run_9')).toEqual(aRun(zap.id, { startedAt: 9 }))
  })

  test('keeps a Zap when its connection goes, without the connection', () => {
    const zap = aZap()
    store.saveConnection(connection)
    store.saveZap(zap)
    store.deleteConnection('conn_1')
    expect(store.findZap(zap.id)?.connectionId).toBeNull()
  })

  test('lists runs newest first in pages, held ones oldest first, and forgets them with their Zap', () => {
    const zap = { ...aZap(), connectionId: null }
    store.saveZap(zap)
    for (const startedAt of [1, 2, 3]) store.saveRun(aRun(zap.id, { startedAt, status: 'held' }))
    expect(store.listRuns(zap.id, { limit: 2, offset: 1 }).map(({ id }) => id)).toEqual(['run_2', 'run_1'])
    expect(store.listHeldRuns(zap.id).map(({ id }) => id)).toEqual(['run_1', 'run_2', 'run_3'])
    store.deleteZap(zap.id)
    expect(store.countRuns(zap.id)).toBe(0)
  })

  test('keeps the newest 50 bodies of each inbox', () => {
    for (let n = 1; n <= 60; n++) store.addToInbox('a', { receivedAt: n, contentType: '', body: String(n) })
    store.addToInbox('b', { receivedAt: 1, contentType: '', body: 'other' })
    expect(store.listInbox('a').map(({ body }) => body)).toEqual(
      Array.from({ length: 50 }, (_, index) => String(60 - index)),
    )
    expect(store.listInbox('b')).toHaveLength(1)
  })

  test('marks runs that were under way when the sandbox stopped', () => {
    const zap = { ...aZap(), connectionId: null }
    store.saveZap(zap)
    store.saveRun(aRun(zap.id, { startedAt: 1, status: 'running' }))
    store.close()
    store = openStore(folder)
    expect(store.findRun('run_1')).toMatchObject({
      status: 'failed',
      reason: 'The sandbox was stopped during this run.',
    })
  })

  test('keeps the newest 200 mails, newest first', () => {
    for (let n = 1; n <= 205; n++)
      store.addToOutbox({ zapId: 'z', madeAt: n, to: 'a@b.c', subject: String(n), text: '' })
    const subjects = store.listOutbox().map(({ subject }) => subject)
    expect([subjects.length, subjects[0], subjects.at(-1)]).toEqual([200, '205', '6'])
  })

  test('an edit leaves alone what the app or the failure switch did meanwhile', () => {
    const zap = { ...aZap(), connectionId: null }
    store.saveZap(zap)
    store.saveZap({ ...zap, state: 'off', hookId: null, attention: 'Ended.', failure: '500', turnedAway: 3 })
    expect(keepEdited({ store }, { ...zap, name: 'New name' })).toMatchObject({ name: 'New name' })
    expect(store.findZap(zap.id)).toMatchObject({
      name: 'New name',
      state: 'off',
      hookId: null,
      attention: 'Ended.',
      failure: '500',
      turnedAway: 3,
    })
    store.deleteZap(zap.id)
    keepEdited({ store }, zap)
    expect(store.findZap(zap.id)).toBeUndefined()
  })

  test('lists failed runs until somebody replays them', () => {
    const zap = { ...aZap(), connectionId: null }
    store.saveZap(zap)
    store.saveRun(aRun(zap.id, { startedAt: 1, status: 'failed' }))
    store.saveRun(aRun(zap.id, { startedAt: 2, status: 'failed' }))
    store.saveRun(aRun(zap.id, { startedAt: 3, status: 'failed', replayOf: 'run_1' }))
    expect(store.listFailedRuns(zap.id).map(({ id }) => id)).toEqual(['run_2', 'run_3'])
  })

  test('can be read by its owner only', () => {
    expect(statSync(path.join(folder, 'sandbox.sqlite')).mode & 0o077).toBe(0)
  })
})

describe('a folder of an older version', () => {
  /** The tables as the first version made them. */
  const firstTables = `
    create table connection (id text primary key, label text not null, auth_data text not null, state text not null,
      problem text not null, created_at integer not null, checked_at integer not null) strict;
    create table zap (id text primary key, name text not null, trigger_key text not null,
      connection_id text references connection (id) on delete set null, inputs text not null, action text,
      state text not null, attention text not null, hook_id text unique, subscribe_data text, sample text,
      sample_from text, created_at integer not null) strict;
    create table run (id text primary key, zap_id text not null references zap (id) on delete cascade,
      status text not null, started_at integer not null, duration_ms integer, received text not null, item text,
      result text, log text not null, reason text not null, replay_of text) strict;
    create index run_by_zap on run (zap_id, started_at desc);
    create table inbox (id integer primary key, name text not null, received_at integer not null,
      content_type text not null, body text not null) strict;
    create index inbox_by_name on inbox (name, id desc);
    insert into connection values ('conn_1', 'Ana', '{"api_key":"k"}', 'connected', '', 1, 2);
    insert into zap values ('zap_1', 'Mine', 'booked', 'conn_1', '{"page":"BP-1"}',
      '{"kind":"csv","fileName":"b.csv","mappings":[{"name":"a","value":"{{b}}"}]}', 'on', '', 'hook1', '{"id":"WHK-1"}',
      '{"b":1}', 'app', 5);
    insert into zap values ('zap_2', 'Draft', '', null, '{}', null, 'off', '', null, null, null, null, 6);
    insert into run values ('run_1', 'zap_1', 'success', 7, 3, '{"body":{"b":1},"headers":{},"content":"","querystring":""}',
      '{"b":1}', '{"summary":"Added one row to b.csv","output":{"a":1},"status":null,"answer":""}', '[]', '', null);
    insert into run values ('run_2', 'zap_1', 'held', 8, 3, '{"body":{"b":2},"headers":{},"content":"","querystring":""}',
      null, null, '[]', 'Reconnect.', null);
    insert into inbox values (1, 'a', 1, 'text/plain', 'hello');`

  test('opens with everything in it', () => {
    const old = temporaryFolder()
    const before = new DatabaseSync(path.join(old.folder, 'sandbox.sqlite'))
    before.exec(firstTables)
    before.close()
    for (const _ of ['first', 'second']) {
      const opened = openStore(old.folder)
      expect(opened.findConnection('conn_1')).toMatchObject({ label: 'Ana', authData: { api_key: 'k' } })
      expect(opened.findZapByHook('hook1')).toMatchObject({
        name: 'Mine',
        inputs: { page: 'BP-1' },
        filter: [],
        actions: [{ kind: 'csv', fileName: 'b.csv', mappings: [{ name: 'a', value: '{{b}}' }] }],
        subscribeData: { id: 'WHK-1' },
        failure: 'none',
      })
      expect(opened.findZap('zap_2')?.actions).toEqual([])
      expect(opened.findRun('run_1')?.steps).toMatchObject([
        { kind: 'trigger', status: 'done' },
        { kind: 'action', status: 'done', result: { summary: 'Added one row to b.csv' } },
      ])
      expect(opened.listHeldRuns('zap_1').map(({ steps }) => steps)).toMatchObject([
        [{ kind: 'trigger', status: 'held', reason: 'Reconnect.' }],
      ])
      expect(opened.listInbox('a')).toHaveLength(1)
      opened.close()
    }
    old.remove()
  })

  test('of a newer version is left alone', () => {
    store.close()
    const newer = new DatabaseSync(path.join(folder, 'sandbox.sqlite'))
    newer.exec('pragma user_version = 99')
    newer.close()
    expect(() => openStore(folder)).toThrow('written by a newer version')
    const again = new DatabaseSync(path.join(folder, 'sandbox.sqlite'))
    again.exec('pragma user_version = 2')
    again.close()
    store = openStore(folder)
  })
})

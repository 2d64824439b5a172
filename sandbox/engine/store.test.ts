import { statSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../testing/bench.ts'
import type { Connection, Run } from './records.ts'
import { openStore, type Store } from './store.ts'
import { draftZap } from './zaps.ts'

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

  test('can be read by its owner only', () => {
    expect(statSync(path.join(folder, 'sandbox.sqlite')).mode & 0o077).toBe(0)
  })
})

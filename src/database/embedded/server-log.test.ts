import { appendFileSync, closeSync, mkdtempSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { keepServerLog } from './server-log.ts'

let dataDir: string

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'hw-log-'))
})

afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

test('keeps one older part and begins anew once the log is over its limit', () => {
  const file = join(dataDir, 'postgres.log')
  appendFileSync(file, 'old '.repeat(10), { mode: 0o600 })
  keepServerLog(dataDir, { limitBytes: 40 }).close()
  expect(statSync(file).size).toBe(40)
  appendFileSync(file, 'more')
  keepServerLog(dataDir, { limitBytes: 40 }).close()
  expect(statSync(file).size).toBe(0)
  expect(readFileSync(`${file}.1`, 'utf8')).toBe(`${'old '.repeat(10)}more`)
  expect(statSync(`${file}.1`).mode & 0o777).toBe(0o600)
})

test('reads back only what was written since it was opened', () => {
  const log = keepServerLog(dataDir)
  appendFileSync(join(dataDir, 'postgres.log'), 'of an earlier start\n')
  const handle = log.open()
  writeSync(handle, 'FATAL: of this start\n')
  closeSync(handle)
  expect(log.read()).toBe('FATAL: of this start\n')
  log.close()
})

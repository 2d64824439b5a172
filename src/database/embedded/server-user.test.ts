import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { canEnterParents, canReach, chooseServerUser, permits } from './server-user.ts'

const stranger = { uid: 54321, gid: 54321, isDropped: true }

let base: string

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'hw-user-')))
  mkdirSync(join(base, 'inner'))
  writeFileSync(join(base, 'inner/program'), '', { mode: 0o755 })
})

afterEach(() => {
  rmSync(base, { recursive: true, force: true })
})

test('a server can reach what no directory on the way is closed to it', () => {
  const program = join(base, 'inner/program')
  chmodSync(program, 0o755)
  chmodSync(base, 0o700)
  expect(canReach(stranger, program)).toBe(false)
  expect(canEnterParents(stranger, program)).toBe(false)
  chmodSync(base, 0o711)
  chmodSync(join(base, 'inner'), 0o755)
  expect(canReach(stranger, program)).toBe(true)
  chmodSync(program, 0o750)
  expect(canReach(stranger, program)).toBe(false)
  expect(canEnterParents(stranger, program)).toBe(true)
})

test('owner, group and others are judged by their own bits only', () => {
  const program = join(base, 'inner/program')
  chmodSync(program, 0o047)
  const { uid, gid } = statSync(program)
  expect(permits(statSync(program), { ...stranger, uid }, 0o4)).toBe(false)
  expect(permits(statSync(program), { ...stranger, gid }, 0o4)).toBe(true)
  expect(permits(statSync(program), { ...stranger, gid }, 0o1)).toBe(false)
  expect(permits(statSync(program), stranger, 0o7)).toBe(true)
})

test.skipIf(process.getuid?.() !== 0)('root prefers a user made for Hourwire over nobody', () => {
  const nobody = 'nobody:x:65534:65533:nobody:/:/bin/false'
  const own = 'hourwire:x:990:991::/:/bin/false'
  const choose = (passwd: string) => chooseServerUser({ dataDir: base, passwd })
  expect(choose(`root:x:0:0::/root:/bin/sh\n${nobody}\n${own}\n`)).toEqual({
    uid: 990,
    gid: 991,
    isDropped: true,
  })
  expect(choose(nobody)).toEqual({ uid: 65534, gid: 65533, isDropped: true })
  expect(choose('')).toEqual({ uid: 65534, gid: 65534, isDropped: true })
})

test.skipIf(process.getuid?.() === 0)('an ordinary user runs the server as itself', () => {
  expect(chooseServerUser({ dataDir: base })).toEqual({
    uid: process.getuid?.(),
    gid: process.getgid?.(),
    isDropped: false,
  })
})

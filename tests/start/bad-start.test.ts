import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { errorResponse, openDatabaseLink } from '../database-link.ts'
import { openHouse } from '../house.ts'

// What an operator sees of a start that cannot work: one sentence that says what to do, no stack, and an exit code.

const main = path.join(import.meta.dirname, '../../src/main.ts')
const folder = mkdtempSync(path.join(os.tmpdir(), 'hourwire-bad-start-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Ended {
  code: number | null
  stderr: string
}

async function start(environment: Record<string, string>, options: string[] = []): Promise<Ended> {
  const child = spawn(process.execPath, [main, ...options], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      DATA_DIR: path.join(folder, 'data'),
      PORT: '0',
      SANDBOX: '0',
      // A worker needs no built pages, and what is tried here is the same for both.
      ROLE: 'worker',
      ...environment,
    },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [stderr, [code]] = await Promise.all([child.stderr.toArray(), once(child, 'close')])
  return { code: code as number | null, stderr: stderr.join('') }
}

function expectSentence({ code, stderr }: Ended, words: RegExp): void {
  expect(code).toBe(1)
  const lines = stderr.split('\n').filter((line) => line.trim() !== '')
  expect(lines).toEqual(['Hourwire could not start.', expect.stringMatching(words)])
  expect(stderr).not.toMatch(/\n\s+at |node:internal|\[object/)
}

describe('a setting that cannot be', () => {
  const secret = 'twenty-letters-or-more'
  test.each<[Record<string, string>, RegExp, string[]?]>([
    [{ PORT: 'http' }, /^PORT: /],
    [{ PORT: '70000' }, /^PORT: /],
    [{}, /^PORT: /, ['--port', 'x']],
    [{}, /^Unknown option --prot/, ['--prot', '8080']],
    [{ PUBLIC_URL: 'meet.example.com' }, /^PUBLIC_URL: must be an address such as https/],
    [{ PUBLIC_URL: 'ftp://meet.example.com' }, /^PUBLIC_URL: must be an address such as https/],
    [{ PUBLIC_URL: 'https://meet.example.com/calendar' }, /^PUBLIC_URL: must be an origin only/],
    [{ PUBLIC_URL: 'http://meet.example.com' }, /^PUBLIC_URL: must begin with https/],
    [{ PUBLIC_URL: 'http://203.0.113.7:4200' }, /^PUBLIC_URL: must begin with https/],
    [{ DATABASE_URL: 'mysql://localhost/hourwire' }, /^DATABASE_URL: must start with postgres/],
    [{ DATABASE_URL: 'postgres://ana:a b@local host:54x/db' }, /^DATABASE_URL: is no address: encode/],
    [{ SMTP_URL: 'mail.example.com' }, /^SMTP_URL: must be an address such as smtps/],
    [{ MAIL_FROM: 'Hourwire' }, /^MAIL_FROM: must be an e-mail address/],
    [{ HOURWIRE_SECRET: 'secret' }, /^HOURWIRE_SECRET: must be at least 32 characters/],
    [{ SANDBOX: 'maybe' }, /^SANDBOX: /],
    [{ SANDBOX_PORT: '-1' }, /^SANDBOX_PORT: /],
    [{ ZAPIER_APP: '12345' }, /^ZAPIER_APP: must be the key of your integration/],
    [{ ROLE: 'boss' }, /^ROLE: /],
    [{}, /^ROLE: /, ['--role=boss']],
    [{ TRUST_PROXY: 'yes' }, /^TRUST_PROXY: /],
    [{ METRICS_TOKEN: 'short' }, /^METRICS_TOKEN: must be at least 20/],
    [{ METRICS_TOKEN: `${secret} ${secret}` }, /^METRICS_TOKEN: must have no spaces/],
    [{ DRAIN_SECONDS: '1000' }, /^DRAIN_SECONDS: /],
    [{ LOG_LEVEL: 'loud' }, /^LOG_LEVEL: /],
    [{ ALLOW_PRIVATE_TARGETS: 'http://' }, /^ALLOW_PRIVATE_TARGETS/],
    [{ HOST: '203.0.113.7', METRICS: '1' }, /^This machine has no address 203\.0\.113\.7/],
    [
      { DATA_DIR: main },
      /^The data directory .* cannot be used: it, or a part of its path, is a file; set DATA_DIR/,
    ],
    [
      { DATA_DIR: `${main}/data` },
      /^The data directory .* cannot be used: it, or a part of its path, is a file/,
    ],
  ])('%o', async (environment, words, options) => expectSentence(await start(environment, options), words))
})

describe('a port, a secret or a data directory that cannot be had', () => {
  test('a port in use', async () => {
    const holder = createServer()
    holder.listen(0, '127.0.0.1')
    await once(holder, 'listening')
    onTestFinished(() => void holder.close())
    const { port } = holder.address() as { port: number }
    const { connection } = await openHouse()
    const environment = { DATABASE_URL: urlOf(connection), PORT: String(port), METRICS: '1' }
    expectSentence(await start(environment), new RegExp(`^Port ${port} is in use\\. Choose another one`))
  })

  test('a damaged secret', async () => {
    const dataDir = path.join(folder, 'damaged')
    mkdirSync(dataDir)
    writeFileSync(path.join(dataDir, 'secret'), 'half')
    const { connection } = await openHouse()
    expectSentence(
      await start({ DATABASE_URL: urlOf(connection), DATA_DIR: dataDir }),
      /secret is damaged: bring it back from a backup/,
    )
  })

  test('another secret than the one that the database was set up with', async () => {
    const { connection, sql } = await openHouse()
    await sql(`insert into installation (secret_check) values ('of another')
      on conflict (one) do update set secret_check = excluded.secret_check`).catch(() =>
      sql(`update installation set secret_check = 'of another'`),
    )
    expectSentence(
      await start({ DATABASE_URL: urlOf(connection), HOURWIRE_SECRET: 'x'.repeat(40) }),
      /^The secret of this start is not the one .* Set HOURWIRE_SECRET to the former value/,
    )
  })
})

describe('a database that cannot be opened', () => {
  const secret = { HOURWIRE_SECRET: 'only-for-tests-0123456789-abcdefghij' }
  /** Says what it is told to say to whoever asks, as a server does that refuses. */
  let server: Server
  let says: Buffer | undefined
  let url: string
  beforeAll(async () => {
    server = createServer((socket) => {
      socket.on('error', () => undefined).once('data', () => says && socket.end(says))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    url = `postgres://ana:secret-of-ana@127.0.0.1:${(server.address() as { port: number }).port}/meetings`
    return () => void server.close()
  })

  test.each<[string, string, RegExp]>([
    [
      '28P01',
      'password authentication failed',
      /refuses the password of user ana: correct user and password/,
    ],
    [
      '28000',
      'no pg_hba.conf entry for host',
      /refuses user ana \(no pg_hba\.conf entry for host\): .*pg_hba/,
    ],
    ['3D000', 'database "meetings" does not exist', /^There is no database "meetings" in .*: create it/],
    [
      '57P03',
      'the database system is starting up',
      /is not ready \(the database system is starting up\): start/,
    ],
    ['53300', 'sorry, too many clients already', /has no connection left: .*max_connections/],
    ['53100', 'could not write file', /^The disk of PostgreSQL at .* is full: make room/],
    ['XX000', 'something rare', /said "something rare" \(code XX000\)/],
  ])('%s: %s', async (code, message, words) => {
    says = errorResponse(code, message)
    const ended = await start({ ...secret, DATABASE_URL: url })
    expectSentence(ended, words)
    expect(ended.stderr).not.toContain('secret-of-ana')
  })

  test('a server that is no PostgreSQL', async () => {
    says = Buffer.from('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n')
    expectSentence(
      await start({ ...secret, DATABASE_URL: url }),
      /was lost during the start .*: check that it is PostgreSQL and up/,
    )
  })

  test('nothing there', async () => {
    const closed = createServer().listen(0, '127.0.0.1')
    await once(closed, 'listening')
    const { port } = closed.address() as { port: number }
    await new Promise((resolve) => closed.close(resolve))
    for (const host of ['127.0.0.1', 'localhost'])
      expectSentence(
        await start({ ...secret, DATABASE_URL: `postgres://ana@${host}:${port}/meetings` }),
        /^Nothing answers where PostgreSQL at .* should be: start it, or correct DATABASE_URL/,
      )
  })

  test('a host that is not known', async () => {
    expectSentence(
      await start({ ...secret, DATABASE_URL: 'postgres://ana@no-such-host.invalid/meetings' }),
      /^The host of DATABASE_URL is not known \(PostgreSQL at no-such-host\.invalid:5432\)/,
    )
  })

  test('a database of a newer Hourwire', async () => {
    const { connection, sql } = await openHouse()
    await sql("insert into kysely_migration (name, timestamp) values ('9999-newer', '2030-01-01')")
    expectSentence(
      await start({ ...secret, DATABASE_URL: urlOf(connection) }),
      /^This database was made by a newer Hourwire \(its migration 9999-newer is not known here\): start that/,
    )
  })

  test('a user who may create nothing', async () => {
    const { connection, sql } = await openHouse()
    const role = `nobody_${process.pid}`
    await sql(`create role ${role} login`)
    const empty = `empty_${process.pid}`
    await sql(`create database ${empty}`)
    onTestFinished(async () => {
      await sql(`drop database ${empty}`)
      await sql(`drop role ${role}`)
    })
    expectSentence(
      await start({ ...secret, DATABASE_URL: urlOf({ ...connection, user: role, database: empty }) }),
      /^User nobody_\d+ may not set up database "empty_\d+" \(.*\): make it the owner/,
    )
  })

  test('cut in the middle of the migrations: nothing half done is kept, and the next start goes through', async () => {
    const { connection, sql } = await openHouse()
    const fresh = `fresh_${process.pid}`
    await sql(`create database ${fresh}`)
    const link = await openDatabaseLink({ ...connection, database: fresh })
    onTestFinished(async () => {
      link.end()
      await sql(`drop database ${fresh} with (force)`)
    })
    link.cutAt('create table bookings', 'after')
    const through = { ...secret, DATABASE_URL: urlOf(link.connection) }
    expectSentence(
      await start(through),
      /was lost during the start .*then start again; nothing half done is kept/,
    )

    const child = spawn(process.execPath, [main], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        PATH: process.env.PATH,
        ROLE: 'worker',
        SANDBOX: '0',
        DATA_DIR: path.join(folder, 'data'),
        ...through,
      },
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    // The pipe is closed with the first words, which the program has to bear.
    for await (const part of child.stdout) if (String(part).includes('Hourwire is ready')) break
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
  })
})

const urlOf = (
  connection: { url: string } | { host: string; port: number; user: string; database: string },
) =>
  'url' in connection
    ? connection.url
    : `postgres://${connection.user}@localhost:${connection.port}/${connection.database}?host=${encodeURIComponent(connection.host)}`

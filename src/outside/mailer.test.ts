import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { describe, expect, onTestFinished, test } from 'vitest'
import { smtpMailer } from './mailer.ts'

/** A mail server on loopback that keeps what it takes. */
async function aMailServer(options: SMTPServerOptions = {}) {
  const taken: { from: string; to: string[]; source: string }[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        taken.push({
          from: session.envelope.mailFrom ? session.envelope.mailFrom.address : '',
          to: session.envelope.rcptTo.map(({ address }) => address),
          source: Buffer.concat(chunks).toString(),
        })
        done()
      })
    },
    ...options,
  })
  server.on('error', () => undefined)
  const port = await new Promise<number>((resolve) => {
    const listener = server.listen(0, '127.0.0.1', () =>
      resolve((listener.address() as { port: number }).port),
    )
  })
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())))
  return { taken, port }
}

const aMail = {
  to: { name: 'Lena "L" Novak, Esq.', address: 'lena@example.org' },
  replyTo: 'ana@example.com',
  subject: 'Your booking is confirmed: Größe',
  html: '<p>Hello</p>',
  text: 'Hello',
  calendar: { method: 'REQUEST' as const, file: 'BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n' },
}

function aMailer(address: string) {
  const mailer = smtpMailer({ smtpUrl: address, from: 'no-reply@meet.example.com' })
  onTestFinished(() => mailer.close())
  return mailer
}

describe('smtpMailer', () => {
  test('hands over text, HTML and calendar entry to one receiver', async () => {
    const { taken, port } = await aMailServer()
    const outcome = await aMailer(`smtp://127.0.0.1:${port}`).send(aMail, '<one@meet.example.com>')
    expect(outcome).toEqual({ kind: 'sent' })
    expect(taken).toHaveLength(1)
    expect(taken[0]).toMatchObject({ from: 'no-reply@meet.example.com', to: ['lena@example.org'] })
    const source = taken[0]?.source ?? ''
    for (const part of [
      'Message-ID: <one@meet.example.com>',
      'Reply-To: ana@example.com',
      'Auto-Submitted: auto-generated',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Type: text/html; charset=utf-8',
      'Content-Type: text/calendar; charset=utf-8; method=REQUEST',
    ])
      expect(source).toContain(part)
  })

  test('signs in with the user and password of the address', async () => {
    let given: unknown
    const { port } = await aMailServer({
      authOptional: false,
      onAuth: ({ username, password }, _session, done) => {
        given = { username, password }
        done(null, { user: username })
      },
    })
    const mailer = aMailer(`smtp://ana%40example.com:p%2Fss@127.0.0.1:${port}`)
    expect(await mailer.send(aMail, '<two@meet.example.com>')).toEqual({ kind: 'sent' })
    expect(given).toEqual({ username: 'ana@example.com', password: 'p/ss' })
  })

  test('a refusal is an outcome with the words of the server', async () => {
    const { port } = await aMailServer({
      onRcptTo: (_address, _session, done) => done(new Error('no such mailbox')),
    })
    const outcome = await aMailer(`smtp://127.0.0.1:${port}`).send(aMail, '<three@meet.example.com>')
    expect(outcome).toMatchObject({ kind: 'failed', words: expect.stringContaining('no such mailbox') })
  })

  test('a server that is not there is an outcome too', async () => {
    const outcome = await aMailer('smtp://127.0.0.1:1').send(aMail, '<four@meet.example.com>')
    expect(outcome.kind).toBe('failed')
  })
})

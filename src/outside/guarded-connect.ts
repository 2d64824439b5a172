import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import type { buildConnector } from 'undici'
import type { AttemptFailure } from '#kit/attempt-outcome.ts'
import { isSameAddress } from './address-ranges.ts'
import { approveTarget } from './approve-target.ts'
import type { LookUpAddresses } from './look-up-addresses.ts'
import type { Target, TargetPolicy } from './target-guard.ts'

/** Why no connection came about, already in the terms of the attempt. */
export class NotConnected extends Error {
  readonly failure: AttemptFailure
  constructor(failure: AttemptFailure) {
    super(`not connected: ${failure.kind}`)
    this.failure = failure
  }
}

export type ConnectSettings = {
  policy: TargetPolicy
  lookUp: LookUpAddresses
  /** Look-up, connect and TLS together. */
  connectMs: number
  /** Issuers whose certificates are accepted, as PEM, in place of those Node knows. */
  ca?: string[]
}

/** A name with more addresses than this is tried on the first ones only; all of them are judged. */
const mostAddressesTried = 16
/** How long one address may take before the next is tried beside it. Far targets need 300 ms for a handshake. */
const nextAddressMs = 500

/**
 * Makes the function that opens every socket of the sender: look up, judge, connect, in this order and nothing else.
 *
 * All addresses of the name must pass (`approve-target.ts`). The socket can only go to an address judged there, since this list is what the connection's own look-up hears; where it ended up is checked
 * once more before the first byte is written, so a fault in the layers below cannot open a hole.
 */
export const guardedConnect =
  (settings: ConnectSettings) =>
  ({ protocol, host }: buildConnector.Options, done: buildConnector.Callback): void => {
    open(settings, `${protocol}//${host}/`).then(
      (socket) => done(null, socket),
      (error: Error) => done(error, null),
    )
  }

async function open(settings: ConnectSettings, origin: string): Promise<Socket | TLSSocket> {
  const deadline = performance.now() + settings.connectMs
  const approved = await approveTarget(origin, { ...settings, lookUpMs: settings.connectMs })
  if (!approved.ok) throw new NotConnected(approved.problem)
  const { target, addresses } = approved.value
  const socket = await connectToOneOf(target, addresses, deadline)
  return target.scheme === 'http:' ? socket : encrypt(settings, target, socket, deadline)
}

/** Waits for `event` on the socket, for an error of it, or for the deadline; destroys the socket unless it came. */
const arrival = (
  socket: Socket,
  event: 'connect' | 'secureConnect',
  deadline: number,
  failureOf: (error: NodeJS.ErrnoException | 'too-late') => AttemptFailure,
) =>
  new Promise<void>((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException | 'too-late') => {
      clearTimeout(timer)
      reject(new NotConnected(failureOf(error)))
      socket.destroy()
    }
    const timer = setTimeout(fail, Math.max(deadline - performance.now(), 0), 'too-late')
    // Stays attached while the socket lives in the pool's hands: an error without listener would end the process.
    socket.on('error', fail)
    socket.once('close', () => fail(Object.assign(new Error('closed'), { code: 'ECONNRESET' })))
    socket.once(event, () => {
      clearTimeout(timer)
      resolve()
    })
  })

async function connectToOneOf(target: Target, addresses: string[], deadline: number): Promise<Socket> {
  const judged = addresses.slice(0, mostAddressesTried).map((address) => ({ address, family: isIP(address) }))
  const [first] = judged
  const hearJudged: LookupFunction = (_host, { all }, answer) =>
    all || !first ? answer(null, judged) : answer(null, first.address, first.family)
  const socket = connectTcp({
    host: target.host,
    port: target.port,
    lookup: hearJudged,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: nextAddressMs,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: 60_000,
  })
  await arrival(socket, 'connect', deadline, refusal)
  const reached = socket.remoteAddress
  if (!reached || !addresses.some((address) => isSameAddress(address, reached))) {
    socket.destroy()
    if (!reached) throw new NotConnected({ kind: 'connection-lost', phase: 'connect' })
    throw new Error('a socket went to an address that was not judged')
  }
  return socket
}

function refusal(error: NodeJS.ErrnoException | 'too-late'): AttemptFailure {
  if (error === 'too-late') return { kind: 'timed-out', phase: 'connect' }
  const codes = (error instanceof AggregateError ? error.errors : [error]).map(({ code }) => code as string)
  // With several addresses the most telling failure counts: a refusal is a fact, the rest may be this network's.
  if (codes.includes('ECONNREFUSED')) return { kind: 'refused-connection', code: 'ECONNREFUSED' }
  if (codes.includes('ETIMEDOUT')) return { kind: 'timed-out', phase: 'connect' }
  return { kind: 'refused-connection', code: codes[0] ?? error.code ?? 'unknown' }
}

async function encrypt(settings: ConnectSettings, target: Target, socket: Socket, deadline: number) {
  const secure = connectTls({
    socket,
    host: target.host,
    // A server name must be a name (RFC 6066 section 3); an address is compared with the certificate all the same.
    servername: target.isAddress ? '' : target.host,
    // Said aloud, so that NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment changes nothing here.
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['http/1.1'],
    ca: settings.ca,
  })
  await arrival(secure, 'secureConnect', deadline, handshakeFailure)
  return secure
}

function handshakeFailure(error: NodeJS.ErrnoException | 'too-late'): AttemptFailure {
  if (error === 'too-late') return { kind: 'timed-out', phase: 'tls' }
  const code = error.code ?? 'unknown'
  // Node names certificate faults after OpenSSL's verify codes; the transport's own begin otherwise.
  return /^(ERR_SSL|ERR_TLS_(?!CERT)|E[A-Z]+$)|unknown/.test(code)
    ? { kind: 'tls-failed', code }
    : { kind: 'bad-certificate', code }
}

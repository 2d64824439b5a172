import { performance } from 'node:perf_hooks'
import { Agent, errors } from 'undici'
import {
  type Answer,
  type AttemptFailure,
  type AttemptOutcome,
  type AttemptPhase,
  parseRetryAfter,
} from '#kit/attempt-outcome.ts'
import { guardedConnect, NotConnected } from './guarded-connect.ts'
import { type LookUpAddresses, lookUpUnder } from './look-up-addresses.ts'
import { parseTarget, type Target, type TargetPolicy } from './target-guard.ts'

export type SenderLimits = {
  /** One deadline over look-up, connect, request and the whole answer. */
  totalMs: number
  /** Look-up, connect and TLS together, inside the total. */
  connectMs: number
  /** After this much of an answer's body the connection is cut. */
  answerBytes: number
  /** Connections to one scheme, host and port at a time; further requests wait inside their own deadline. */
  socketsPerOrigin: number
  /** How long an unused connection stays open. */
  idleMs: number
  /** A connection is not used again when older than this, so that a target that moved is found again. */
  socketLifeMs: number
}

export const standardLimits: SenderLimits = {
  totalMs: 15_000,
  connectMs: 5_000,
  answerBytes: 64 * 1024,
  socketsPerOrigin: 5,
  idleMs: 4_000,
  socketLifeMs: 60_000,
}

export type OutgoingRequest = {
  method: 'POST' | 'DELETE'
  url: string
  /** Sent byte for byte. */
  body?: Uint8Array | string
  headers: Record<string, string>
}

export type WebhookSender = {
  /** Sends one request and says what came back. Rejects only for faults of our own, such as a broken header. */
  send(request: OutgoingRequest): Promise<AttemptOutcome>
  /** Lets requests under way end, at most their deadline, and closes all connections. */
  close(): Promise<void>
}

export type SenderSettings = {
  policy: TargetPolicy
  /** `Hourwire/1.2.3` */
  userAgent: string
  lookup?: LookUpAddresses
  limits?: Partial<SenderLimits>
  /** Issuers whose certificates are accepted, as PEM, in place of those Node knows (NODE_EXTRA_CA_CERTS included). */
  ca?: string[]
  /** Wall clock in epoch milliseconds, for Retry-After dates only. */
  nowMs?: () => number
}

type Ending = Answer | AttemptFailure

const headBytes = 1024
const largestHeaders = 16 * 1024

/** Ends a request whose answer we have read as far as we want; nobody sees it. */
class CutOff extends Error {}

/**
 * Sends webhooks: one request, one outcome, whatever the target does.
 *
 * The URL is judged before every request and every address when a connection is made (`guarded-connect.ts`); kept
 * connections lead to addresses that were judged. Redirects are not followed, proxies in the environment are not
 * used, answers are not decoded: the body is only counted and its head kept, so neither size nor compression can
 * cost memory. HTTP/1.1 alone, which also leaves Alt-Svc without meaning.
 */
export function createWebhookSender(settings: SenderSettings): WebhookSender {
  const { policy, userAgent, nowMs = Date.now } = settings
  const limits = { ...standardLimits, ...settings.limits }
  const lookUp = settings.lookup ?? lookUpUnder(policy)
  const agent = new Agent({
    connect: guardedConnect({ policy, lookUp, connectMs: limits.connectMs, ca: settings.ca }),
    connections: limits.socketsPerOrigin,
    clientTtl: limits.socketLifeMs,
    keepAliveTimeout: limits.idleMs,
    keepAliveMaxTimeout: limits.idleMs,
    maxHeaderSize: largestHeaders,
    pipelining: 1,
    allowH2: false,
    // Our own deadline covers these, exactly; undici's timers are coarse and start anew with each chunk.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  const underWay = new Map<string, number>()
  const standardHeaders = { 'user-agent': userAgent, accept: '*/*', 'accept-encoding': 'identity' }

  const send = async (request: OutgoingRequest): Promise<AttemptOutcome> => {
    const start = performance.now()
    const durationMs = () => Math.round(performance.now() - start)
    const parsed = parseTarget(request.url, policy)
    if (!parsed.ok) {
      const { code, reason } = parsed.problem
      return { kind: code === 'blocked-address' ? code : 'bad-target', reason, durationMs: durationMs() }
    }
    const target = parsed.value
    const key = `${target.scheme}${target.host}:${target.port}`
    const before = underWay.get(key) ?? 0
    underWay.set(key, before + 1)
    const phase = before < limits.socketsPerOrigin ? 'connect' : 'queue'
    try {
      const headers = { ...standardHeaders, ...lowerCased(request.headers) }
      const ending = await exchange({ agent, limits, nowMs, phase }, target, { ...request, headers })
      return { ...ending, durationMs: durationMs() }
    } finally {
      const left = (underWay.get(key) ?? 1) - 1
      if (left === 0) underWay.delete(key)
      else underWay.set(key, left)
    }
  }

  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= agent.close()
    return closing
  }
  return { send, close }
}

type ExchangeSettings = { agent: Agent; limits: SenderLimits; nowMs: () => number; phase: AttemptPhase }

const exchange = (
  { agent, limits, nowMs, phase: firstPhase }: ExchangeSettings,
  target: Target,
  { method, headers, body }: OutgoingRequest,
) =>
  new Promise<Ending>((resolve, reject) => {
    const url = new URL(target.href)
    const head = createHead()
    let phase = firstPhase
    let answer: Answer | undefined
    let encoding = 'identity'
    const latestStart = performance.now() + limits.totalMs * 0.9
    let ended = false
    let cut = () => {}

    const end = (ending: Ending | Error) => {
      if (ended) return
      ended = true
      clearTimeout(deadline)
      if (ending instanceof Error) reject(ending)
      else resolve(ending)
    }
    const endAnswer = (truncated: boolean) =>
      answer && end({ ...answer, truncated, responseHead: head.text(encoding) })
    const deadline = setTimeout(() => {
      end({ kind: 'timed-out', phase, ...(answer && { status: answer.status }) })
      cut()
    }, limits.totalMs)

    agent.dispatch(
      { origin: url.origin, path: url.pathname + url.search, method, headers, body: body ?? null },
      {
        onRequestStart(controller) {
          // After a long wait for a connection the request is not written at all: to send it and cut it at once
          // would show the target something that it is bound to see again.
          if (performance.now() > latestStart) end({ kind: 'timed-out', phase })
          if (ended) return controller.abort(new CutOff())
          phase = 'headers'
          cut = () => controller.abort(new CutOff())
        },
        onResponseStart(_controller, status, responseHeaders) {
          if (status < 200) return
          phase = 'body'
          encoding = String(responseHeaders['content-encoding'] ?? 'identity')
          const retryAfter = [responseHeaders['retry-after']].flat()[0]
          const retryAfterSeconds =
            retryAfter === undefined ? undefined : parseRetryAfter(retryAfter, nowMs())
          answer = {
            kind: 'answered',
            status,
            responseHead: '',
            truncated: false,
            ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
          }
        },
        onResponseData(_controller, chunk) {
          if (head.add(chunk) <= limits.answerBytes) return
          endAnswer(true)
          cut()
        },
        onResponseEnd() {
          endAnswer(false)
        },
        onResponseError(_controller, error) {
          if (ended) return
          // The status was read: that is the target's verdict, and to ask again would only make a double.
          if (answer) endAnswer(true)
          else end(failureOf(error, phase))
        },
      },
    )
  })

/** What undici says when the fault is ours: a broken header or body, or a sender that was closed. */
const ownFaults = new Set([
  'UND_ERR_INVALID_ARG',
  'UND_ERR_NOT_SUPPORTED',
  'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_CLOSED',
  'UND_ERR_DESTROYED',
])

/** Faults of the target as outcomes; a fault of ours stays an exception. */
function failureOf(error: Error, phase: AttemptPhase): AttemptFailure | Error {
  if (error instanceof NotConnected) return error.failure
  const { code = '' } = error as NodeJS.ErrnoException
  if (ownFaults.has(code)) return error
  if (code === 'UND_ERR_SOCKET' && !/bad (response|upgrade)/.test(error.message))
    return { kind: 'connection-lost', phase }
  if (/^(HPE|UND_ERR)_/.test(code) || error instanceof errors.HTTPParserError)
    return { kind: 'bad-answer', code }
  return /^E[A-Z]+$/.test(code) ? { kind: 'connection-lost', phase } : error
}

const lowerCased = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

/** Control characters but line ends and tabs (NUL breaks PostgreSQL), and marks that turn text around on screen. */
const unwanted = /(?![\n\t])[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\u200e\u200f\ufeff]/gu

/** Counts an answer's body and keeps its first 1 KiB. */
function createHead() {
  const kept: Buffer[] = []
  let keptBytes = 0
  let totalBytes = 0
  return {
    /** Takes the next part and says how many bytes have come so far. */
    add(chunk: Buffer): number {
      totalBytes += chunk.byteLength
      if (keptBytes < headBytes) {
        // Copied: a slice would keep the whole chunk alive for as long as the outcome lives.
        const part = Buffer.from(chunk.subarray(0, headBytes - keptBytes))
        kept.push(part)
        keptBytes += part.byteLength
      }
      return totalBytes
    },
    text(encoding: string): string {
      if (totalBytes === 0) return ''
      if (encoding !== '' && encoding !== 'identity') return `(${totalBytes} bytes, compressed, not shown)`
      // `stream` holds back a character that the cut went through, instead of showing a broken one.
      const text = new TextDecoder().decode(Buffer.concat(kept), { stream: totalBytes > headBytes })
      return text.replaceAll('\r\n', '\n').replaceAll(unwanted, '')
    },
  }
}

import type { CallProblem, LogLine } from '../host/protocol.ts'

/** A stored pair of credentials for the integration's app. */
export interface Connection {
  id: string
  label: string
  authData: Record<string, string>
  state: 'connected' | 'reconnect'
  /** Why it has to be reconnected; "" while it works. */
  problem: string
  createdAt: number
  checkedAt: number
}

/** One mapped field: `name` is the JSON key or CSV column, `value` may hold `{{key}}`. */
export interface Mapping {
  name: string
  value: string
}

export type Action =
  | { kind: 'post'; url: string; body: 'all' | 'mapped'; mappings: Mapping[] }
  | { kind: 'csv'; fileName: string; mappings: Mapping[] }

export type Item = Record<string, unknown>

export interface Zap {
  id: string
  name: string
  triggerKey: string
  connectionId: string | null
  inputs: Record<string, string>
  action: Action | null
  state: 'on' | 'off'
  /** Why the Zap needs a person to look at it; "" when it does not. */
  attention: string
  /** Random part of the hook address; null while the Zap is off. */
  hookId: string | null
  subscribeData: unknown
  sample: Item | null
  sampleFrom: 'app' | 'definition' | null
  createdAt: number
}

export type RunStatus = 'running' | 'success' | 'stopped' | 'held' | 'failed'

/** What was received at the hook address. */
export interface Received {
  body: unknown
  headers: Record<string, string>
  content: string
  querystring: string
}

/** What the action did: the request or row it made and what came back. */
export interface ActionResult {
  summary: string
  /** The JSON body or the row that was made from the item. */
  output: unknown
  status: number | null
  /** First 1 KiB of the answer. */
  answer: string
}

export type ActionOutcome = { done: boolean; reason: string; result: ActionResult }

export interface Run {
  id: string
  zapId: string
  status: RunStatus
  startedAt: number
  durationMs: number | null
  received: Received
  /** What `perform` made of it; null when it did not get that far. */
  item: Item | null
  result: ActionResult | null
  log: LogLine[]
  /** One sentence: why it was stopped, held or failed. */
  reason: string
  replayOf: string | null
}

export interface InboxEntry {
  id: number
  receivedAt: number
  contentType: string
  body: string
}

/** How the sentence of a failed call reads to a person. */
export const sentenceOf = (problem: CallProblem): string =>
  problem.unexpected && problem.name !== 'TimeoutError' && problem.name !== 'LoadError'
    ? `The integration failed: ${problem.message}`
    : problem.message

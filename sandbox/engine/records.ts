import type { Field } from '../host/definition.ts'
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

/** One step after the trigger. Texts may hold `{{key}}` of the trigger's item and `{{2.key}}` of the first action's output. */
export type Action =
  | { kind: 'post'; url: string; body: 'all' | 'mapped'; mappings: Mapping[] }
  | { kind: 'csv'; fileName: string; mappings: Mapping[] }
  | { kind: 'mail'; to: string; subject: string; text: string }
  | AppAction

/** An action or a search of the integration itself, done with the Zap's own connection. */
export interface AppAction {
  kind: 'create' | 'search'
  key: string
  inputs: Record<string, string>
}

export type MappedAction = Extract<Action, { mappings: Mapping[] }>

export const hasMappings = (action: Action | undefined): action is MappedAction =>
  action?.kind === 'post' || action?.kind === 'csv'

export type Item = Record<string, unknown>

/** One condition of the filter. `field` is a key of the trigger's item. */
export interface Rule {
  field: string
  operator: string
  value: string
}

/** What the Zap's address answers, so that a person can see what the app does about it. */
export type Failure = 'none' | '500' | '429' | 'slow' | 'hang'

export interface Zap {
  id: string
  name: string
  triggerKey: string
  connectionId: string | null
  inputs: Record<string, string>
  /** Groups of rules: within a group all must hold, one group is enough. Empty lets everything pass. */
  filter: Rule[][]
  /** In their order; two at most. */
  actions: Action[]
  state: 'on' | 'off'
  /** Why the Zap needs a person to look at it; "" when it does not. */
  attention: string
  /** Random part of the hook address; null while the Zap is off. */
  hookId: string | null
  subscribeData: unknown
  sample: Item | null
  sampleFrom: 'app' | 'definition' | null
  /** Output fields that the integration computed for this account, such as custom fields; null before it was asked. */
  fields: Field[] | null
  failure: Failure
  /** Deliveries that were not taken since the failure switch was set. */
  turnedAway: number
  createdAt: number
}

export type RunStatus = 'running' | 'success' | 'filtered' | 'stopped' | 'held' | 'failed'

/** What was received at the hook address. */
export interface Received {
  body: unknown
  headers: Record<string, string>
  content: string
  querystring: string
}

/** What an action did: the request, row or mail it made and what came back. */
export interface ActionResult {
  summary: string
  /** The JSON body, the row, the mail or the input data that was made from the item. */
  output: unknown
  status: number | null
  /** First 1 KiB of the answer. */
  answer: string
  /** What a later action can use as `{{2.key}}`. */
  fields: Item
}

export interface ActionOutcome {
  done: boolean
  /** How a run ends that is not done; left out it has failed. */
  end?: 'held' | 'stopped'
  reason: string
  result: ActionResult
  log?: LogLine[]
}

/** A rule of the filter beside what it was held against. */
export interface JudgedRule {
  text: string
  found: string
  isMet: boolean
}

/** One step of a run, in the order in which they ran. */
export interface StepRun {
  kind: 'trigger' | 'filter' | 'action'
  /** Which action it was (`csv`, `create.cancel_booking`); "" for the others. */
  actionId: string
  label: string
  status: 'done' | 'filtered' | 'stopped' | 'held' | 'failed'
  reason: string
  durationMs: number
  log: LogLine[]
  result: ActionResult | null
  /** The filter's groups of rules. */
  rules: JudgedRule[][]
  /** True when an earlier run had done it, so that a replay did not do it again. */
  isKept: boolean
}

export interface Run {
  id: string
  zapId: string
  status: RunStatus
  startedAt: number
  durationMs: number | null
  received: Received
  /** What `perform` made of it; null when it did not get that far. */
  item: Item | null
  steps: StepRun[]
  /** One sentence: why it was filtered, stopped, held or failed. */
  reason: string
  replayOf: string | null
}

export interface InboxEntry {
  id: number
  receivedAt: number
  contentType: string
  body: string
}

/** A mail that an action made. It stays in the sandbox. */
export interface OutboxMail {
  id: number
  zapId: string
  madeAt: number
  to: string
  subject: string
  text: string
}

/** How the sentence of a failed call reads to a person. */
export const sentenceOf = (problem: CallProblem): string =>
  problem.unexpected && problem.name !== 'TimeoutError' && problem.name !== 'LoadError'
    ? `The integration failed: ${problem.message}`
    : problem.message

import { ok, type Result, refuse } from '#kit/result.ts'
import { valueAt } from '../host/curlies.ts'
import { authFields, type Definition, labelOf } from '../host/definition.ts'
import type { CallResult } from '../host/host.ts'
import type { CallProblem } from '../host/protocol.ts'
import type { Deps } from './deps.ts'
import { ids } from './ids.ts'
import { type Connection, sentenceOf } from './records.ts'

export type ConnectProblem = { code: 'refused'; sentence: string }

export interface Credentials {
  definition: Definition
  authData: Record<string, string>
  /** The connection to bring up to date; left out for a new one. */
  existing?: Connection
}

/**
 * Tests a pair of credentials and stores it as a connection. Nothing is stored or changed when the test fails.
 *
 * Reconnecting keeps the connection's id, so Zaps that use it work again; their held runs can be replayed.
 */
export async function connect(deps: Deps, given: Credentials): Promise<Result<Connection, ConnectProblem>> {
  const { definition, authData, existing } = given
  const missing = authFields(definition).find((field) => field.required && !authData[field.key])
  if (missing) return refuse({ code: 'refused', sentence: `Fill in "${labelOf(missing)}".` })

  const { outcome } = await deps.host.call('authentication.test', { authData })
  if (!outcome.ok) return refuse({ code: 'refused', sentence: sentenceOf(outcome.problem) })

  const connection: Connection = {
    id: existing?.id ?? ids.connection(),
    label: await labelFor(deps, given, outcome.value),
    authData,
    state: 'connected',
    problem: '',
    createdAt: existing?.createdAt ?? deps.now(),
    checkedAt: deps.now(),
  }
  deps.store.saveConnection(connection)
  deps.changed()
  return ok(connection)
}

/** Makes one call with a stored connection and says whether it still works. */
export async function testConnection(
  deps: Deps,
  connection: Connection,
): Promise<Result<null, ConnectProblem>> {
  const called = await deps.host.call('authentication.test', { authData: connection.authData })
  const { outcome } = called
  if (outcome.ok) {
    deps.store.saveConnection({ ...connection, state: 'connected', problem: '', checkedAt: deps.now() })
    deps.changed()
    return ok(null)
  }
  if (wasRefused(called, outcome.problem)) askToReconnect(deps, connection.id, sentenceOf(outcome.problem))
  return refuse({ code: 'refused', sentence: sentenceOf(outcome.problem) })
}

/** Marks a connection as stale. Its Zaps show it, and their runs are held until it is reconnected. */
export function askToReconnect(deps: Deps, connectionId: string, sentence: string): void {
  const connection = deps.store.findConnection(connectionId)
  if (!connection) return
  deps.store.saveConnection({
    ...connection,
    state: 'reconnect',
    problem: sentence,
    checkedAt: deps.now(),
  })
  deps.changed()
}

/**
 * Calls the integration with a connection. `ExpiredAuthError`, in whatever method, makes the connection stale.
 */
export async function callWith(
  deps: Deps,
  connection: Connection,
  { method, bundle }: { method: string; bundle?: Parameters<Deps['host']['call']>[1] },
): Promise<CallResult> {
  const called = await deps.host.call(method, { ...bundle, authData: connection.authData })
  if (!called.outcome.ok && called.outcome.problem.name === 'ExpiredAuthError') {
    askToReconnect(deps, connection.id, sentenceOf(called.outcome.problem))
  }
  return called
}

/**
 * A test may report refused credentials with `ExpiredAuthError`, with a status on its error, or only with a
 * sentence; in the last case the answer of the app tells.
 */
function wasRefused({ log }: CallResult, problem: CallProblem): boolean {
  if (problem.name === 'ExpiredAuthError') return true
  const isRefusal = (status: number | null | undefined) => status === 401 || status === 403
  const last = log.findLast((line) => line.kind === 'request')
  return isRefusal(problem.status) || isRefusal(last?.status)
}

/** The definition's own label (text with placeholders, or a function), else "Connection 2". */
async function labelFor(deps: Deps, { definition, authData }: Credentials, tested: unknown): Promise<string> {
  const label = definition.authentication?.connectionLabel ?? ''
  const inputData = typeof tested === 'object' && tested !== null ? (tested as Record<string, unknown>) : {}
  const written = label.startsWith('$func$')
    ? await calledLabel(deps, authData, inputData)
    : fillLabel(label, { ...authData, ...inputData, bundle: { authData, inputData } })
  const secrets = authFields(definition)
    .filter((field) => !field.isNoSecret)
    .map((field) => authData[field.key])
  const safe = secrets.some((secret) => secret && written.includes(secret)) ? '' : written.trim()
  return safe.slice(0, 200) || `Connection ${deps.store.listConnections().length + 1}`
}

async function calledLabel(
  deps: Deps,
  authData: Record<string, string>,
  inputData: Record<string, unknown>,
): Promise<string> {
  const { outcome } = await deps.host.call('authentication.connectionLabel', { authData, inputData })
  return outcome.ok && typeof outcome.value === 'string' ? outcome.value : ''
}

const fillLabel = (label: string, values: Record<string, unknown>): string =>
  label.replace(/\{\{\s*([\w.]+)\s*\}\}/g, (_, path: string) => {
    const value = valueAt(values, path.replaceAll('__', '.'))
    return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  })

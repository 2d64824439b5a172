import { type Censor, censorFor } from './censor.ts'
import { fillCurlies, isPlainObject, valueAt } from './curlies.ts'
import { AppError, isForeseen } from './errors.ts'
import type { Bundle, CallProblem, LogLine } from './protocol.ts'
import type { AfterResponse, BeforeRequest, ZResponse } from './request.ts'
import { makeZ } from './z.ts'

export interface Integration {
  app: Record<string, unknown>
  path: string
}

export interface MethodCall {
  method: string
  bundle: Bundle
  log: (line: LogLine) => void
}

type Perform = (z: unknown, bundle: unknown) => unknown

/**
 * Runs one method of the integration, named by its path (`triggers.x.operation.perform`), and checks the shape
 * of what it returns. `definition` returns the whole definition with functions as marks (`$func$2$f$`).
 * `….inputFields.<key>.choices.perform` finds a field by its key, also one that a function makes.
 *
 * Throws what the integration throws; `describeProblem` turns that into data.
 */
export async function runMethod(
  integration: Integration,
  { method, bundle, log }: MethodCall,
): Promise<unknown> {
  if (method === 'definition') return withMarks(integration.app)
  const full = { authData: {}, inputData: {}, meta: {}, ...bundle }
  const z = makeZ({
    before: listOf<BeforeRequest>(integration.app.beforeRequest),
    after: listOf<AfterResponse>(integration.app.afterResponse),
    bundle: full,
    censor: censorOf(integration, bundle),
    log,
    throwsForThrottling: valueAt(integration.app, 'flags.throwForThrottlingEarly') !== false,
    integrationPath: integration.path,
  })
  const target = valueAt(integration.app, method) ?? (await choicesByKey(integration, { method, z, full }))
  if (target === undefined) throw new AppError(`The integration has no ${method}.`)
  const value = await run(target, z, full, method)
  checkShape(method, value)
  return value ?? null
}

async function run(
  target: unknown,
  z: Record<string, unknown>,
  bundle: object,
  method: string,
): Promise<unknown> {
  if (typeof target === 'function') return (target as Perform)(z, bundle)
  if (/\.(inputFields|outputFields)$/.test(method) && Array.isArray(target))
    return withMarks(await resolveFields(target, z, bundle))
  if (isPlainObject(target) && typeof target.url === 'string') {
    const request = z.request as (options: unknown) => Promise<ZResponse>
    return (await request(fillCurlies(target, bundle, process.env))).data
  }
  return withMarks(target)
}

/** Field lists mix plain fields and functions that return more fields. */
async function resolveFields(fields: unknown[], z: unknown, bundle: object): Promise<unknown[]> {
  const lists = await Promise.all(
    fields.map(async (field) => (typeof field === 'function' ? (field as Perform)(z, bundle) : [field])),
  )
  return lists.flat()
}

async function choicesByKey(
  { app }: Integration,
  { method, z, full }: { method: string; z: unknown; full: object },
): Promise<unknown> {
  const [, path = '', key] = /^(.+\.inputFields)\.([^.]+)\.choices\.perform$/.exec(method) ?? []
  const fields = path ? valueAt(app, path) : undefined
  if (!Array.isArray(fields)) return undefined
  const found = (await resolveFields(fields, z, full)).find(
    (field) => isPlainObject(field) && field.key === key,
  )
  return valueAt(found, 'choices.perform')
}

function checkShape(method: string, value: unknown): void {
  const fail = (wanted: string) => {
    throw new TypeError(`${method} must return ${wanted}, but it returned ${nameOf(value)}.`)
  }
  if (/^triggers\.\w+\.operation\.(perform|performList)$|^searches\.\w+\.operation\.perform$/.test(method)) {
    if (!Array.isArray(value) || !value.every(isPlainObject)) fail('a list of objects')
  } else if (/^creates\.\w+\.operation\.perform$|\.performSubscribe$/.test(method)) {
    if (!isPlainObject(value)) fail('an object')
  }
}

function nameOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list with something else in it'
  return value === null || value === undefined ? 'nothing' : `a value of type ${typeof value}`
}

const listOf = <T>(value: unknown): T[] => (Array.isArray(value) ? value : value ? [value] : []) as T[]

/** Every credential of the connection, except fields that the definition declares to be no secret. */
export function censorOf({ app }: Pick<Integration, 'app'>, bundle: Bundle): Censor {
  const fields = listOf<{ key?: string; isNoSecret?: boolean }>(valueAt(app, 'authentication.fields'))
  const open = new Set(fields.filter((field) => field.isNoSecret).map((field) => field.key))
  return censorFor(
    Object.entries(bundle.authData ?? {})
      .filter(([key]) => !open.has(key))
      .map(([, value]) => String(value)),
  )
}

function withMarks(value: unknown): unknown {
  if (typeof value === 'function') return `$func$${value.length}$f$`
  if (Array.isArray(value)) return value.map(withMarks)
  if (isPlainObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withMarks(item)]))
  }
  return value
}

/** Says what went wrong as data that may be shown and stored: named, one sentence, without credentials. */
export function describeProblem(error: unknown, censor: Censor): CallProblem {
  const thrown = error instanceof Error ? error : new Error(String(error))
  const { status, delay } = thrown as { status?: unknown; delay?: unknown }
  return {
    code: 'call-failed',
    name: thrown.name,
    message: censor(thrown.message || thrown.name).slice(0, 1000),
    status: typeof status === 'number' ? status : null,
    retryAfterSeconds: typeof delay === 'number' ? delay : null,
    unexpected: !isForeseen(error),
  }
}

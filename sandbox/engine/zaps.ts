import { ok, type Result, refuse } from '#kit/result.ts'
import { isPlainObject } from '../host/curlies.ts'
import { type Definition, type Field, labelOf, visibleTriggers } from '../host/definition.ts'
import { deedOf, filledInputs, missingInput, placeOf } from './app-action.ts'
import { callWith } from './connections.ts'
import { parseFileName } from './csv-action.ts'
import type { Deps } from './deps.ts'
import { coerceInputs, inputFieldsAt, withComputedFields } from './fields.ts'
import { missingInFilter } from './filter.ts'
import { ids } from './ids.ts'
import { parseTarget } from './post-action.ts'
import { type Action, type Connection, hasMappings, type Item, sentenceOf, type Zap } from './records.ts'

export type ZapProblem = { code: 'not-ready'; sentence: string }

const notReady = (sentence: string) => refuse({ code: 'not-ready' as const, sentence })

export const endedByApp = 'The app ended this subscription.'

export const draftZap = (deps: Pick<Deps, 'now'>, given: Partial<Zap>): Zap => ({
  id: ids.zap(),
  name: '',
  triggerKey: '',
  connectionId: null,
  inputs: {},
  filter: [],
  actions: [],
  state: 'off',
  attention: '',
  hookId: null,
  subscribeData: null,
  sample: null,
  sampleFrom: null,
  fields: null,
  failure: 'none',
  turnedAway: 0,
  createdAt: deps.now(),
  ...given,
})

/**
 * Stores what a person changed. What others may have changed meanwhile is left as it is: whether the Zap is on, its
 * address, its failure switch. Nothing is stored when the Zap was deleted.
 */
export function keepEdited(deps: Pick<Deps, 'store'>, zap: Zap, more: Partial<Zap> = {}): Zap {
  const now = deps.store.findZap(zap.id)
  if (!now) return zap
  const { state, attention, hookId, subscribeData, failure, turnedAway } = now
  const kept = { ...zap, state, attention, hookId, subscribeData, failure, turnedAway, ...more }
  deps.store.saveZap(kept)
  return kept
}

interface Ready {
  connection: Connection
  inputData: Record<string, unknown>
}

/** Everything a Zap needs before it can be turned on, or the first thing that is missing. */
async function checkReady(
  deps: Deps,
  { definition, zap }: { definition: Definition; zap: Zap },
): Promise<Result<Ready, ZapProblem>> {
  const trigger = visibleTriggers(definition).find(({ key }) => key === zap.triggerKey)
  if (!trigger) return notReady('Choose a trigger.')
  if (trigger.operation.type !== 'hook') {
    return notReady(
      `"${trigger.display.label}" is no instant trigger; the Zap sandbox runs instant triggers only.`,
    )
  }
  const connection = zap.connectionId ? deps.store.findConnection(zap.connectionId) : undefined
  if (!connection) return notReady('Choose a connection, or connect an account.')
  const fields = await inputFieldsOf(deps, { connection, zap })
  if (!fields.ok) return fields
  const inputData = coerceInputs(fields.value, zap.inputs)
  const missing = missingInput(fields.value, inputData)
  if (missing) return notReady(`Fill in "${labelOf(missing)}".`)
  const steps = checkSteps(zap)
  if (!steps.ok) return steps
  for (const action of zap.actions) {
    const checked = await checkAppAction(deps, { definition, connection, zap, action })
    if (!checked.ok) return checked
  }
  return ok({ connection, inputData })
}

async function inputFieldsOf(
  deps: Deps,
  { connection, zap }: { connection: Connection; zap: Zap },
): Promise<Result<Field[], ZapProblem>> {
  const found = await inputFieldsAt(deps, connection, {
    place: `triggers.${zap.triggerKey}`,
    inputs: zap.inputs,
  })
  return 'problem' in found ? notReady(sentenceOf(found.problem)) : ok(found.fields)
}

/** Whether filter and actions are complete, as far as the sandbox can tell without asking the integration. */
export function checkSteps(zap: Zap): Result<null, ZapProblem> {
  const lacking = missingInFilter(zap.filter)
  if (lacking) return notReady(lacking)
  if (zap.actions.length === 0) return notReady('Choose an action.')
  for (const action of zap.actions) {
    const checked = checkAction(action)
    if (!checked.ok) return checked
  }
  return ok(null)
}

function checkAction(action: Action): Result<null, ZapProblem> {
  if (action.kind === 'mail') {
    if (!action.to.trim()) return notReady('Say who the mail goes to.')
    return action.subject.trim() ? ok(null) : notReady('Give the mail a subject.')
  }
  if (!hasMappings(action)) return ok(null)
  const named = action.mappings.map(({ name }) => name)
  const twice = named.find((name, index) => named.indexOf(name) !== index)
  if (twice) return notReady(`"${twice}" is used twice. Give each field its own name.`)
  if (action.kind === 'post') {
    const target = parseTarget(action.url)
    if (!target.ok) return notReady(target.problem.sentence)
    if (action.body === 'mapped' && named.length === 0) return notReady('Choose at least one field to send.')
    return ok(null)
  }
  const file = parseFileName(action.fileName)
  if (!file.ok) return notReady(file.problem.sentence)
  return named.length === 0 ? notReady('Choose at least one column for the CSV file.') : ok(null)
}

interface CheckingApp {
  definition: Definition
  connection: Connection
  zap: Zap
  action: Action
}

async function checkAppAction(
  deps: Deps,
  { definition, connection, zap, action }: CheckingApp,
): Promise<Result<null, ZapProblem>> {
  if (action.kind !== 'create' && action.kind !== 'search') return ok(null)
  const label = deedOf(definition, action)?.display.label
  if (!label) return notReady('An action of the Zap no longer exists in the integration. Choose another one.')
  const inputs = filledInputs(action.inputs, zap.sample ?? {})
  const found = await inputFieldsAt(deps, connection, { place: placeOf(action), inputs })
  if ('problem' in found) return notReady(sentenceOf(found.problem))
  // What a placeholder will hold is only known in a run; here it counts as filled in.
  const missing = missingInput(found.fields, coerceInputs(found.fields, action.inputs))
  return missing ? notReady(`Fill in "${labelOf(missing)}" of ${label}.`) : ok(null)
}

/**
 * Turns a Zap on: the integration subscribes to a hook address that only this Zap has. When that fails the Zap
 * stays off and the problem is the sentence to show.
 */
export async function turnOn(
  deps: Deps,
  { definition, zap }: { definition: Definition; zap: Zap },
): Promise<Result<Zap, ZapProblem>> {
  if (zap.state === 'on') return ok(zap)
  const ready = await checkReady(deps, { definition, zap })
  if (!ready.ok) return ready
  const { connection, inputData } = ready.value
  const hookId = ids.hook()
  // Stored as on before the call: an app may deliver before its answer to the subscription has arrived.
  deps.store.saveZap({ ...zap, state: 'on', hookId, attention: '' })
  const { outcome } = await callWith(deps, connection, {
    method: `triggers.${zap.triggerKey}.operation.performSubscribe`,
    bundle: { inputData, targetUrl: hookUrl(deps, hookId) },
  })
  if (deps.store.findZap(zap.id)?.hookId !== hookId)
    return notReady('The Zap was turned off or deleted meanwhile.')
  if (!outcome.ok) {
    keepEdited(deps, zap, { state: 'off', hookId: null, attention: zap.attention })
    deps.changed()
    return notReady(sentenceOf(outcome.problem))
  }
  const known = await withComputedFields(deps, { definition, zap })
  if (deps.store.findZap(zap.id)?.hookId !== hookId)
    return notReady('The Zap was turned off or deleted meanwhile.')
  const on = keepEdited(deps, known, { subscribeData: outcome.value, attention: '' })
  deps.changed()
  return ok(on)
}

export const hookUrl = (deps: Pick<Deps, 'url'>, hookId: string) => `${deps.url()}/hooks/${hookId}`

/**
 * Turns a Zap off and tells the app. The Zap is off even when the app could not be told; then the answer holds
 * the sentence why.
 */
export async function turnOff(deps: Deps, zap: Zap): Promise<{ zap: Zap; untold: string }> {
  const off: Zap = { ...zap, state: 'off', hookId: null, subscribeData: null, attention: '' }
  if (zap.state === 'off') return { zap, untold: '' }
  deps.store.saveZap(off)
  deps.changed()
  const connection = zap.connectionId ? deps.store.findConnection(zap.connectionId) : undefined
  if (!connection) return { zap: off, untold: 'Its connection no longer exists.' }
  const { outcome } = await callWith(deps, connection, {
    method: `triggers.${zap.triggerKey}.operation.performUnsubscribe`,
    bundle: {
      inputData: zap.inputs,
      subscribeData: zap.subscribeData,
      targetUrl: hookUrl(deps, zap.hookId ?? ''),
    },
  })
  return { zap: off, untold: outcome.ok ? '' : sentenceOf(outcome.problem) }
}

/** The app itself ended the subscription (`DELETE` on the hook address): the Zap is paused and asks for attention. */
export function pauseByApp(deps: Deps, hookId: string): boolean {
  const zap = deps.store.findZapByHook(hookId)
  if (!zap) return false
  deps.store.saveZap({ ...zap, state: 'off', hookId: null, subscribeData: null, attention: endedByApp })
  deps.changed()
  return true
}

export async function deleteZap(deps: Deps, zap: Zap): Promise<{ untold: string }> {
  const { untold } = await turnOff(deps, zap)
  deps.store.deleteZap(zap.id)
  deps.changed()
  return { untold }
}

/** Removes a connection. Zaps that are on with it are turned off first, so that the app is told. */
export async function deleteConnection(deps: Deps, connection: Connection): Promise<void> {
  for (const zap of deps.store.listZapsOf(connection.id)) {
    const { zap: off } = await turnOff(deps, zap)
    deps.store.saveZap({ ...off, attention: 'Its connection was deleted. Choose another one.' })
  }
  deps.store.deleteConnection(connection.id)
  deps.changed()
}

/** Fetches the newest item through the integration; without one, the definition's own sample is used. */
export async function loadSample(
  deps: Deps,
  { definition, zap }: { definition: Definition; zap: Zap },
): Promise<Result<Zap, ZapProblem>> {
  const connection = zap.connectionId ? deps.store.findConnection(zap.connectionId) : undefined
  const trigger = definition.triggers?.[zap.triggerKey]
  if (!trigger) return notReady('Choose a trigger.')
  if (!connection) return notReady('Choose a connection, or connect an account.')
  const fields = await inputFieldsOf(deps, { connection, zap })
  if (!fields.ok) return fields
  const { outcome } = await callWith(deps, connection, {
    method: `triggers.${zap.triggerKey}.operation.performList`,
    bundle: {
      inputData: coerceInputs(fields.value, zap.inputs),
      meta: { isLoadingSample: true, page: 0, limit: 3 },
    },
  })
  if (!outcome.ok) return notReady(sentenceOf(outcome.problem))
  const newest = (outcome.value as Item[])[0]
  const sample = newest ?? (isPlainObject(trigger.operation.sample) ? trigger.operation.sample : null)
  if (!sample) return notReady('The app has no item yet, and the integration declares no sample.')
  const known = await withComputedFields(deps, { definition, zap })
  const sampled: Zap = { ...known, sample, sampleFrom: newest ? 'app' : 'definition' }
  return ok(keepEdited(deps, sampled))
}

import { type Definition, labelOf, readDefinition } from '../host/definition.ts'
import { type Acting, act, idOfAction, labelOfAction } from './actions.ts'
import { callWith } from './connections.ts'
import type { Deps } from './deps.ts'
import { fieldsOfTrigger } from './fields.ts'
import { judge } from './filter.ts'
import { ids } from './ids.ts'
import {
  type Item,
  type Received,
  type Run,
  type RunStatus,
  type StepRun,
  sentenceOf,
  type Zap,
} from './records.ts'
import { settle } from './settle.ts'

/**
 * Makes the engine that runs Zaps. Runs of one Zap follow each other in the order they came in; different Zaps
 * do not wait for each other.
 */
export function startRunner(deps: Deps) {
  const queues = new Map<string, Promise<void>>()

  const queue = (zapId: string, work: () => Promise<void>) => {
    const next = (queues.get(zapId) ?? Promise.resolve()).then(work).catch((error: unknown) => {
      // A defect of the sandbox itself must not stop the Zap's queue.
      console.error('zap sandbox: a run ended unexpectedly', error)
    })
    queues.set(zapId, next)
    void next.finally(() => {
      if (queues.get(zapId) === next) queues.delete(zapId)
    })
  }

  /** Stores what a hook brought and runs it right after. Null when no Zap that is on has this hook. */
  const receive = (hookId: string, received: Received): Run | null => {
    const zap = deps.store.findZapByHook(hookId)
    if (zap?.state !== 'on') return null
    const run = newRun(deps, { zapId: zap.id, received })
    deps.store.saveRun(run)
    deps.changed()
    queue(zap.id, () => execute(deps, run))
    return run
  }

  /**
   * Runs it once more. A held run is taken up again itself; any other gets a new run that names it. What `perform`
   * had already made of the data is used again, and actions that were done before a run failed or was held are not
   * done a second time.
   */
  const replay = (run: Run): Run => {
    const again: Run =
      run.status === 'held'
        ? { ...run, status: 'running', reason: '', durationMs: null }
        : {
            ...newRun(deps, { zapId: run.zapId, received: run.received }),
            item: run.item,
            steps: run.status === 'failed' ? run.steps.map((step) => ({ ...step, isKept: true })) : [],
            replayOf: run.id,
          }
    deps.store.saveRun(again)
    deps.changed()
    queue(run.zapId, () => execute(deps, again))
    return again
  }

  const replayHeld = (zapId: string): number => {
    const held = deps.store.listHeldRuns(zapId)
    for (const run of held) replay(run)
    return held.length
  }

  const replayFailed = (zapId: string): number => {
    const failed = deps.store.listFailedRuns(zapId)
    for (const run of failed) replay(run)
    return failed.length
  }

  /** Resolves when nothing is under way. */
  const idle = async (): Promise<void> => {
    while (queues.size > 0) await Promise.all(queues.values())
  }

  return { receive, replay, replayHeld, replayFailed, idle }
}

export type Runner = ReturnType<typeof startRunner>

function newRun(deps: Deps, { zapId, received }: { zapId: string; received: Received }): Run {
  return {
    id: ids.run(),
    zapId,
    status: 'running',
    startedAt: deps.now(),
    durationMs: null,
    received,
    item: null,
    steps: [],
    reason: '',
    replayOf: null,
  }
}

type End = (status: RunStatus, more: { item?: Item | null; steps: StepRun[]; reason?: string }) => void

/** `perform` with what was received, then the filter and the actions with each item; several items make several runs. */
async function execute(deps: Deps, run: Run): Promise<void> {
  const zap = deps.store.findZap(run.zapId)
  if (!zap) return
  const started = performance.now()
  const end: End = (status, more) => {
    // Deleted meanwhile: its runs went with it, so there is nothing to write to.
    if (!deps.store.findZap(run.zapId)) return
    deps.store.saveRun({ ...run, ...more, status, durationMs: Math.round(performance.now() - started) })
    deps.changed()
  }
  try {
    const read = await readDefinition(deps.host)
    if (!read.ok) return end('failed', { steps: run.steps, reason: sentenceOf(read.problem) })
    const definition = read.value
    const goOn = (item: Item, trigger: StepRun) =>
      runSteps(deps, { definition, zap, item, trigger, before: run.steps, end })
    const known = run.steps.find(({ kind }) => kind === 'trigger')
    if (run.item) return await goOn(run.item, known ?? triggerStep(definition, zap, { isKept: true }))

    const made = await performHook(deps, zap, run)
    const trigger = triggerStep(definition, zap, made.step)
    const [first, ...others] = made.items
    if (!first) {
      const status = made.step.status === 'done' ? 'stopped' : made.step.status
      const reason = made.step.reason || 'The trigger made no item of this data.'
      return end(status, { steps: [{ ...trigger, status, reason }], reason })
    }
    await goOn(first, trigger)
    for (const item of others) {
      const next = { ...newRun(deps, { zapId: zap.id, received: run.received }), item, steps: [trigger] }
      deps.store.saveRun(next)
      await execute(deps, next)
    }
  } catch (error) {
    const reason = `The Zap sandbox failed: ${error instanceof Error ? error.message : String(error)}`
    end('failed', { steps: run.steps, reason })
    throw error
  }
}

interface Stepping {
  definition: Definition
  zap: Zap
  item: Item
  trigger: StepRun
  /** Steps of the run before this replay; [] for a first run. */
  before: readonly StepRun[]
  end: End
}

async function runSteps(
  deps: Deps,
  { definition, zap, item, trigger, before, end }: Stepping,
): Promise<void> {
  const steps: StepRun[] = [trigger]
  const stop = (status: RunStatus, reason: string) => end(status, { item, steps, reason })

  if (zap.filter.length > 0) {
    const fields = fieldsOfTrigger(definition, zap)
    const labelOfField = (key: string) => labelOf(fields.find((field) => field.key === key) ?? { key })
    const { passes, groups, reason } = judge(zap.filter, item, labelOfField)
    const status = passes ? 'done' : 'filtered'
    steps.push(newStep({ kind: 'filter', label: 'Filter', status, reason, rules: groups }))
    if (!passes) return stop('filtered', reason)
  }
  if (zap.actions.length === 0) return stop('failed', 'The Zap has no action.')

  const doneBefore = before.filter(({ kind }) => kind === 'action')
  const outputs: Item[] = []
  for (const [index, action] of zap.actions.entries()) {
    const earlier = doneBefore[index]
    const label = labelOfAction(definition, deps.appTitle, action)
    const isDone = earlier?.status === 'done' && earlier.actionId === idOfAction(action)
    const step = isDone ? earlier : await doAction(deps, { zap, action, label, item, outputs })
    steps.push(step)
    if (step.status !== 'done') return stop(step.status, step.reason)
    outputs.push(step.result?.fields ?? {})
    // Kept at once: should the sandbox be stopped now, a replay goes on after this action.
    end('running', { item, steps })
    // From here on nothing before may be taken over: it was made of other data.
    if (!isDone) doneBefore.length = 0
  }
  stop('success', '')
}

async function doAction(deps: Deps, acting: Acting): Promise<StepRun> {
  const started = performance.now()
  const { done, end = 'failed', reason, result, log = [] } = await act(deps, acting)
  return newStep({
    kind: 'action',
    actionId: idOfAction(acting.action),
    label: acting.label,
    status: done ? 'done' : end,
    reason,
    durationMs: Math.round(performance.now() - started),
    result,
    log,
  })
}

const newStep = (step: Pick<StepRun, 'kind' | 'label' | 'status'> & Partial<StepRun>): StepRun => ({
  actionId: '',
  reason: '',
  durationMs: 0,
  log: [],
  result: null,
  rules: [],
  isKept: false,
  ...step,
})

const triggerStep = (definition: Definition, zap: Zap, step: Partial<StepRun>): StepRun =>
  newStep({
    status: 'done',
    ...step,
    kind: 'trigger',
    label: definition.triggers?.[zap.triggerKey]?.display.label ?? 'Trigger',
  })

interface Performed {
  items: Item[]
  step: Pick<StepRun, 'status' | 'reason' | 'log' | 'durationMs'>
}

async function performHook(deps: Deps, zap: Zap, { received }: Run): Promise<Performed> {
  const held = (reason: string): Performed => ({
    items: [],
    step: { status: 'held', reason, log: [], durationMs: 0 },
  })
  const connection = zap.connectionId ? deps.store.findConnection(zap.connectionId) : undefined
  if (!connection) return held('The Zap has no connection.')
  if (connection.state === 'reconnect') return held('The connection has to be reconnected first.')
  const started = performance.now()
  const { outcome, log } = await callWith(deps, connection, {
    method: `triggers.${zap.triggerKey}.operation.perform`,
    bundle: {
      inputData: zap.inputs,
      subscribeData: zap.subscribeData,
      cleanedRequest: cleanedRequest(received),
      rawRequest: {
        method: 'POST',
        headers: received.headers,
        content: received.content,
        querystring: received.querystring,
      },
    },
  })
  const durationMs = Math.round(performance.now() - started)
  if (outcome.ok) {
    return { items: outcome.value as Item[], step: { status: 'done', reason: '', log, durationMs } }
  }
  return { items: [], step: { ...settle(outcome.problem), log, durationMs } }
}

/** The body, with the query of the hook address beside it when there is one. */
function cleanedRequest({ body, querystring }: Received): unknown {
  if (!querystring || typeof body !== 'object' || body === null || Array.isArray(body)) return body
  return { ...body, querystring: Object.fromEntries(new URLSearchParams(querystring)) }
}

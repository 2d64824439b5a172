import type { CallProblem, LogLine } from '../host/protocol.ts'
import { act } from './actions.ts'
import { callWith } from './connections.ts'
import type { Deps } from './deps.ts'
import { ids } from './ids.ts'
import { type Item, type Received, type Run, type RunStatus, sentenceOf, type Zap } from './records.ts'

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
   * had already made of the data is used again.
   */
  const replay = (run: Run): Run => {
    const again: Run =
      run.status === 'held'
        ? { ...run, status: 'running', reason: '', durationMs: null }
        : {
            ...newRun(deps, { zapId: run.zapId, received: run.received }),
            item: run.item,
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

  /** Resolves when nothing is under way. */
  const idle = async (): Promise<void> => {
    while (queues.size > 0) await Promise.all(queues.values())
  }

  return { receive, replay, replayHeld, idle }
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
    result: null,
    log: [],
    reason: '',
    replayOf: null,
  }
}

/** `perform` with what was received, then the action with each item; several items make several runs. */
async function execute(deps: Deps, run: Run): Promise<void> {
  const zap = deps.store.findZap(run.zapId)
  if (!zap) return
  const started = performance.now()
  const end = (status: RunStatus, more: Partial<Run>) => {
    // Deleted meanwhile: its runs went with it, so there is nothing to write to.
    if (!deps.store.findZap(run.zapId)) return
    deps.store.saveRun({ ...run, ...more, status, durationMs: Math.round(performance.now() - started) })
    deps.changed()
  }
  try {
    if (run.item) return await actOn(deps, zap, { item: run.item, log: run.log, end })
    const made = await performHook(deps, zap, run)
    if ('status' in made) return end(made.status, { reason: made.reason, log: made.log })
    const [first, ...others] = made.items
    if (!first) return end('stopped', { reason: 'The trigger made no item of this data.', log: made.log })
    await actOn(deps, zap, { item: first, log: made.log, end })
    for (const item of others) {
      const next = { ...newRun(deps, { zapId: zap.id, received: run.received }), item }
      deps.store.saveRun(next)
      await execute(deps, next)
    }
  } catch (error) {
    end('failed', {
      reason: `The Zap sandbox failed: ${error instanceof Error ? error.message : String(error)}`,
    })
    throw error
  }
}

interface Acting {
  item: Item
  log: LogLine[]
  end: (status: RunStatus, more: Partial<Run>) => void
}

async function actOn(deps: Deps, zap: Zap, { item, log, end }: Acting): Promise<void> {
  if (!zap.action) return end('failed', { item, log, reason: 'The Zap has no action.' })
  const { done, reason, result } = await act(deps, zap.action, item)
  end(done ? 'success' : 'failed', { item, log, result, reason })
}

type Performed =
  | { items: Item[]; log: LogLine[] }
  | { status: 'held' | 'stopped' | 'failed'; reason: string; log: LogLine[] }

async function performHook(deps: Deps, zap: Zap, { received }: Run): Promise<Performed> {
  const connection = zap.connectionId ? deps.store.findConnection(zap.connectionId) : undefined
  if (!connection) return { status: 'held', reason: 'The Zap has no connection.', log: [] }
  if (connection.state === 'reconnect') {
    return { status: 'held', reason: 'The connection has to be reconnected first.', log: [] }
  }
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
  if (outcome.ok) return { items: outcome.value as Item[], log }
  return { ...settle(outcome.problem), log }
}

/** Which end a failed `perform` gives the run: halting stops it softly, stale or throttled calls hold it. */
function settle(problem: CallProblem): { status: 'held' | 'stopped' | 'failed'; reason: string } {
  const reason = sentenceOf(problem)
  if (problem.name === 'HaltedError') return { status: 'stopped', reason }
  if (problem.name === 'ExpiredAuthError') return { status: 'held', reason }
  if (problem.name === 'ThrottledError') {
    return { status: 'held', reason: `${reason} Replay it in ${problem.retryAfterSeconds ?? 60} seconds.` }
  }
  return { status: 'failed', reason }
}

/** The body, with the query of the hook address beside it when there is one. */
function cleanedRequest({ body, querystring }: Received): unknown {
  if (!querystring || typeof body !== 'object' || body === null || Array.isArray(body)) return body
  return { ...body, querystring: Object.fromEntries(new URLSearchParams(querystring)) }
}

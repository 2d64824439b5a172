import type { Connection, Run, RunStatus, StepRun, Zap } from '../engine/records.ts'
import type { Html } from './html.ts'
import { pill } from './layout.ts'

/** How the state of a Zap reads. A stale connection outranks on and off: the Zap does not work until it is seen to. */
export function zapState(zap: Zap, connection: Connection | undefined): Html {
  if (connection?.state === 'reconnect') return pill('warn', 'Reconnect needed')
  if (zap.state === 'on') return pill('good', 'On')
  return zap.attention ? pill('warn', 'Needs attention') : pill('quiet', 'Off')
}

const runWords: Record<RunStatus, [tone: string, text: string]> = {
  running: ['quiet', 'Running'],
  success: ['good', 'Success'],
  filtered: ['quiet', 'Filtered'],
  stopped: ['quiet', 'Stopped'],
  held: ['warn', 'Held'],
  failed: ['bad', 'Failed'],
}

export const runState = (status: RunStatus): Html => pill(...runWords[status])

const stepWords: Record<StepRun['status'], [tone: string, text: string]> = {
  done: ['good', 'Done'],
  filtered: ['quiet', 'Filtered'],
  stopped: ['quiet', 'Stopped'],
  held: ['warn', 'Held'],
  failed: ['bad', 'Failed'],
}

export const stepState = (step: StepRun): Html => pill(...stepWords[step.status])

/** What a run did or why it ended, in one line. */
export const whatHappened = (run: Run): string =>
  run.reason ||
  run.steps.flatMap(({ kind, result }) => (kind === 'action' && result ? result.summary : [])).join('; ') ||
  'Under way'

export const connectionState = (connection: Connection): Html =>
  connection.state === 'connected' ? pill('good', 'Connected') : pill('warn', 'Reconnect needed')

export const zapName = (zap: Zap): string => zap.name || 'Untitled Zap'

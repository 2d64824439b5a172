import type { CallProblem } from '../host/protocol.ts'
import { sentenceOf } from './records.ts'

/** Which end a failed call gives the run: halting stops it softly, stale or throttled calls hold it. */
export function settle(problem: CallProblem): { status: 'held' | 'stopped' | 'failed'; reason: string } {
  const reason = sentenceOf(problem)
  if (problem.name === 'HaltedError') return { status: 'stopped', reason }
  if (problem.name === 'ExpiredAuthError') return { status: 'held', reason }
  if (problem.name === 'ThrottledError') {
    return { status: 'held', reason: `${reason} Replay it in ${problem.retryAfterSeconds ?? 60} seconds.` }
  }
  return { status: 'failed', reason }
}

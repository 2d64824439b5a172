import { ok, type Result, refuse } from '#kit/result.ts'
import { isPlainObject } from '../host/curlies.ts'
import { mapped } from './mapping.ts'
import type { Action, ActionOutcome, Item } from './records.ts'

type PostAction = Extract<Action, { kind: 'post' }>

const keptBytes = 1024

/** Accepts http and https addresses without a user name. Loopback is fine: the sandbox is a local bench. */
export function parseTarget(text: string): Result<string, { code: 'bad-target'; sentence: string }> {
  const no = (sentence: string) => refuse({ code: 'bad-target' as const, sentence })
  if (!text.trim()) return no('Give the URL that the data is sent to.')
  if (!URL.canParse(text)) return no(`"${text}" is not a URL. A full one starts with http:// or https://.`)
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return no('The URL must start with http:// or https://.')
  }
  if (url.username || url.password) return no('The URL must not contain a user name or password.')
  return ok(url.href)
}

/**
 * Sends an item as JSON: all of it or the mapped fields. Done means an answer of 2xx within the deadline;
 * redirects are not followed. The first 1 KiB of the answer is kept; when it is a JSON object, later actions can use
 * its fields. `data` is what mapped fields are filled from: the item and the outputs of earlier actions.
 */
export async function postJson(
  { stopping, deadlineMs = 10_000 }: { stopping: AbortSignal; deadlineMs?: number },
  { action, item, data = item }: { action: PostAction; item: Item; data?: Item },
): Promise<ActionOutcome> {
  const output = action.body === 'all' ? item : mapped(action.mappings, data)
  const outcome = (reason: string, status: number | null, answer: string): ActionOutcome => ({
    done: reason === '',
    reason,
    result: { summary: `POST ${action.url}`, output, status, answer, fields: fieldsOf(status, answer) },
  })
  const target = parseTarget(action.url)
  if (!target.ok) return outcome(target.problem.sentence, null, '')
  const deadline = AbortSignal.timeout(deadlineMs)
  try {
    const answer = await fetch(target.value, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'Zap sandbox' },
      body: JSON.stringify(output),
      redirect: 'manual',
      signal: AbortSignal.any([deadline, stopping]),
    })
    const start = await firstBytes(answer)
    return outcome(answer.ok ? '' : describeStatus(answer.status), answer.status, start)
  } catch (error) {
    if (deadline.aborted)
      return outcome(`No complete answer came within ${deadlineMs / 1000} seconds.`, null, '')
    if (stopping.aborted) return outcome('The sandbox was stopped during this run.', null, '')
    return outcome(`The URL could not be reached: ${causeOf(error)}.`, null, '')
  }
}

function fieldsOf(status: number | null, answer: string): Item {
  try {
    const answered: unknown = JSON.parse(answer)
    return { ...(isPlainObject(answered) ? answered : {}), status }
  } catch {
    return { status }
  }
}

function describeStatus(status: number): string {
  if (status >= 300 && status < 400) return `The URL answered ${status} (a redirect, which is not followed).`
  return `The URL answered ${status}.`
}

async function firstBytes(answer: Response): Promise<string> {
  const kept = new Uint8Array(keptBytes)
  let length = 0
  if (!answer.body) return ''
  // Leaving the loop cancels the rest of the body, so an endless answer costs nothing.
  for await (const chunk of answer.body) {
    const part = chunk.subarray(0, keptBytes - length)
    kept.set(part, length)
    length += part.length
    if (length === keptBytes) break
  }
  return new TextDecoder().decode(kept.subarray(0, length))
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (cause instanceof AggregateError) return causeOf(cause.errors[0])
  return cause instanceof Error ? cause.message : String(cause)
}

import { mayCall } from '#domain/api-keys/account-key.ts'
import { doOnce } from '#domain/idempotency/do-once.ts'
import { type Result, refuse } from '#kit/result.ts'
import type { Call, Implementation } from './call.ts'
import { bothCursors } from './paging.ts'
import { type ApiProblem, keyReused, outOfScope, problemOfIssue } from './refusal.ts'

/** What a caller gives, not looked at yet. */
export type Given = Omit<Call<unknown, unknown>, 'query' | 'body'> & {
  query: Record<string, unknown>
  body: unknown
}

/** One call of an endpoint, from whichever door: the key's scope first, then the input, then the deed. */
export async function perform(
  { endpoint, handle }: Implementation,
  { query: givenQuery, body: givenBody, ...given }: Given,
): Promise<Result<unknown, ApiProblem>> {
  if (!mayCall(given.caller.scope, endpoint.need)) return refuse(outOfScope(given.caller))
  const query = endpoint.query?.safeParse(givenQuery)
  if (query?.success === false) return refuse(problemOfIssue(query.error, 'query', givenQuery))
  if (endpoint.isList && givenQuery.after && givenQuery.before) return refuse(bothCursors)
  const body = endpoint.body?.safeParse(givenBody)
  if (body?.success === false) return refuse(problemOfIssue(body.error, 'body', givenBody))
  const call = {
    ...given,
    deps: { ...given.deps, actingKey: given.caller.keyId },
    query: query?.data,
    body: body?.data,
  }
  return endpoint.idempotent === 'by-answer' && call.idempotencyKey !== undefined
    ? await performOnce({ endpoint, handle }, call, call.idempotencyKey)
    : await handle(call)
}

/** The same key with the same input is done once, and answered alike each time. */
async function performOnce(
  { endpoint, handle }: Implementation,
  call: Call<unknown, unknown>,
  key: string,
): Promise<Result<unknown, ApiProblem>> {
  const { accountId } = call.caller
  const request = JSON.stringify([call.id, call.query, call.body])
  const done = await doOnce(call.deps, { accountId, verb: endpoint.name, key, request }, (deps) =>
    handle({ ...call, deps }),
  )
  return done.ok || done.problem.code === 'api-problem'
    ? (done as Result<unknown, ApiProblem>)
    : refuse(keyReused)
}

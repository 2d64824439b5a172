import { mayCall } from '#domain/api-keys/account-key.ts'
import { type Result, refuse } from '#kit/result.ts'
import type { Call, Implementation } from './call.ts'
import { bothCursors } from './paging.ts'
import { type ApiProblem, outOfScope, problemOfIssue } from './refusal.ts'

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
  return await handle({ ...given, query: query?.data, body: body?.data })
}

import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { Endpoint } from '#contracts/api/endpoint.ts'
import { isDatabaseAway, OutcomeUnknown } from '#database/database-away.ts'
import type { ApiCaller } from '#domain/api-keys/account-key.ts'
import type { Deps } from '#domain/deps.ts'
import type { RefusalOfTarget } from '#domain/zapier/manage-zaps.ts'
import type { Result } from '#kit/result.ts'
import type { Links } from './paging.ts'
import type { ApiProblem } from './refusal.ts'

export type ApiDeps = Deps & { refusalOfTarget: RefusalOfTarget }

/** One call of an endpoint, its input read and found good. */
export interface Call<Query, Body> {
  deps: ApiDeps
  caller: ApiCaller
  /** `{id}` of the path as it was given. */
  id: string
  query: Query
  body: Body
  /** Chosen by the caller, so that a repeated call is done once. */
  idempotencyKey: string | undefined
  request: FastifyRequest
}

/** What goes out: the body, and for a list where it goes on. */
export type Answered<Body> = Result<Body | { body: Body; links: Links }, ApiProblem>

export interface Implementation {
  endpoint: Endpoint
  handle: (call: Call<unknown, unknown>) => Promise<Answered<unknown>>
}

/** Reads what was just stored: when the database goes away now, nobody may be told that nothing was changed. */
export const afterwards = async <T>(read: () => Promise<T>): Promise<T> => {
  try {
    return await read()
  } catch (error) {
    throw isDatabaseAway(error) ? new OutcomeUnknown(error) : error
  }
}

/** Ties an endpoint's contract to what does it: query, body and answer are those of the contract. */
export const on = <Query extends z.ZodType, Body extends z.ZodType, Answer extends z.ZodType>(
  endpoint: Endpoint<Query, Body, Answer>,
  handle: (call: Call<z.output<Query>, z.output<Body>>) => Promise<Answered<z.input<Answer>>>,
): Implementation => ({ endpoint, handle: handle as Implementation['handle'] })

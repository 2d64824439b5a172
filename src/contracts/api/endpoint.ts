import type { z } from 'zod'

/** What a key needs to call it. */
export type Need = 'any' | 'read' | 'write' | 'webhooks'

/** Of every endpoint that takes an Idempotency-Key. */
export const keyReused: Refusal = {
  status: 422,
  param: 'Idempotency-Key',
  when: 'the key was used for another request',
}

/** One way in which an endpoint refuses, beside those of all endpoints. */
export interface Refusal {
  status: 400 | 403 | 404 | 409 | 410 | 422
  /** The input to blame; left out where there is no single one. */
  param?: string
  /** In which case, for the reference. */
  when: string
}

/**
 * One endpoint of the REST API: its whole contract as data. Routes, OpenAPI document, contract tests and fuzzing are made from it.
 *
 * Every endpoint can also answer 401 (key), 403 (scope of the key), 429, 500 and 503; those of a list 400 for `limit` and for `after`
 * together with `before`; those with `{id}` 404 for it.
 */
export interface Endpoint<
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Answer extends z.ZodType = z.ZodType,
> {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** `/bookings/{id}`. */
  path: string
  /** Name of the operation, unique. */
  name: string
  area: string
  summary: string
  description?: string
  need: Need
  query?: Query
  /** Unknown query parameters are refused in place of ignored (api-contract T21). */
  strictQuery?: true
  body?: Body
  /** A body that may be left out. */
  bodyOptional?: true
  status: 200 | 201
  answer: Answer
  /** The noun of `{id}` in messages. */
  noun?: string
  /** Answers are pages of a list. */
  isList?: true
  /** Takes an Idempotency-Key: its verb sees to it, or the whole answer is kept and given again. */
  idempotent?: 'by-verb' | 'by-answer'
  refusals: Refusal[]
}

export const endpoint = <Query extends z.ZodType, Body extends z.ZodType, Answer extends z.ZodType>(
  contract: Endpoint<Query, Body, Answer>,
): Endpoint<Query, Body, Answer> => contract

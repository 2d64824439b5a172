import { z } from 'zod'
import type { Endpoint } from './endpoint.ts'
import { RefusalShape } from './values.ts'

type Json = Record<string, unknown>

/** What every endpoint may answer beside its own refusals. */
const common: [number, string][] = [
  [401, 'The API key is missing, unknown or revoked'],
  [403, 'The API key may not do this'],
  [429, 'Too many requests: wait as long as Retry-After says'],
  [500, 'A fault of the server'],
  [503, 'The server is for a moment without its database: wait as long as Retry-After says'],
]

/** What the server sends to addresses of its users. */
export interface SentMessage {
  name: string
  summary: string
  description: string
  /** What each header holds. */
  headers: Record<string, string>
  shape: z.ZodType
}

/** The statuses an endpoint may answer with, its success first, each with the cases that lead to it. */
export function statusesOf(endpoint: Endpoint): Map<number, string[]> {
  const statuses = new Map<number, string[]>([[endpoint.status, ['Done']]])
  const add = (status: number, words: string) =>
    statuses.set(status, [...(statuses.get(status) ?? []), words])
  if (endpoint.isList) {
    add(400, '`limit` is not a whole number from 1 to 100')
    add(400, '`after` and `before` are given both')
  }
  if (endpoint.body) add(400, '`body` is not JSON or no object')
  if (endpoint.path.includes('{id}')) add(404, `\`id\`: there is no such ${endpoint.noun}`)
  for (const { status, param, when } of endpoint.refusals)
    add(status, param === undefined ? when : `\`${param}\`: ${when}`)
  for (const [status, words] of common) add(status, words)
  return statuses
}

/**
 * The OpenAPI 3.1 document of these endpoints, made from their contracts.
 *
 * Shapes with an id become components; JSON Schema is that of draft 2020-12, as OpenAPI 3.1 has it.
 */
export function openApiDocument(
  endpoints: Endpoint[],
  { version, sent = [] }: { version: string; sent?: SentMessage[] },
): Json {
  const components: Json = {}
  const schemaOf = (shape: z.ZodType, io: 'input' | 'output'): Json => {
    const made = z.toJSONSchema(shape, {
      io,
      target: 'draft-2020-12',
      unrepresentable: 'any',
      reused: 'inline',
    }) as Json
    const { $schema: _, $defs, id, ...schema } = made
    const named = pointToComponents({ ...(($defs as Json | undefined) ?? {}) }) as Json
    for (const [name, one] of Object.entries(named)) {
      const { id: __, $schema: ___, ...body } = one as Json
      components[name] = body
    }
    const body = pointToComponents(schema) as Json
    if (typeof id !== 'string') return body
    components[id] = body
    return { $ref: `#/components/schemas/${id}` }
  }
  const error = { 'application/json': { schema: schemaOf(RefusalShape, 'output') } }
  const paths: Record<string, Json> = {}
  for (const endpoint of endpoints) {
    const operation = {
      operationId: endpoint.name,
      tags: [endpoint.area],
      summary: endpoint.summary,
      ...(endpoint.description === undefined ? {} : { description: endpoint.description }),
      parameters: parametersOf(endpoint, schemaOf),
      ...(endpoint.body
        ? {
            requestBody: {
              required: !endpoint.bodyOptional,
              content: { 'application/json': { schema: schemaOf(endpoint.body, 'input') } },
            },
          }
        : {}),
      responses: Object.fromEntries(
        [...statusesOf(endpoint)].map(([status, cases]) => [
          String(status),
          {
            description: cases.length === 1 ? cases[0] : cases.map((one) => `- ${one}`).join('\n'),
            headers: headersOf(endpoint, status),
            content:
              status === endpoint.status
                ? { 'application/json': { schema: schemaOf(endpoint.answer, 'output') } }
                : error,
          },
        ]),
      ),
    }
    paths[endpoint.path] = { ...paths[endpoint.path], [endpoint.method.toLowerCase()]: operation }
  }
  const webhooks = Object.fromEntries(
    sent.map(({ name, summary, description, headers, shape }) => [
      name,
      {
        post: {
          operationId: name,
          tags: ['Webhooks'],
          summary,
          description,
          security: [],
          parameters: Object.entries(headers).map(([header, words]) => ({
            name: header,
            in: 'header',
            required: true,
            description: words,
            schema: { type: 'string' },
          })),
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemaOf(shape, 'output') } },
          },
          responses: { '2XX': { description: 'Received; anything else is tried again' } },
        },
      },
    ]),
  )
  return {
    openapi: '3.1.1',
    info: {
      title: 'Hourwire API',
      version,
      description:
        'Bookings, calendars, contacts, users and webhooks of one account. Times are UTC to the millisecond; ids are opaque.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/v2' }],
    security: [{ ApiKey: [] }],
    tags: [...new Set(endpoints.map(({ area }) => area))].map((name) => ({ name })),
    paths,
    ...(sent.length > 0 ? { webhooks } : {}),
    components: {
      securitySchemes: {
        ApiKey: {
          type: 'apiKey',
          in: 'header',
          name: 'API-Key',
          description: 'Made in Hourwire under Other settings, API & Webhooks',
        },
      },
      schemas: Object.fromEntries(Object.entries(components).sort(([a], [b]) => (a < b ? -1 : 1))),
    },
  }
}

function parametersOf(endpoint: Endpoint, schemaOf: (shape: z.ZodType, io: 'input') => Json): Json[] {
  const parameters: Json[] = []
  if (endpoint.path.includes('{id}'))
    parameters.push({
      name: 'id',
      in: 'path',
      required: true,
      description: `Id of the ${endpoint.noun}`,
      schema: { type: 'string' },
    })
  if (endpoint.query) {
    const { properties = {} } = schemaOf(endpoint.query, 'input') as { properties?: Record<string, Json> }
    for (const [name, { description, ...schema }] of Object.entries(properties))
      parameters.push({
        name,
        in: 'query',
        required: false,
        ...(description === undefined ? {} : { description }),
        schema,
      })
  }
  if (endpoint.idempotent)
    parameters.push({
      name: 'Idempotency-Key',
      in: 'header',
      required: false,
      description: 'Chosen by you: the same key with the same request is done once',
      schema: { type: 'string', maxLength: 255 },
    })
  return parameters
}

function headersOf(endpoint: Endpoint, status: number): Json {
  const header = (description: string, type = 'string') => ({ description, schema: { type } })
  return {
    'Request-Id': header('Unique for each answer'),
    ...(endpoint.isList && status === 200
      ? { Link: header('Addresses of the next and previous page (RFC 8288)') }
      : {}),
    ...(status === 429 || status === 503
      ? { 'Retry-After': header('Seconds to wait, a whole number', 'integer') }
      : {}),
  }
}

/** References into a document's own definitions, as references to the components. */
function pointToComponents(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pointToComponents)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      name === '$ref' && typeof one === 'string'
        ? one.replace('#/$defs/', '#/components/schemas/')
        : pointToComponents(one),
    ]),
  )
}

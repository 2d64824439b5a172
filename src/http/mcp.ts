import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import {
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
} from '@modelcontextprotocol/sdk/types.js'
import type { FastifyError, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { apiContractVersion } from '#contracts/api/version.ts'
import { mayCall } from '#domain/api-keys/account-key.ts'
import type { ApiDeps } from './api/call.ts'
import type { ApiGate } from './api/gate.ts'
import { perform } from './api/perform.ts'
import { type ApiProblem, apiProblem, problemOfThrown } from './api/refusal.ts'
import { type McpTool, mcpTools } from './mcp-tools.ts'

export interface McpDoor {
  deps: ApiDeps
  gate: ApiGate
}

/**
 * `/mcp`: the Model Context Protocol over streamable HTTP (2025-11-25), behind the keys and limits of the REST API.
 *
 * Without sessions: each message stands on its own, so any process answers any of them, and a key that was revoked is refused from the
 * next one on. Answers are JSON; there is no stream to open. Tools call the endpoints of the REST API, so the same rules hold, and a
 * refusal is told in the same words.
 *
 * @see docs/adr/0024-assistants-come-by-mcp.md
 */
export const mcpRoutes: FastifyPluginAsync<McpDoor> = async (app, { deps, gate }) => {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store')
    // A page of another site, or one whose name was bent to this machine, speaks for itself and not for its reader (MCP, Transports).
    const { origin } = request.headers
    if (origin !== undefined && origin !== deps.publicUrl)
      return refuseMessage(
        reply,
        apiProblem(403, `Pages of ${origin.slice(0, 200)} may not call this server.`),
      )
    if (request.method !== 'POST') return
    const admitted = await gate(request)
    if (!admitted.ok) return refuseMessage(reply, admitted.problem)
    request.apiCaller = admitted.value
  })
  app.setErrorHandler(async (error: FastifyError, request, reply) => {
    if (error.statusCode === undefined || error.statusCode >= 500)
      return refuseMessage(reply, problemOfThrown(error, request.log))
    reply.code(error.statusCode)
    return reply.send(rpcError(ErrorCode.ParseError, error.message))
  })

  app.route({
    method: ['GET', 'DELETE'],
    url: '/mcp',
    handler: async (_request, reply) =>
      reply
        .code(405)
        .header('allow', 'POST')
        .send(
          rpcError(
            ErrorCode.ConnectionClosed,
            'Send messages with POST; there are no sessions and no stream here.',
          ),
        ),
  })

  app.post('/mcp', async (request, reply) => {
    // One message, one call of the limits; the protocol has no batches since 2025-06-18.
    if (Array.isArray(request.body))
      return reply.code(400).send(rpcError(ErrorCode.InvalidRequest, 'Send one message at a time.'))
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true })
    const server = createServer(request, deps)
    try {
      await server.connect(transport)
      const answer = await transport.handleRequest(withoutBody(request), { parsedBody: request.body })
      const text = await answer.text()
      reply.code(answer.status)
      const type = answer.headers.get('content-type')
      if (type !== null) reply.type(type)
      return await reply.send(text === '' ? undefined : text)
    } finally {
      await server.close()
    }
  })
}

/** The server for one message, with the tools that its key may call. */
function createServer(request: FastifyRequest, deps: ApiDeps): Server {
  const caller = request.apiCaller
  if (!caller) throw new Error('The MCP door was passed without a key')
  const server = new Server(
    { name: 'hourwire', title: 'Hourwire', version: apiContractVersion },
    {
      capabilities: { tools: {} },
      instructions:
        'Schedules meetings in one Hourwire account. Times are in UTC; say them to people in their own time zone. To book: list_pages, then find_slots, then schedule.',
    },
  )
  server.setRequestHandler(ListToolsRequestSchema, async () => ({
    tools: mcpTools
      .filter(({ implementation }) => mayCall(caller.scope, implementation.endpoint.need))
      .map(({ name, title, description, inputSchema, annotations }) => ({
        name,
        title,
        description,
        inputSchema: { ...inputSchema, additionalProperties: false },
        annotations: { title, ...annotations },
      })),
  }))
  server.setRequestHandler(CallToolRequestSchema, async ({ params }): Promise<CallToolResult> => {
    const tool = mcpTools.find(({ name }) => name === params.name)
    if (!tool) throw new McpError(ErrorCode.InvalidParams, `There is no tool "${params.name.slice(0, 100)}"`)
    try {
      return await callTool(tool, params.arguments ?? {}, { request, caller, deps })
    } catch (error) {
      return refused(problemOfThrown(error as Error, request.log))
    }
  })
  return server
}

async function callTool(
  { implementation, idName, inputSchema }: McpTool,
  given: Record<string, unknown>,
  {
    request,
    caller,
    deps,
  }: { request: FastifyRequest; caller: NonNullable<FastifyRequest['apiCaller']>; deps: ApiDeps },
): Promise<CallToolResult> {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(inputSchema.properties, name))
  if (unknown !== undefined)
    return refused(apiProblem(400, `"${unknown.slice(0, 100)}" is not known here.`, unknown))
  const { [idName ?? '']: id, idempotency_key: key, ...input } = given
  if (idName && typeof id !== 'string') return refused(apiProblem(400, `${idName}: is missing.`, idName))
  const { endpoint } = implementation
  const done = await perform(implementation, {
    deps,
    caller,
    id: typeof id === 'string' ? id : '',
    query: endpoint.query ? asQuery(input) : {},
    body: input,
    idempotencyKey: typeof key === 'string' && key !== '' ? key.slice(0, 255) : undefined,
    request,
  })
  if (!done.ok) return refused(done.problem)
  const value = endpoint.isList ? (done.value as { body: object }).body : done.value
  return {
    content: [{ type: 'text', text: JSON.stringify(value) }],
    structuredContent: Array.isArray(value) ? { items: value } : (value as Record<string, unknown>),
  }
}

/** Numbers and truth values, as a query would have brought them. */
const asQuery = (input: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(input).map(([name, value]) => [
      name,
      typeof value === 'number' || typeof value === 'boolean' ? String(value) : (value ?? undefined),
    ]),
  )

/** A refusal is an answer of the tool, so that the assistant reads it and tries something better. */
const refused = ({ message }: ApiProblem): CallToolResult => ({
  isError: true,
  content: [{ type: 'text', text: message }],
})

const rpcError = (code: number, message: string) => ({ jsonrpc: '2.0', error: { code, message }, id: null })

/** A whole message is refused by the status, before it is read. */
function refuseMessage(
  reply: FastifyReply,
  { status, message, retryAfterSeconds }: ApiProblem,
): FastifyReply {
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds)
  return reply.code(status).send(rpcError(ErrorCode.ConnectionClosed, message))
}

/** What the transport looks at beside the body, which Fastify has read already. */
function withoutBody({ headers }: FastifyRequest): Request {
  const seen = ['accept', 'content-type', 'mcp-protocol-version', 'mcp-session-id']
  return new Request('http://hourwire.invalid/mcp', {
    method: 'POST',
    headers: seen.flatMap((name): [string, string][] => {
      const value = headers[name]
      return typeof value === 'string' ? [[name, value]] : []
    }),
  })
}

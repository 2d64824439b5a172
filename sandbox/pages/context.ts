import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Deps } from '../engine/deps.ts'
import type { Flashes, Tone } from '../engine/flash.ts'
import { sentenceOf } from '../engine/records.ts'
import type { Runner } from '../engine/runs.ts'
import { type Definition, readDefinition } from '../host/definition.ts'
import { type Html, html } from './html.ts'
import { layout, notice } from './layout.ts'

/** What the pages need: the engine, the messages between two pages, and the app's name. */
export interface Context {
  deps: Deps
  runner: Runner
  flashes: Flashes
  /** The app of the integration, as in "Allow Zapier to access your … Account?". */
  appTitle: string
}

export interface Shown {
  title: string
  body: Html
  status?: number
  narrow?: boolean
}

export function show(context: Context, request: FastifyRequest, reply: FastifyReply, page: Shown) {
  const { flash: name } = request.query as { flash?: unknown }
  const flash = typeof name === 'string' ? context.flashes.take(name) : undefined
  return reply
    .code(page.status ?? 200)
    .type('text/html; charset=utf-8')
    .send(layout({ ...page, flash }).text)
}

/** Goes to another page of the sandbox after a POST, with a message when there is one. */
export function goTo(
  context: Context,
  reply: FastifyReply,
  path: string,
  flash?: { tone: Tone; text: string },
) {
  if (!flash) return reply.redirect(path, 303)
  const [before = '', anchor] = path.split('#')
  const name = context.flashes.put(flash)
  return reply.redirect(
    `${before}${before.includes('?') ? '&' : '?'}flash=${name}${anchor ? `#${anchor}` : ''}`,
    303,
  )
}

/** The definition, or a page that says why there is none. */
export async function definitionOr(
  context: Context,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Definition | null> {
  const definition = await readDefinition(context.deps.host)
  if (definition.ok) return definition.value
  await show(context, request, reply, {
    title: 'The integration does not load',
    status: 503,
    body: html`<h1>The integration does not load</h1>
      ${notice('bad', sentenceOf(definition.problem))}
      <p>Correct the integration and load this page again; the sandbox does not have to be restarted.</p>`,
  })
  return null
}

export function notFound(context: Context, request: FastifyRequest, reply: FastifyReply, what: string) {
  return show(context, request, reply, {
    title: 'Not found',
    status: 404,
    body: html`<h1>${what} does not exist</h1><p>It may have been deleted. <a href="/">Go to My Zaps</a></p>`,
  })
}

export const formOf = (request: FastifyRequest): URLSearchParams =>
  request.body instanceof URLSearchParams ? request.body : new URLSearchParams()

export const idOf = (request: FastifyRequest): string => String((request.params as { id?: unknown }).id)

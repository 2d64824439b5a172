import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { countTurnedAway, retryAfterSeconds, slowSeconds } from '../engine/failure.ts'
import type { Received } from '../engine/records.ts'
import { pauseByApp } from '../engine/zaps.ts'
import { type Context, idOf, show } from './context.ts'
import { html } from './html.ts'
import { code, time } from './layout.ts'

const maxBytes = 10 * 1024 * 1024
const inboxName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/**
 * The addresses that other programs call: hooks of Zaps and the inbox. They take any content type, and no
 * same-origin check applies to them.
 */
export function openRoutes(app: FastifyInstance, context: Context): void {
  const { deps, runner } = context
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: maxBytes }, (_request, body, done) =>
    done(null, body),
  )

  const gone = (reply: FastifyReply) =>
    reply.code(410).send({ status: 'gone', message: 'No Zap that is on has this hook.' })

  app.post('/hooks/:id', { bodyLimit: maxBytes }, async (request, reply) => {
    const hookId = idOf(request)
    const zap = deps.store.findZapByHook(hookId)
    if (zap?.state !== 'on') return gone(reply)
    const received = parseReceived(request)
    if (!received)
      return reply.code(400).send({ status: 'error', message: 'The body is not a JSON object or list.' })
    const { failure } = zap
    if (failure === '500' || failure === '429' || failure === 'hang') {
      countTurnedAway(deps, zap.id)
      if (failure === 'hang') return reply.hijack()
      if (failure === '429') reply.header('retry-after', String(retryAfterSeconds))
      return reply
        .code(Number(failure))
        .send({ status: 'error', message: 'The failure switch of this Zap is set.' })
    }
    const run = runner.receive(hookId, received)
    if (!run) return gone(reply)
    if (failure === 'slow') await deps.wait(slowSeconds * 1000)
    return reply.code(200).send({ status: 'success', id: run.id })
  })

  app.delete('/hooks/:id', (request, reply) =>
    pauseByApp(deps, idOf(request)) ? reply.code(204).send() : gone(reply),
  )

  app.post('/inbox/:id', { bodyLimit: maxBytes }, (request, reply) => {
    const name = idOf(request)
    if (!inboxName.test(name))
      return reply.code(404).send({ status: 'error', message: 'There is no such inbox.' })
    deps.store.addToInbox(name, {
      receivedAt: deps.now(),
      contentType: String(request.headers['content-type'] ?? ''),
      body: textOf(request).slice(0, 100_000),
    })
    deps.changed()
    return reply.code(200).send({ status: 'stored' })
  })
}

/** Null when the body is no JSON object or list; an empty body counts as an empty object. */
function parseReceived(request: FastifyRequest): Received | null {
  const content = textOf(request)
  try {
    const body: unknown = content.trim() === '' ? {} : JSON.parse(content)
    if (typeof body !== 'object' || body === null) return null
    return { body, content, headers: httpHeaders(request), querystring: request.url.split('?')[1] ?? '' }
  } catch {
    return null
  }
}

const textOf = (request: FastifyRequest): string =>
  Buffer.isBuffer(request.body) ? request.body.toString('utf8') : ''

/** `content-type` becomes `Http-Content-Type`, as integrations know it from `bundle.rawRequest`. */
const httpHeaders = (request: FastifyRequest): Record<string, string> =>
  Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      `Http-${name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase())}`,
      String(value),
    ]),
  )

export function inboxPages(app: FastifyInstance, context: Context): void {
  const entries = (name: string) => {
    const found = context.deps.store.listInbox(name)
    if (found.length === 0) {
      return html`<div class="empty"><h2>Nothing has arrived</h2><p>POST something to this address and it appears here. The last 50 are kept.</p></div>`
    }
    return html`<p class="quiet">${found.length === 1 ? '1 body' : `${found.length} bodies`}, newest first. The last 50 are kept.</p>
      <ol class="log">${found.map(
        (entry) =>
          html`<li><h2>${time(entry.receivedAt)}</h2><p class="quiet">${entry.contentType}</p>${code(`Body of ${new Date(entry.receivedAt).toISOString()}, number ${entry.id}`, pretty(entry.body))}</li>`,
      )}</ol>`
  }

  app.get('/inbox/:id', (request, reply) => {
    const name = idOf(request)
    const isName = inboxName.test(name)
    return show(context, request, reply, {
      title: `Inbox ${name}`,
      status: isName ? 200 : 404,
      body: html`<div class="head"><h1>Inbox <code>${name}</code></h1></div>
        ${isName ? html`<div data-live="/inbox/${name}/part">${entries(name)}</div>` : html`<p>There is no such inbox.</p>`}`,
    })
  })

  app.get('/inbox/:id/part', (request, reply) =>
    reply.type('text/html; charset=utf-8').send(entries(idOf(request)).text),
  )
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}

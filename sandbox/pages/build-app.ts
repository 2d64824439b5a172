import { createReadStream, existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify'
import { csvFolder, parseFileName } from '../engine/csv-action.ts'
import { checksRoutes } from './checks.ts'
import { connectRoutes } from './connect.ts'
import { type Context, idOf, notFound, show } from './context.ts'
import { homeRoutes } from './home.ts'
import { inboxPages, openRoutes } from './hooks.ts'
import { html } from './html.ts'
import type { Live } from './live.ts'
import { outboxRoutes } from './outbox.ts'
import { runRoutes } from './run.ts'
import { zapRoutes } from './zap.ts'
import { editorRoutes } from './zap-editor.ts'

const publicFolder = fileURLToPath(new URL('../public/', import.meta.url))

const safety = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
}

/** Builds the web application of the sandbox. `boundHost` is the address it listens on. */
export async function buildApp(context: Context, live: Live, boundHost: string): Promise<FastifyInstance> {
  const app = fastify({ logger: false, forceCloseConnections: true, bodyLimit: 1024 * 1024 })
  const isOurs = hostCheck(boundHost)

  app.addHook('onRequest', async (request, reply) => {
    for (const [name, value] of Object.entries(safety)) reply.raw.setHeader(name, value)
    if (!isOurs(request.headers.host)) {
      return reply.code(421).type('text/plain').send('The Zap sandbox does not answer under this name.')
    }
  })

  await app.register((open, _options, done) => {
    openRoutes(open, context)
    done()
  })
  await app.register((own, _options, done) => {
    own.addHook('onRequest', async (request, reply) => {
      if (request.method !== 'GET' && request.method !== 'HEAD' && !isSameOrigin(request)) {
        return show(context, request, reply, {
          title: 'Refused',
          status: 403,
          body: html`<h1>This request was refused</h1><p>It did not come from a page of the Zap sandbox.</p>`,
        })
      }
      if (!request.url.startsWith('/public/')) reply.header('cache-control', 'no-store')
    })
    own.removeAllContentTypeParsers()
    own.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string' },
      (_request, body, done) => done(null, new URLSearchParams(body as string)),
    )
    void own.register(fastifyStatic, { root: publicFolder, prefix: '/public/', maxAge: 0 })
    homeRoutes(own, context)
    connectRoutes(own, context)
    editorRoutes(own, context)
    zapRoutes(own, context)
    runRoutes(own, context)
    inboxPages(own, context)
    outboxRoutes(own, context)
    checksRoutes(own, context)
    csvFiles(own, context)
    live.routes(own)
    done()
  })

  app.setNotFoundHandler((request, reply) => notFound(context, request, reply, 'This page'))
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode && error.statusCode < 500 ? error.statusCode : 500
    if (status === 500) console.error('zap sandbox:', error)
    const sentence =
      status === 413
        ? 'The data is too large.'
        : status < 500
          ? error.message
          : 'Something failed inside the Zap sandbox.'
    if (/^\/(hooks|inbox)\//.test(request.url))
      return reply.code(status).send({ status: 'error', message: sentence })
    return show(context, request, reply, {
      title: 'Error',
      status,
      body: html`<h1>That did not work</h1><p>${sentence}</p>`,
    })
  })
  return app
}

function csvFiles(app: FastifyInstance, context: Context): void {
  app.get('/files/:id', (request, reply) => {
    const name = parseFileName(idOf(request))
    const file = name.ok ? path.join(csvFolder(context.deps.dataDir), name.value) : ''
    if (!name.ok || !existsSync(file)) return notFound(context, request, reply, 'This file')
    return reply
      .header('content-disposition', `attachment; filename="${name.value}"`)
      .type('text/csv; charset=utf-8')
      .send(createReadStream(file))
  })
}

/**
 * Answers only under names of this computer, so that a foreign site cannot reach the sandbox by pointing a name
 * of its own at 127.0.0.1. When the sandbox was told to listen on all addresses, any name is accepted.
 */
function hostCheck(boundHost: string): (host: string | undefined) => boolean {
  if (boundHost === '0.0.0.0' || boundHost === '::') return () => true
  const names = new Set(['localhost', '127.0.0.1', '[::1]', boundHost])
  return (host) => names.has((host ?? '').replace(/:\d+$/, ''))
}

/** Browsers say where a request comes from; one that says nothing is refused as well. */
function isSameOrigin(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site']
  if (site) return site === 'same-origin'
  const { origin, host } = request.headers
  return Boolean(origin && host && URL.canParse(origin) && new URL(origin).host === host)
}

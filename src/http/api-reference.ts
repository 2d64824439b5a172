import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyPluginAsync } from 'fastify'
import { apiDocumentText } from './api/document.ts'

const own = path.join(import.meta.dirname, 'api-reference')
const viewer = path.dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))

/** All that the page needs of both folders; the rest of them is not served. */
const served = new Set(['swagger-ui.css', 'swagger-ui-bundle.js', 'page.css', 'start.js'])

/**
 * `/v2/openapi.json` and `/api-reference`, the page that shows it and tries calls with the reader's own key; both for everybody, since
 * they tell nothing of any account.
 *
 * The key is kept by the tab alone (`persistAuthorization` is off), and the policy of the page lets nothing be sent to other origins.
 */
export const apiReference: FastifyPluginAsync = async (app) => {
  const text = apiDocumentText()
  const tag = `"${createHash('sha256').update(text).digest('base64url')}"`
  app.get('/v2/openapi.json', async (request, reply) => {
    reply.headers({ etag: tag, 'cache-control': 'public, max-age=300', 'x-content-type-options': 'nosniff' })
    if (request.headers['if-none-match'] === tag) return reply.code(304).send()
    return reply.type('application/json; charset=utf-8').send(text)
  })

  const page = readFileSync(path.join(own, 'page.html'), 'utf8')
  app.get('/api-reference', async (_request, reply) =>
    reply
      .headers({
        'content-security-policy': policy,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cache-control': 'public, max-age=300',
      })
      .type('text/html; charset=utf-8')
      .send(page),
  )
  app.get('/api-reference/', async (_request, reply) => reply.redirect('/api-reference', 308))
  await app.register(fastifyStatic, {
    root: [own, viewer],
    prefix: '/api-reference/',
    decorateReply: false,
    index: false,
    redirect: false,
    allowedPath: (address) => served.has(address.replace(/^\//, '')),
    maxAge: '1h',
    setHeaders: (reply) => void reply.header('x-content-type-options', 'nosniff'),
  })
}

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  // The viewer sets sizes by style attributes.
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

import { randomBytes } from 'node:crypto'
import { createRequest, sendResponse } from '@remix-run/node-fetch-server'
import type { FastifyPluginAsync } from 'fastify'
import { createRequestHandler, RouterContextProvider, type ServerBuild } from 'react-router'
import { findSignedInUser } from '#domain/accounts/find-user.ts'
import type { Deps } from '#domain/deps.ts'
import { isSetUp } from '#domain/installation/set-up.ts'
import { type PageRequest, pageContext } from '#web/page-context.ts'
import { problemDocument } from './problems.ts'
import type { SignIn } from './sign-in.ts'

export interface WebDoor {
  deps: Deps
  signIn: SignIn
  build: ServerBuild
  sandboxUrl: string | undefined
  zapierApp: string | undefined
}

/** Largest form that a page takes. */
const longestForm = 256 * 1024

/**
 * Serves every page: React Router renders on the server, loaders and actions call the domain's verbs.
 *
 * Each answer has a Content-Security-Policy with a nonce of its own. Posts from other sites are refused.
 */
export const webPages: FastifyPluginAsync<WebDoor> = async (
  app,
  { deps, signIn, build, sandboxUrl, zapierApp },
) => {
  const handle = createRequestHandler(build, 'production')
  let setUpDone = false

  // Forms are read by the pages themselves.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))

  app.all('/*', async (incoming, reply) => {
    if (incoming.method !== 'GET' && incoming.method !== 'HEAD') {
      if (!isSameSite(incoming.headers, deps.publicUrl)) return await refusePost(reply, 'cross-site-request')
      if (Number(incoming.headers['content-length'] ?? Number.POSITIVE_INFINITY) > longestForm)
        return await refusePost(reply, 'too-large')
      const contentType = incoming.headers['content-type'] ?? ''
      if (!/^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(contentType))
        return await refusePost(reply, 'unsupported-media-type')
    }
    // From here on Fastify neither answers nor times out: an exception has to end the answer.
    reply.hijack()
    const nonce = randomBytes(16).toString('base64')
    try {
      const request = createRequest(incoming.raw, reply.raw, {
        host: new URL(deps.publicUrl).host,
        protocol: new URL(deps.publicUrl).protocol as 'http:',
      })
      // Where it comes from was checked above. Browsers that keep it to themselves say "null", which React Router refuses.
      request.headers.delete('origin')
      setUpDone ||= await isSetUp(deps)
      const userId = setUpDone ? await signIn.userIdOf(request.headers) : undefined
      const page: PageRequest = {
        deps,
        signIn,
        user: userId && (await findSignedInUser(deps, userId)),
        isSetUp: setUpDone,
        clientAddress: incoming.ip,
        nonce,
        sandboxUrl,
        zapierApp,
      }
      const context = new RouterContextProvider()
      context.set(pageContext, page)
      const answer = await handle(request, context)
      for (const [name, value] of Object.entries(pageHeaders(nonce, deps.publicUrl)))
        if (!answer.headers.has(name)) answer.headers.set(name, value)
      await sendResponse(reply.raw, answer)
    } catch (error) {
      incoming.log.error(error)
      if (!reply.raw.headersSent) reply.raw.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' })
      reply.raw.end('Something went wrong on our side. It has been logged. Please try again in a moment.')
    }
  })
}

const refusePost = (
  reply: { code(status: number): unknown; type(type: string): unknown; send(text: string): unknown },
  code: 'cross-site-request' | 'too-large' | 'unsupported-media-type',
) => {
  const { status, title } = problemDocument({ code })
  reply.code(status)
  reply.type('text/plain; charset=utf-8')
  return reply.send(`${title}.`)
}

/** Browsers say where a post comes from; one that says nothing is not a browser's form of ours. */
function isSameSite(
  headers: { origin?: string | undefined; 'sec-fetch-site'?: string | string[] | undefined },
  publicUrl: string,
): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin'
  return headers.origin === publicUrl
}

const pageHeaders = (nonce: string, publicUrl: string): Record<string, string> => ({
  'content-security-policy': [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    // The UI kit sets sizes by style attributes.
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    ...(publicUrl.startsWith('https:') ? ['upgrade-insecure-requests'] : []),
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'cache-control': 'no-cache, private',
  ...(publicUrl.startsWith('https:') ? { 'strict-transport-security': 'max-age=31536000' } : {}),
})

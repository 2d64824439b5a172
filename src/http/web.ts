import { randomBytes } from 'node:crypto'
import { createRequest, sendResponse } from '@remix-run/node-fetch-server'
import type { FastifyPluginAsync } from 'fastify'
import {
  createContext,
  createRequestHandler,
  data,
  RouterContextProvider,
  type ServerBuild,
} from 'react-router'
import { isDatabaseAway, isOutcomeUnknown } from '#database/database-away.ts'
import { findSignedInUser } from '#domain/accounts/find-user.ts'
import type { Deps } from '#domain/deps.ts'
import { isSetUp } from '#domain/installation/set-up.ts'
import type { RefusalOfTarget } from '#domain/zapier/manage-zaps.ts'
import type { AwayNotice, WhileAway } from '#web/database-away.ts'
import { type PageRequest, pageContext } from '#web/page-context.ts'
import { problemDocument, retryAfterDatabase } from './problems.ts'
import type { SignIn } from './sign-in.ts'

export interface WebDoor {
  deps: Deps
  signIn: SignIn
  build: ServerBuild
  refusalOfTarget: RefusalOfTarget
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
  { deps, signIn, build, refusalOfTarget, sandboxUrl, zapierApp },
) => {
  const handle = createRequestHandler(tellingOfDatabase(build), 'production')
  let setUpDone = false
  const findCaller = async (headers: Headers) => {
    setUpDone ||= await isSetUp(deps)
    const userId = setUpDone ? await signIn.userIdOf(headers) : undefined
    return { user: userId && (await findSignedInUser(deps, userId)), isSetUp: setUpDone }
  }

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
      const progress: Progress = { isWriting: false, databaseIsAway: false }
      const { user, isSetUp: setUp } = await findCaller(request.headers).catch((error) => {
        if (!isDatabaseAway(error)) throw error
        progress.databaseIsAway = true
        return { user: undefined, isSetUp: setUpDone }
      })
      const page: PageRequest = {
        deps,
        signIn,
        user,
        isSetUp: setUp,
        clientAddress: incoming.ip,
        nonce,
        refusalOfTarget,
        sandboxUrl,
        zapierApp,
      }
      const context = new RouterContextProvider()
      context.set(pageContext, page)
      context.set(progressContext, progress)
      const answer = await handle(request, context)
      const headers = {
        ...pageHeaders(nonce, deps.publicUrl),
        ...(answer.status === 503 ? { 'retry-after': String(retryAfterDatabase) } : {}),
      }
      for (const [name, value] of Object.entries(headers))
        if (!answer.headers.has(name)) answer.headers.set(name, value)
      await sendResponse(reply.raw, answer)
    } catch (error) {
      if (isDatabaseAway(error) && !reply.raw.headersSent) {
        incoming.log.info(`The database is away: ${(error as Error).message}`)
        reply.raw.writeHead(503, {
          'content-type': 'text/plain; charset=utf-8',
          'retry-after': String(retryAfterDatabase),
        })
        return void reply.raw.end(awaySentence)
      }
      incoming.log.error(error)
      if (!reply.raw.headersSent) reply.raw.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' })
      reply.raw.end('Something went wrong on our side. It has been logged. Please try again in a moment.')
    }
  })
}

/** How far one request has come, for what can be said when it fails. */
interface Progress {
  /** An action was begun. */
  isWriting: boolean
  /** Already who asks could not be looked up. */
  databaseIsAway: boolean
}

const progressContext = createContext<Progress>()

type RouteModule = NonNullable<ServerBuild['routes'][string]>['module']

/**
 * The same pages, whose loaders and actions answer 503 with words for people where the database is away: React Router would make a
 * 500 of an exception, and hide from the error boundary what it was.
 *
 * A verb stores all or nothing, so an action that failed has saved nothing, unless COMMIT itself was cut. A loader that fails after
 * an action cannot know what that has done.
 */
function tellingOfDatabase(build: ServerBuild): ServerBuild {
  const guarded = ([id, route]: [string, ServerBuild['routes'][string]]) => {
    if (!route) return [id, route]
    const { loader, action, ...rest } = route.module
    // Nothing of the root's comes from the database, and the error page needs it.
    if (id === 'root') return [id, route]
    return [
      id,
      {
        ...route,
        module: {
          ...rest,
          ...(loader && { loader: guard(loader, false, route.module) }),
          ...(action && { action: guard(action, true, route.module) }),
        },
      },
    ]
  }
  return { ...build, routes: Object.fromEntries(Object.entries(build.routes).map(guarded)) }
}

type Answering = NonNullable<RouteModule['loader']> | NonNullable<RouteModule['action']>

const guard =
  (answer: Answering, writes: boolean, { default: page }: RouteModule) =>
  // biome-ignore lint/suspicious/noExplicitAny: what loaders and actions are given differs, and is only passed on
  async (given: any): Promise<any> => {
    const progress: Progress = given.context.get(progressContext)
    const whatWas: WhileAway = writes ? 'nothing-saved' : progress.isWriting ? 'may-be-saved' : 'read'
    if (progress.databaseIsAway) throw away(whatWas, page)
    progress.isWriting ||= writes
    try {
      return await (answer as (given: unknown) => unknown)(given)
    } catch (error) {
      if (!isDatabaseAway(error)) throw error
      throw away(writes && isOutcomeUnknown(error) ? 'may-be-saved' : whatWas, page)
    }
  }

/** Where there is no page there is no error boundary either, and the answer is a sentence. */
const away = (databaseAway: WhileAway, page: unknown) =>
  page === undefined
    ? new Response(awaySentence, { status: 503, headers: { 'content-type': 'text/plain; charset=utf-8' } })
    : data({ databaseAway } satisfies AwayNotice, { status: 503, statusText: 'Service Unavailable' })

const awaySentence = 'The server is without its database for a moment. Please try again in a moment.'

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

import path from 'node:path'
import fastifyStatic from '@fastify/static'
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, LogController } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import type { ServerBuild } from 'react-router'
import type { Deps } from '#domain/deps.ts'
import type { RefusalOfTarget } from '#domain/zapier/manage-zaps.ts'
import { createApiGate } from './api/gate.ts'
import { type ApiLimits, defaultApiLimits } from './api/limits.ts'
import { apiProblem, newRequestId, refusalBody } from './api/refusal.ts'
import { type ApiDoor, apiRoutes } from './api/routes.ts'
import { apiReference } from './api-reference.ts'
import { healthRoutes, type Probes } from './health.ts'
import { mcpRoutes } from './mcp.ts'
import { type MetricsDoor, metricsRoutes } from './metrics.ts'
import { type InputError, problemOfError, sendProblem } from './problems.ts'
import type { SignIn } from './sign-in.ts'
import { type Stopping, stopsGently } from './stop-serving.ts'
import { webPages } from './web.ts'
import { zapierRoutes } from './zapier/routes.ts'

export interface AppOptions {
  deps: Deps
  signIn: SignIn
  refusalOfTarget: RefusalOfTarget
  /** What `/ready` looks at; nothing is always ready. */
  probes: Probes
  /** Without it there is no `/metrics`. */
  metrics?: MetricsDoor | undefined
  /** Is told of each answer, by the door that gave it. */
  onAnswer?: ((door: 'api' | 'zapier' | 'probes' | 'pages', status: number) => void) | undefined
  /** Of the REST API. */
  api?: Partial<Pick<ApiDoor, 'onAnswer'>> & { limits?: ApiLimits }
  sandboxUrl: string | undefined
  zapierApp?: string | undefined
  /** The built pages; without them only the API answers. */
  pages?: { build: ServerBuild; clientFolder: string }
  trustProxy: boolean
  /** How `close` goes about it; left out, it is at once. */
  stopping?: Stopping
  logLevel: string
}

/** Longest JSON body that the API takes. */
const longestBody = 1024 * 1024

export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { deps, signIn, refusalOfTarget, sandboxUrl, zapierApp, pages, onAnswer } = options
  const app = openFastify(options)
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler(async (error: FastifyError, request, reply) => {
    if (error.validation) return sendProblem(reply, { code: 'invalid-input', errors: inputErrors(error) })
    if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return sendProblem(reply, { code: 'too-large' })
    if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
      return sendProblem(reply, { code: 'unsupported-media-type' })
    if (error.statusCode !== undefined && error.statusCode < 500)
      return sendProblem(reply, { code: 'invalid-input', errors: [{ path: 'body', message: error.message }] })
    const away = problemOfError(error)
    if (away) request.log.info(`The database is away: ${error.message}`)
    else request.log.error(error)
    return sendProblem(reply, away ?? { code: 'internal-error' })
  })
  app.setNotFoundHandler(async (_request, reply) => sendProblem(reply, { code: 'not-found' }))

  if (onAnswer) app.addHook('onResponse', async ({ url }, { raw }) => onAnswer(doorOf(url), raw.statusCode))
  await addProbes(app, options)
  await app.register(zapierRoutes, { prefix: '/zapier/v1', deps, refusalOfTarget })
  const api = {
    deps: { ...deps, refusalOfTarget },
    gate: createApiGate(deps, options.api?.limits ?? defaultApiLimits),
  }
  app.decorateRequest('apiCaller', null)
  await app.register(apiRoutes, { prefix: '/v2', ...api, onAnswer: options.api?.onAnswer })
  await app.register(mcpRoutes, api)
  await app.register(apiReference)
  if (pages) {
    // Built files carry their hash in the name; those of public/ do not.
    const common = { preCompressed: true, decorateReply: false, index: false as const, redirect: false }
    await app.register(fastifyStatic, {
      ...common,
      root: path.join(pages.clientFolder, 'assets'),
      prefix: '/assets/',
      wildcard: false,
      maxAge: '1y',
      immutable: true,
    })
    await app.register(fastifyStatic, {
      ...common,
      root: pages.clientFolder,
      prefix: '/',
      wildcard: false,
      globIgnore: ['assets/**', '**/*.br', '**/*.gz'],
      maxAge: '1h',
    })
    const web = { deps, signIn, build: pages.build, refusalOfTarget, sandboxUrl, zapierApp }
    await app.register(webPages, web)
  }
  return app
}

/** Only what a monitoring system asks: for a process that serves no pages. */
export async function buildProbeApp(
  options: Pick<AppOptions, 'probes' | 'metrics' | 'stopping' | 'logLevel'> & { deps: Pick<Deps, 'clock'> },
): Promise<FastifyInstance> {
  const app = openFastify({ ...options, trustProxy: false })
  app.setNotFoundHandler(async (_request, reply) => sendProblem(reply, { code: 'not-found' }))
  await addProbes(app, options)
  return app
}

async function addProbes(
  app: FastifyInstance,
  {
    probes,
    metrics,
    stopping,
    deps,
  }: Pick<AppOptions, 'probes' | 'metrics' | 'stopping'> & { deps: Pick<Deps, 'clock'> },
): Promise<void> {
  await app.register(healthRoutes, { probes, clock: deps.clock, isStopping: stopsGently(app, stopping) })
  if (metrics) await app.register(metricsRoutes, metrics)
}

const doorOf = (url: string) =>
  /^\/(v2\/|mcp(\?|$))/.test(url)
    ? 'api'
    : url.startsWith('/zapier/v1')
      ? 'zapier'
      : /^\/(live|ready|health|metrics)\b/.test(url)
        ? 'probes'
        : 'pages'

const openFastify = (options: Pick<AppOptions, 'logLevel' | 'trustProxy'>) =>
  Fastify({
    // Requests are not logged: addresses of booking pages and customers' links are nobody else's business.
    logger: options.logLevel === 'silent' ? false : { level: options.logLevel },
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: longestBody,
    trustProxy: options.trustProxy,
    requestTimeout: 35_000,
    routerOptions: { maxParamLength: 500 },
    // Who still comes while we go is answered: see `stopsGently`.
    return503OnClosing: false,
    // An address that cannot be decoded reaches no route.
    frameworkErrors: (error, { method, url }, reply) => {
      const path = url.split('?')[0] ?? ''
      if (doorOf(url) !== 'api')
        return sendProblem(reply, {
          code: 'invalid-input',
          errors: [{ path: 'address', message: error.message }],
        })
      const answer: FastifyReply = reply
      const problem = apiProblem(404, `There is no ${method} ${path}.`, 'id')
      return answer.code(problem.status).header('request-id', newRequestId()).send(refusalBody(problem))
    },
  })

function inputErrors(error: FastifyError): InputError[] {
  const at = error.validationContext ?? 'body'
  return (error.validation ?? []).map(({ instancePath, message }) => ({
    path: instancePath.replace(/^\//, '').replaceAll('/', '.') || at,
    message: message ?? 'is not valid',
  }))
}

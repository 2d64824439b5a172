import { existsSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Config } from '#config'
import { listenForWakeUps } from '#database/wake-up.ts'
import { countToRederive } from '#domain/bookings/rederive-bookings.ts'
import type { Deps } from '#domain/deps.ts'
import { isSetUp } from '#domain/installation/set-up.ts'
import { buildApp, buildProbeApp } from '#http/build-app.ts'
import { createProbes } from '#http/probes.ts'
import { createSignIn } from '#http/sign-in.ts'
import { tzVersion, tzWarning } from '#kit/time.ts'
import { keepingMailer, smtpMailer } from '#outside/mailer.ts'
import { reservePort } from '#outside/reserve-port.ts'
import { runSandbox } from '#outside/run-sandbox.ts'
import { deriveSecrets } from '#outside/secrets.ts'
import { allowListProblemInWords, parseAllowList, parseTarget } from '#outside/target-guard.ts'
import { createWebhookSender } from '#outside/webhook-sender.ts'
import { startWorker } from '#worker/worker.ts'
import packageJson from '../package.json' with { type: 'json' }
import { waitingInWords } from './commands/present-rederived.ts'
import { createComplain } from './complain.ts'
import { createMeasures } from './measures.ts'
import { explained, openStore } from './open-store.ts'

export interface RunningHourwire {
  url: string
  sandboxUrl: string | undefined
  /** Where the data is, in words. */
  database: string
  isSetUp: boolean
  /** What the operator should know, a sentence each. */
  notices: string[]
  deps: Deps
  stop(): Promise<void>
}

const root = path.join(import.meta.dirname, '..')

/**
 * Builds the whole program: configuration, database, verbs' dependencies, doors, worker, sandbox. The only place that does.
 *
 * What was started is stopped again when a later part fails.
 *
 * @throws Error with a sentence that an operator can act on.
 */
export async function startHourwire(config: Config): Promise<RunningHourwire> {
  const undo: (() => Promise<void>)[] = []
  const stop = async () => {
    const failures: unknown[] = []
    // What cannot be stopped in order must not keep the rest, the database last of all, from it.
    for (const step of undo.splice(0).reverse()) await step().catch((error) => failures.push(error))
    if (failures.length > 0) throw failures[0]
  }
  try {
    return await start(config, undo, stop)
  } catch (error) {
    await stop().catch(() => undefined)
    throw error
  }
}

async function start(
  config: Config,
  undo: (() => Promise<void>)[],
  stop: () => Promise<void>,
): Promise<RunningHourwire> {
  const complain = createComplain({
    write: (words) => {
      if (config.logLevel !== 'silent') process.stderr.write(`${new Date().toISOString()} ${words}\n`)
    },
  })
  const serves = config.role !== 'worker'
  // Reading the pages' modules and starting the database take their time side by side.
  const loading = serves ? loadPages() : undefined
  loading?.catch(() => undefined)
  const allowed = parseAllowList(config.allowPrivateTargets)
  if (!allowed.ok) throw new Error(allowListProblemInWords(allowed.problem))

  const { connection, hasServingRole, database, secret } = await openStore(config, undo, complain)
  const pages = await loading

  // A worker has no door, but for who watches it.
  const listening = serves || config.metrics ? await reservePort(config) : undefined
  const publicUrl = config.publicUrl ?? `http://localhost:${listening?.port ?? config.port}`
  const wakeUps = await explained(connection, () => listenForWakeUps(connection, complain))
  undo.push(() => wakeUps.close())
  const measures = createMeasures({ database }, { version: packageJson.version })
  const deps: Deps = {
    database,
    clock: { now: () => Temporal.Now.instant() },
    secrets: deriveSecrets(secret),
    publicUrl,
    mailAddress: config.mailFrom ?? `no-reply@${new URL(publicUrl).hostname}`,
    wakeWorker: wakeUps.send,
    observer: measures.observer,
    // One line of JSON each, for whoever collects logs.
    tellOperator: (event) => {
      measures.toldOperator(event)
      if (config.logLevel !== 'silent')
        process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), ...event })}\n`)
    },
  }

  // The sandbox is private by nature; exactly its own origin is opened for it.
  const sandbox = serves && config.sandbox ? await startSandbox(config, publicUrl, complain) : undefined
  if (sandbox) undo.push(sandbox.stop)
  const opened = sandbox
    ? parseAllowList([config.allowPrivateTargets, sandbox.url].filter(Boolean).join(','))
    : allowed
  if (!opened.ok) throw new Error(allowListProblemInWords(opened.problem))
  const policy = opened.value

  const signIn = pages && createSignIn(deps, { connection, asServingRole: hasServingRole, onError: complain })
  if (signIn) undo.push(() => signIn.close())
  /** Doors and worker finish side by side; what they work with is stopped after both. */
  const working: (() => Promise<void>)[] = []
  undo.push(async () => {
    const stopped = await Promise.allSettled(working.map((stopOne) => stopOne()))
    const failed = stopped.find(({ status }) => status === 'rejected')
    if (failed) throw (failed as PromiseRejectedResult).reason
  })
  const stopping = { announceMs: config.drainSeconds * 1000, lingerMs: 1_000, limitMs: 15_000 }
  if (config.role !== 'web') {
    // Zaps share one host, so connections are limited by subscription (one each) rather than by origin.
    const sender = createWebhookSender({
      policy,
      userAgent: `Hourwire/${packageJson.version}`,
      limits: { socketsPerOrigin: 50 },
    })
    const mailer = config.smtpUrl
      ? smtpMailer({ smtpUrl: config.smtpUrl, from: deps.mailAddress })
      : keepingMailer
    const worker = startWorker({
      deps,
      send: measures.sending(sender.send),
      sendMail: measures.mailing(mailer.send),
      onError: complain,
    })
    wakeUps.onWake(worker.wake)
    working.push(async () => {
      await worker.stop()
      mailer.close()
      await sender.close()
    })
  }
  const watching = {
    probes: createProbes({ database, dataDir: config.databaseUrl ? undefined : config.dataDir }),
    metrics: config.metrics && { render: measures.render, token: config.metrics.token },
  }
  if (listening && !pages) {
    const app = await buildProbeApp({ deps, ...watching, stopping, logLevel: config.logLevel })
    working.push(() => app.close())
    await listening.release()
    await app.listen({ host: config.host, port: listening.port })
    listening.handOver(app.server)
  }
  if (listening && pages && signIn) {
    const app = await buildApp({
      deps,
      signIn: measures.signingIn(signIn),
      refusalOfTarget: (url) => {
        const target = parseTarget(url, policy)
        return target.ok ? undefined : `The target address cannot be called: ${target.problem.reason}`
      },
      ...watching,
      onAnswer: measures.answered,
      api: { limits: config.apiLimits },
      sandboxUrl: sandbox?.url,
      zapierApp: config.zapierApp,
      pages,
      trustProxy: config.trustProxy,
      stopping,
      logLevel: config.logLevel,
    })
    working.push(() => app.close())
    await listening.release()
    await app.listen({ host: config.host, port: listening.port })
    listening.handOver(app.server)
  }
  return {
    notices: await noticesOf(deps),
    url: publicUrl,
    sandboxUrl: sandbox?.url,
    database: config.databaseUrl ? 'the PostgreSQL server of DATABASE_URL' : config.dataDir,
    isSetUp: await isSetUp(deps),
    deps,
    stop,
  }
}

async function noticesOf(deps: Deps): Promise<string[]> {
  const age = tzWarning(deps.clock.now())
  const toRederive = waitingInWords(await countToRederive(deps), tzVersion())
  return [age, toRederive].filter((notice) => notice !== undefined)
}

async function loadPages() {
  const entry = path.join(root, 'build/server/index.js')
  if (!existsSync(entry))
    throw new Error(
      'The pages are not built yet: run "npm run build", or start with "npm start", which builds them.',
    )
  return { build: await import(pathToFileURL(entry).href), clientFolder: path.join(root, 'build/client') }
}

async function startSandbox(config: Config, serverUrl: string, complain: (error: Error) => void) {
  return await runSandbox({
    port: config.sandboxPort,
    serverUrl,
    dataDir: path.join(config.dataDir, 'sandbox'),
    onExit: (reason) => complain(new Error(reason)),
  })
}

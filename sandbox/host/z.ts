import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import type { Censor } from './censor.ts'
import { AppError, zErrors } from './errors.ts'
import type { LogLine } from './protocol.ts'
import { type AfterResponse, type BeforeRequest, makeRequest } from './request.ts'

export interface ZMaking {
  before: BeforeRequest[]
  after: AfterResponse[]
  bundle: unknown
  censor: Censor
  log: (line: LogLine) => void
  throwsForThrottling: boolean
  /** Path of the integration, for `z.require`. */
  integrationPath: string
}

/** Builds the `z` object that one call of the integration receives. */
export function makeZ(making: ZMaking): Record<string, unknown> {
  const skinny = {
    errors: zErrors,
    console: makeConsole(making),
    JSON: { parse: parseJson, stringify: JSON.stringify },
    hash: (algorithm: string, text: string, encoding: 'hex' | 'base64' = 'hex') =>
      createHash(algorithm).update(text).digest(encoding),
    require: createRequire(making.integrationPath),
    ...notOffered,
  }
  const request = makeRequest({ ...making, skinny })
  return { ...skinny, request }
}

function makeConsole({ censor, log }: ZMaking) {
  const write =
    (level: string) =>
    (...parts: unknown[]) =>
      log({ kind: 'console', level, text: censor(parts.map(asLine).join(' ')).slice(0, 2048) })
  return {
    log: write('log'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    debug: write('debug'),
  }
}

function asLine(part: unknown): string {
  if (typeof part === 'string') return part
  if (part instanceof Error) return `${part.name}: ${part.message}`
  return JSON.stringify(part) ?? String(part)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new AppError(`Expected JSON, got: "${text.slice(0, 100)}"`)
  }
}

const refuse = (what: string) => () => {
  throw new AppError(`${what} needs Zapier's own servers; the Zap sandbox does not offer it.`)
}

const notOffered = {
  dehydrate: refuse('z.dehydrate'),
  dehydrateFile: refuse('z.dehydrateFile'),
  stashFile: refuse('z.stashFile'),
  generateCallbackUrl: refuse('z.generateCallbackUrl'),
  cache: { get: refuse('z.cache'), set: refuse('z.cache'), delete: refuse('z.cache') },
  cursor: { get: refuse('z.cursor'), set: refuse('z.cursor') },
}

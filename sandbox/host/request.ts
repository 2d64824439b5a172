import { type Censor, censorAddress, namesASecret } from './censor.ts'
import { isPlainObject } from './curlies.ts'
import { ResponseError, ThrottledError, UnreachableError } from './errors.ts'
import type { LogLine } from './protocol.ts'

export interface ZRequest {
  url: string
  method: string
  headers: Record<string, string>
  params: Record<string, unknown>
  body?: unknown
  json?: unknown
  form?: Record<string, unknown>
  raw?: boolean
  redirect?: RequestRedirect
  /** Milliseconds. */
  timeout?: number
  skipThrowForStatus?: boolean
  skipThrowForThrottling?: boolean
  removeMissingValuesFrom?: { params?: boolean; body?: boolean }
  [extra: string]: unknown
}

export interface ZResponse {
  status: number
  headers: Headers
  content: string
  data: unknown
  json: unknown
  request: ZRequest
  skipThrowForStatus: boolean
  getHeader: (name: string) => string | undefined
  throwForStatus: () => void
}

type Skinny = Record<string, unknown>
export type BeforeRequest = (request: ZRequest, z: Skinny, bundle: unknown) => ZRequest | Promise<ZRequest>
export type AfterResponse = (
  response: ZResponse,
  z: Skinny,
  bundle: unknown,
) => ZResponse | Promise<ZResponse>

export interface RequestTools {
  before: BeforeRequest[]
  after: AfterResponse[]
  /** z without `request`: middleware must not call back into it. */
  skinny: Skinny
  bundle: unknown
  censor: Censor
  log: (line: LogLine) => void
  /** False when the integration deals with 429 in its own afterResponse (`flags.throwForThrottlingEarly: false`). */
  throwsForThrottling: boolean
}

const shownBytes = 2048

/**
 * Makes `z.request`. The order is that of the contract: the body is made ready, then `beforeRequest` in turn,
 * then the call, then 429 ends it (unless the integration's flags say otherwise), then `afterResponse` in turn, then any other answer of 400 or above ends it
 * unless `skipThrowForStatus` says otherwise.
 */
export function makeRequest(tools: RequestTools) {
  return async (first: string | Partial<ZRequest>, second: Partial<ZRequest> = {}): Promise<ZResponse> => {
    let request = prepare(typeof first === 'string' ? { ...second, url: first } : { ...first, ...second })
    for (const step of tools.before) {
      request = must(await step(request, tools.skinny, tools.bundle), 'beforeRequest', 'request')
    }
    let response = await send(request, tools)
    if (
      tools.throwsForThrottling &&
      response.status === 429 &&
      !request.skipThrowForStatus &&
      !request.skipThrowForThrottling
    ) {
      throw new ThrottledError('The app asks to slow down (it answered 429).', retryAfterSeconds(response))
    }
    for (const step of tools.after) {
      response = must(await step(response, tools.skinny, tools.bundle), 'afterResponse', 'response')
    }
    if (!response.skipThrowForStatus) response.throwForStatus()
    return response
  }
}

function must<T>(value: T, step: string, thing: string): T {
  if (value && typeof value === 'object') return value
  throw new TypeError(`A ${step} middleware returned no ${thing}.`)
}

function prepare(options: Partial<ZRequest>): ZRequest {
  if (typeof options.url !== 'string' || !options.url) throw new TypeError('z.request needs a url.')
  const headers = { 'user-agent': 'Zap sandbox', ...withoutMissing(options.headers) }
  const request: ZRequest = {
    ...options,
    url: options.url,
    method: String(options.method ?? 'GET').toUpperCase(),
    headers: headers as Record<string, string>,
    params: { ...options.params },
  }
  if (request.removeMissingValuesFrom?.params) request.params = withoutMissing(request.params)
  return withBody(request)
}

function withBody(request: ZRequest): ZRequest {
  const setType = (type: string) => {
    if (!Object.keys(request.headers).some((name) => name.toLowerCase() === 'content-type')) {
      request.headers['content-type'] = type
    }
  }
  const clean = (value: unknown) =>
    request.removeMissingValuesFrom?.body && isPlainObject(value) ? withoutMissing(value) : value
  if (request.form) {
    request.body = new URLSearchParams(withoutMissing(request.form) as Record<string, string>).toString()
    setType('application/x-www-form-urlencoded')
    return request
  }
  const body = request.json ?? request.body
  if (body instanceof URLSearchParams) {
    request.body = body.toString()
    setType('application/x-www-form-urlencoded')
  } else if (isPlainObject(body) || Array.isArray(body)) {
    const type = Object.entries(request.headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1]
    request.body =
      type?.includes('x-www-form-urlencoded') && isPlainObject(body)
        ? new URLSearchParams(clean(body) as Record<string, string>).toString()
        : JSON.stringify(clean(body))
    setType('application/json; charset=utf-8')
  } else {
    request.body = body
  }
  return request
}

const withoutMissing = (value: Record<string, unknown> | undefined): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(value ?? {}).filter(([, item]) => item !== undefined && item !== null && item !== ''),
  )

async function send(request: ZRequest, tools: RequestTools): Promise<ZResponse> {
  const url = addressOf(request)
  const started = performance.now()
  const sent = typeof request.body === 'string' ? request.body : ''
  const write = (status: number | null, received: string, problem: string | null) =>
    tools.log({
      kind: 'request',
      method: request.method,
      url: censorAddress(url, tools.censor),
      status,
      durationMs: Math.round(performance.now() - started),
      sent: tools.censor(describeSent(request, sent)).slice(0, shownBytes),
      received: tools.censor(received).slice(0, shownBytes),
      problem: problem && tools.censor(problem),
    })
  try {
    const answer = await fetch(url, {
      method: request.method,
      headers: request.headers,
      redirect: request.redirect ?? 'follow',
      ...(request.body === undefined || request.method === 'GET' || request.method === 'HEAD'
        ? {}
        : { body: request.body as BodyInit }),
      ...(request.timeout ? { signal: AbortSignal.timeout(request.timeout) } : {}),
    })
    const content = await answer.text()
    write(answer.status, content, null)
    return present(answer, content, request)
  } catch (cause) {
    const error = new UnreachableError(url, cause)
    write(null, '', error.message)
    throw error
  }
}

/** Headers with telling names are left as a mark even if the integration made their value up itself. */
function describeSent(request: ZRequest, body: string): string {
  const headers = Object.entries(request.headers).map(
    ([name, value]) => `${name}: ${namesASecret(name) ? ':censored:' : value}`,
  )
  return body ? `${headers.join('\n')}\n\n${body}` : headers.join('\n')
}

function addressOf(request: ZRequest): string {
  if (!URL.canParse(request.url))
    throw new TypeError(`z.request was given "${request.url}", which is no address.`)
  const url = new URL(request.url)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new TypeError(`z.request speaks http and https only, not ${url.protocol}`)
  }
  for (const [name, value] of Object.entries(request.params)) {
    if (value !== undefined && value !== null) url.searchParams.append(name, String(value))
  }
  return url.href
}

function present(answer: Response, content: string, request: ZRequest): ZResponse {
  const response: ZResponse = {
    status: answer.status,
    headers: answer.headers,
    content,
    data: undefined,
    json: undefined,
    request,
    skipThrowForStatus: request.skipThrowForStatus === true,
    getHeader: (name) => answer.headers.get(name) ?? undefined,
    throwForStatus: () => {
      if (response.status >= 400) throw new ResponseError({ ...response, request })
    },
  }
  response.data = parsed(content, answer.headers.get('content-type') ?? '')
  response.json = response.data
  return response
}

function parsed(content: string, type: string): unknown {
  if (type.includes('x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(content))
  try {
    return JSON.parse(content)
  } catch {
    return undefined
  }
}

function retryAfterSeconds(response: ZResponse): number | undefined {
  const seconds = Number(response.getHeader('retry-after'))
  return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined
}

import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { onTestFinished } from 'vitest'
import type { Endpoint } from '#contracts/api/endpoint.ts'
import { openApiDocument } from '#contracts/api/openapi.ts'
import type { User } from '#domain/accounts/user.ts'
import type { ApiScope } from '#domain/api-keys/account-key.ts'
import { createAccountKey } from '#domain/api-keys/manage-account-keys.ts'
import { implementations } from '#http/api/implementations.ts'
import { type ApiLimits, defaultApiLimits } from '#http/api/limits.ts'
import { buildApp } from '#http/build-app.ts'
import { accepted } from '#kit/result.ts'
import { type House, openHouse } from '../house.ts'

/** Every endpoint, as the reference has it. */
export const endpoints: Endpoint[] = implementations.map(({ endpoint }) => endpoint)

export const document = openApiDocument(endpoints, { version: 'test' })

export const noLimits: ApiLimits = { ...defaultApiLimits, perSecond: 0, perAddress: 0 }

export interface Answer {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: whatever came over the wire; the OpenAPI document says what it may be.
  body: any
  headers: Record<string, string | undefined>
}

export interface ApiHouse extends House {
  ana: User
  page: Awaited<ReturnType<House['anAccount']>>['page']
  eventTypes: Awaited<ReturnType<House['anAccount']>>['eventTypes']
  key: string
  /** A call with the account's key, or with another one, or none (null). Its answer was held against the OpenAPI document. */
  call(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    more?: { body?: unknown; text?: string; key?: string | null; headers?: Record<string, string> },
  ): Promise<Answer>
  aKey(scope: ApiScope, name: string): Promise<string>
}

/** A house with an account, a key for all, and the REST API. Each answer that is not as documented fails the call. */
export async function openApiHouse({
  limits = noLimits,
  refusalOfTarget = () => undefined,
}: {
  limits?: ApiLimits
  refusalOfTarget?: (url: string) => string | undefined
} = {}): Promise<ApiHouse> {
  const house = await openHouse()
  const { ana, page, eventTypes } = await house.anAccount()
  const app = await buildApp({
    deps: house,
    // Only pages ask for it.
    signIn: undefined as never,
    refusalOfTarget,
    probes: {} as never,
    sandboxUrl: undefined,
    trustProxy: true,
    logLevel: 'silent',
    api: { limits },
  })
  onTestFinished(() => app.close())
  const aKey: ApiHouse['aKey'] = async (scope, name) =>
    accepted(await createAccountKey(house, { viewer: ana, name, scope })).key
  const key = await aKey('all', 'tests')
  return {
    ...house,
    ana,
    page,
    eventTypes,
    key,
    aKey,
    call: async (method, path, { body, text, key: otherKey, headers = {} } = {}) => {
      const used = otherKey === undefined ? key : otherKey
      const answer = await app.inject({
        method,
        url: `/v2${path}`,
        headers: {
          ...(used === null ? {} : { 'api-key': used }),
          ...(body === undefined && text === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(text === undefined
          ? body === undefined
            ? {}
            : { payload: JSON.stringify(body) }
          : { payload: text }),
      })
      const told: Answer = {
        status: answer.statusCode,
        body: answer.json(),
        headers: answer.headers as Record<string, string | undefined>,
      }
      const complaint = complaintAbout(method, path, told)
      if (complaint) throw new Error(`${method} ${path} answered off contract: ${complaint}`)
      return told
    },
  }
}

const ajv = new Ajv2020({ strict: false, allErrors: false })
formats.default(ajv)
ajv.addSchema(document, 'openapi')

/** What of an answer is not as the OpenAPI document has it; undefined for a good one. */
export function complaintAbout(
  method: string,
  path: string,
  { status, body, headers }: Answer,
): string | undefined {
  const plain = path.split('?')[0] ?? ''
  const template = Object.keys(document.paths as object)
    .filter((one) => new RegExp(`^${one.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(plain))
    .sort((a, b) => a.split('{').length - b.split('{').length)
    .find((one) => method.toLowerCase() in ((document.paths as Record<string, object>)[one] ?? {}))
  const pointer =
    template === undefined
      ? '/components/schemas/Error'
      : `/paths/${pointerPart(template)}/${method.toLowerCase()}/responses/${status}/content/application~1json/schema`
  if (!/^req_[0-9a-f]{16}$/.test(headers['request-id'] ?? '')) return 'has no Request-Id'
  const validate = ajv.getSchema(`openapi#${pointer}`)
  if (!validate) return `status ${status} is not documented`
  if (validate(body)) return undefined
  const [error] = validate.errors ?? []
  return `${error?.instancePath} ${error?.message} ${JSON.stringify(error?.params)} in ${JSON.stringify(body).slice(0, 500)}`
}

const pointerPart = (text: string) => encodeURIComponent(text.replaceAll('~', '~0').replaceAll('/', '~1'))

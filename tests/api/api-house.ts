import { onTestFinished } from 'vitest'
import type { User } from '#domain/accounts/user.ts'
import type { ApiScope } from '#domain/api-keys/account-key.ts'
import { createAccountKey, listAccountKeys } from '#domain/api-keys/manage-account-keys.ts'
import { type ApiLimits, defaultApiLimits } from '#http/api/limits.ts'
import { buildApp } from '#http/build-app.ts'
import { publicId } from '#kit/ids.ts'
import { accepted } from '#kit/result.ts'
import { type Answer, complaintAbout } from '../../bench/open-api-check.ts'
import { type House, openHouse } from '../house.ts'

export const noLimits: ApiLimits = { ...defaultApiLimits, perSecond: 0, perAddress: 0 }

export interface ApiHouse extends House {
  ana: User
  page: Awaited<ReturnType<House['anAccount']>>['page']
  eventTypes: Awaited<ReturnType<House['anAccount']>>['eventTypes']
  key: string
  /** The key's public id. */
  keyId: string
  /** A call with the account's key, or with another one, or none (null). Its answer was held against the OpenAPI document. */
  call(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    more?: { body?: unknown; text?: string; key?: string | null; headers?: Record<string, string> },
  ): Promise<Answer>
  aKey(scope: ApiScope, name: string): Promise<string>
  /** Serves on a port of loopback; the origin. */
  listen(): Promise<string>
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
  const [own] = accepted(await listAccountKeys(house, ana))
  return {
    ...house,
    ana,
    page,
    eventTypes,
    key,
    keyId: own ? publicId('api-key', own.id) : '',
    aKey,
    listen: () => app.listen({ host: '127.0.0.1', port: 0 }),
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

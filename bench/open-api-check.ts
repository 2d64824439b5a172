import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { Endpoint } from '#contracts/api/endpoint.ts'
import { openApiDocument } from '#contracts/api/openapi.ts'
import { implementations } from '#http/api/implementations.ts'

/** Every endpoint, as the reference has it. */
export const endpoints: Endpoint[] = implementations.map(({ endpoint }) => endpoint)

export const document = openApiDocument(endpoints, { version: 'test' })

export interface Answer {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: whatever came over the wire; the OpenAPI document says what it may be.
  body: any
  headers: Record<string, string | undefined>
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

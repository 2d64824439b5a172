import { openApiDocument } from '#contracts/api/openapi.ts'
import { apiContractVersion } from '#contracts/api/version.ts'
import { bookingEvent } from '#contracts/api/webhooks.ts'
import { implementations } from './implementations.ts'

/** The OpenAPI document of every endpoint that is served, as text: the one that is committed, and the one that is sent. */
export const apiDocumentText = (): string =>
  `${JSON.stringify(
    openApiDocument(
      implementations.map(({ endpoint }) => endpoint),
      { version: apiContractVersion, sent: [bookingEvent] },
    ),
    null,
    2,
  )}\n`

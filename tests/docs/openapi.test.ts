import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { apiDocumentText } from '#http/api/document.ts'

test('the committed OpenAPI document is that of the contracts', () => {
  const committed = readFileSync(path.join(import.meta.dirname, '../../docs/api/openapi.json'), 'utf8')
  expect(
    committed === apiDocumentText(),
    'docs/api/openapi.json is not that of src/contracts/api any more. Renew it with `npm run openapi`, look at the difference, and commit it; what clients will notice belongs into docs/api/CHANGELOG.md.',
  ).toBe(true)
})

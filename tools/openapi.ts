/** Writes the OpenAPI document of the REST API from its contracts: `npm run openapi`. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { apiDocumentText } from '#http/api/document.ts'

const file = path.join(import.meta.dirname, '../docs/api/openapi.json')
writeFileSync(file, apiDocumentText())
console.log(`Written: ${path.relative(process.cwd(), file)}`)

import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CHECKS } from '../../integrations/zapier/checks/d-checks.ts'
import { defaultIntegration } from '../sandbox.ts'
import { type Bench, openBench, temporaryFolder } from '../testing/bench.ts'

const { folder, remove } = temporaryFolder()
const broken = path.join(folder, 'integration.ts')
let bench: Bench
beforeAll(async () => {
  writeFileSync(
    broken,
    `export default {
      version: '3.2.1',
      flags: { cleanInputData: false },
      triggers: {
        added: {
          key: 'added',
          display: { label: 'note <added>', description: 'Triggers when a note is added.' },
          operation: { type: 'hook', perform: () => [], performList: () => [], performSubscribe: () => ({}), sample: { id: '1' } },
        },
      },
    }`,
  )
  bench = await openBench({ integration: broken })
})
afterAll(async () => {
  await bench.close()
  remove()
})

const rowsOf = (page: string): [string, string][] =>
  [...page.matchAll(/rowheader">(D\d{3})<\/th>(.*?)<\/tr>/gs)].map(([, code = '', row = '']) => [code, row])

test('lists every check with pass, warning or failure, and where it was found', async () => {
  const { status, text } = await bench.get('/checks')
  expect(status).toBe(200)
  expect(text).toContain('version 3.2.1')
  const rows = new Map(rowsOf(text))
  expect([...rows.keys()]).toEqual(CHECKS.map(({ code }) => code))
  expect(rows.get('D017')).toContain('>Failed</span>')
  expect(rows.get('D017')).toContain('performUnsubscribe is missing')
  expect(rows.get('D017')).toContain('<code>triggers.added.operation</code>')
  expect(rows.get('D018')).toContain('>Warning</span>')
  expect(rows.get('D018')).toContain('note &lt;added&gt;')
  expect(rows.get('D006')).toContain('>Passed</span>')
  expect(rows.get('D027')).toContain('>Not checked</span>')
  expect(text).toContain('1 error and 1 warning.')
})

test("find nothing in Hourwire's own integration", async () => {
  const own = await openBench({ integration: defaultIntegration })
  const { text } = await own.get('/checks')
  const found = rowsOf(text).filter(([, row]) => !/>(Passed|Not checked)<\/span>/.test(row))
  expect(found).toEqual([])
  expect(text).toContain('Every check that can be made here passes.')
  await own.close()
})

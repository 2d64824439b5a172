import { expect, test } from 'vitest'
import { proveApiFuzz } from '../../bench/proof-api-fuzz.ts'

test('no request that the OpenAPI document leads to is answered by a fault, off its schema or with another status', async () => {
  const { complaints, statuses } = await proveApiFuzz({ requests: 400, seed: 20_261_125 })
  expect(complaints).toEqual([])
  expect(statuses[200]).toBeGreaterThan(50)
}, 60_000)

test('a planted fault and a planted member are seen', async () => {
  expect((await proveApiFuzz({ requests: 60, seed: 1, planted: 'fault' })).differences).toBe(1)
  const { complaints } = await proveApiFuzz({ requests: 200, seed: 1, planted: 'off-schema' })
  expect(complaints.join()).toMatch(/must NOT have additional properties/)
}, 60_000)

import { z } from 'zod'
import { endpoint } from './endpoint.ts'

export const testKey = endpoint({
  method: 'GET',
  path: '/test',
  name: 'testKey',
  area: 'Account',
  summary: 'Try an API key',
  need: 'any',
  status: 200,
  answer: z.strictObject({ message: z.string() }).meta({ id: 'Test' }),
  refusals: [],
})

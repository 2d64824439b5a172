import type { ApiHouse } from '../api-house.ts'

/** How one refusal of a contract is brought about. */
export interface Provocation {
  endpoint: string
  status: number
  param?: string
  /** Prepares the house, and says what is asked then; the method is the endpoint's. */
  arrange: (house: ApiHouse) => Promise<{
    path: string
    body?: unknown
    headers?: Record<string, string>
  }>
}

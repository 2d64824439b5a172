import { randomBytes } from 'node:crypto'

const random = (bytes: number) => randomBytes(bytes).toString('hex')

export const ids = {
  connection: () => `conn_${random(8)}`,
  zap: () => `zap_${random(8)}`,
  run: () => `run_${random(8)}`,
  /** 128 random bits: knowing the address is all it takes to start the Zap. */
  hook: () => random(16),
}

export const isZapId = (text: string): boolean => /^zap_[0-9a-f]{16}$/.test(text)

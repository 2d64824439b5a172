/**
 * Long proofs at full size: `npm run proof -- NAME [N]`. `npm test` runs a small size of each. Prints what was found as JSON and
 * exits 1 when a promise did not hold.
 */
import { proveSlots } from './proof-slots.ts'

const proofs: Record<string, (size: number | undefined) => { differences: number }> = {
  slots: (size) => proveSlots({ cases: size ?? 20_000 }),
}

const [name = '', size] = process.argv.slice(2)
const proof = proofs[name]
if (proof && (size === undefined || /^[1-9]\d*$/.test(size))) {
  const found = proof(size === undefined ? undefined : Number(size))
  process.stdout.write(`${JSON.stringify(found, null, 2)}\n`)
  process.exitCode = found.differences === 0 ? 0 : 1
} else {
  process.stderr.write(`Usage: npm run proof -- NAME [N]\nProofs: ${Object.keys(proofs).join(', ')}\n`)
  process.exitCode = 2
}

import { Agent, request } from 'undici'
import { makeKey } from '#domain/api-keys/api-key.ts'
import { generateKey } from '#domain/zapier/manage-key.ts'
import { accepted } from '#kit/result.ts'
import { openBenchApp } from './bench-app.ts'
import { addOwners, connectZapier, openBenchServerWithHouse } from './bench-house.ts'

/** Medians may differ by so much, and the means by so many standard errors (as in dudect). */
const limits = { medianPercent: 5, t: 4.5 }

/**
 * The proof that nothing can be read from a refusal at the Zapier door: each wrong half of the pair is answered with the same status,
 * headers and body, and in the same time. Calls of all kinds alternate, each from an address of its own, so that no limit speaks.
 */
export async function proveWrongPairs({ calls }: { calls: number }) {
  const house = await openBenchServerWithHouse()
  const app = await openBenchApp(house, undefined, { trustProxy: true })
  const agent = new Agent({ connections: 1, pipelining: 1 })
  try {
    const { key } = await connectZapier(house)
    const [page] = await addOwners(house, 1)
    if (!page) throw new Error('There is no second user')
    const ben = { ...house.ana, id: page.ownerId, loginId: 'owner-1@example.com', triggersAllPages: false }
    const bens = accepted(await generateKey(house.deps, ben)).key
    const { loginId } = house.ana
    const kinds: Record<string, { key: string; loginId: string }> = {
      'a key nobody has': { key: makeKey('hwz'), loginId },
      'the key, and a Login ID nobody has': { key, loginId: 'nobody@example.com' },
      'the key, and the Login ID of somebody else': { key, loginId: ben.loginId },
      'the key of somebody else': { key: bens, loginId },
      'both of nobody': { key: makeKey('hwz'), loginId: 'nobody@example.com' },
    }
    const names = Object.keys(kinds)
    const times: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]))
    const answers = new Set<string>()
    let address = 0
    const ask = async (name: string) => {
      const pair = kinds[name] as { key: string; loginId: string }
      address += 1
      const begun = performance.now()
      const answer = await request(`${app.origin}/zapier/v1/me`, {
        dispatcher: agent,
        headers: {
          authorization: `Bearer ${pair.key}`,
          'x-hourwire-login-id': pair.loginId,
          'x-forwarded-for': `10.${(address >> 16) & 255}.${(address >> 8) & 255}.${address & 255}`,
        },
      })
      const body = await answer.body.text()
      const { date: _, ...headers } = answer.headers
      answers.add(JSON.stringify([answer.statusCode, headers, body]))
      return performance.now() - begun
    }
    for (let round = 0; round < 200; round += 1) for (const name of names) await ask(name)
    for (let round = 0; round < calls; round += 1) {
      // Another order each round: who comes after whom must not count.
      const order = [...names].sort(() => Math.random() - 0.5)
      for (const name of order) times[name]?.push(await ask(name))
    }
    const [first = '', ...others] = names
    const base = summary(times[first] ?? [])
    const compared = others.map((name) => {
      const other = summary(times[name] ?? [])
      const medianPercent = (Math.abs(other.median - base.median) / base.median) * 100
      const t =
        Math.abs(other.mean - base.mean) / Math.sqrt(other.variance / other.n + base.variance / base.n)
      return { name, medianMs: round(other.median), medianPercent: round(medianPercent), t: round(t) }
    })
    const differing = compared.filter(
      ({ medianPercent, t }) => medianPercent > limits.medianPercent || t > limits.t,
    )
    return {
      name: 'wrong pairs',
      callsOfEachKind: calls,
      differentAnswers: answers.size - 1,
      comparedWith: { name: first, medianMs: round(base.median) },
      compared,
      differences: answers.size - 1 + differing.length,
    }
  } finally {
    await agent.close()
    await app.close()
    await house.close()
  }
}

/** Without the slowest twentieth: what the machine does beside is no answer of ours. */
function summary(all: number[]) {
  const kept = [...all].sort((one, other) => one - other).slice(0, Math.ceil(all.length * 0.95))
  const n = kept.length
  const mean = kept.reduce((sum, ms) => sum + ms, 0) / n
  const variance = kept.reduce((sum, ms) => sum + (ms - mean) ** 2, 0) / (n - 1)
  return { n, mean, variance, median: kept[Math.floor(n / 2)] ?? 0 }
}

const round = (value: number) => Math.round(value * 1000) / 1000

import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Agent, request } from 'undici'
import { changeLoginId } from '#domain/profiles/change-login-id.ts'
import { accepted } from '#kit/result.ts'
import { openBenchHouse, openBenchServer } from './bench-house.ts'
import { password, post, signIn, startWeb, webSecrets } from './web-processes.ts'

const processes = 4
const callsPerProcess = 4
const keyPage = '/settings/other/zapier/api-key'

/**
 * The proof of "refused from the next request on, on every process": four web processes on one PostgreSQL, over HTTP.
 *
 * Each rotation regenerates the key (or revokes and generates it, or changes the Login ID) on one process, and once that is answered
 * calls all four, four times each at once, with the former pair: none may be accepted. The new pair must be, on all of them.
 * With `grace: true` the former key goes on by design: the same run then sees it accepted, so it would see it here too.
 */
export async function proveRevocation({ rotations, grace = false }: { rotations: number; grace?: boolean }) {
  const server = await openBenchServer({ hasty: true })
  const running: ChildProcess[] = []
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'hourwire-revocation-'))
  const agent = new Agent({ connections: 8, pipelining: 1 })
  try {
    const house = await openBenchHouse(server.connection)
    const deps = { ...house.deps, secrets: webSecrets() }
    const origins: string[] = []
    for (let number = 0; number < processes; number += 1) {
      const { child, url } = await startWeb(server.connection, dataDir)
      running.push(child)
      origins.push(url)
    }
    let { ana } = house
    const cookie = await signIn(agent, origins[0] as string, ana.loginId)
    const submit = async (origin: string, form: Record<string, string>) => {
      const { status } = await post(agent, origin, { path: keyPage, form, cookie })
      if (status !== 303) throw new Error(`${form.intent} was answered with ${status}`)
    }
    const shownKey = async (origin: string) => {
      const answer = await request(origin + keyPage, { dispatcher: agent, headers: { cookie } })
      const key = /hwz_\w{8}_\w{38}/.exec(await answer.body.text())?.[0]
      if (!key) throw new Error('No key is shown')
      return key
    }
    const call = async (origin: string, pair: { key: string; loginId: string }) => {
      const answer = await request(`${origin}/zapier/v1/me`, {
        dispatcher: agent,
        headers: { authorization: `Bearer ${pair.key}`, 'x-hourwire-login-id': pair.loginId },
      })
      await answer.body.dump()
      return answer.statusCode
    }
    const found = { former: {} as Record<string, number>, present: {} as Record<string, number> }
    const count = (counts: Record<string, number>, statuses: number[]) => {
      for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1
    }

    await submit(origins[0] as string, { intent: 'generate' })
    let pair = { key: await shownKey(origins[0] as string), loginId: ana.loginId }
    const begun = performance.now()
    for (let number = 0; number < rotations; number += 1) {
      const origin = origins[number % processes] as string
      const former = pair
      if (!grace && number % 10 === 9) {
        const loginId = `ana${number}@example.com`
        accepted(await changeLoginId(deps, { viewer: ana, userId: ana.id, loginId, password }))
        ana = { ...ana, loginId }
        pair = { ...pair, loginId }
      } else if (!grace && number % 10 === 4) {
        await submit(origin, { intent: 'revoke' })
      } else {
        await submit(origin, { intent: 'regenerate', ...(grace ? { grace: 'on' } : {}) })
      }
      // The answer has come: from here on nobody may get in with the former pair.
      const calls = origins.flatMap((one) => Array.from({ length: callsPerProcess }, () => call(one, former)))
      count(found.former, await Promise.all(calls))
      if (!grace && number % 10 === 4) await submit(origin, { intent: 'generate' })
      if (number % 10 !== 9 || grace) pair = { ...pair, key: await shownKey(origin) }
      count(found.present, await Promise.all(origins.map((one) => call(one, pair))))
    }
    const seconds = Math.round((performance.now() - begun) / 1000)
    await house.close()
    const acceptedAfter = found.former[200] ?? 0
    const total = rotations * processes
    return {
      name: grace ? 'revocation with a grace (control)' : 'revocation',
      rotations,
      processes,
      callsWithTheFormerPair: found.former,
      acceptedAfterTheAnswer: acceptedAfter,
      callsWithThePresentPair: found.present,
      differences: acceptedAfter + (total - (found.present[200] ?? 0)),
      upperBoundPercent: (3 / (rotations * processes * callsPerProcess)) * 100,
      seconds,
    }
  } finally {
    await agent.close()
    for (const child of running) {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    }
    await server.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

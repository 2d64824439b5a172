import { setTimeout as delay } from 'node:timers/promises'

/** What we wait for (a pid file, the end of another program's child) sends no signal, so it is looked at. */
const lookEveryMs = 10

/** Resolves true as soon as `isTrue` answers true, or false once `limitMs` have passed. */
export const until = async (isTrue: () => boolean, limitMs = Number.POSITIVE_INFINITY): Promise<boolean> => {
  const giveUpAt = performance.now() + limitMs
  while (!isTrue()) {
    if (performance.now() >= giveUpAt) return false
    await delay(lookEveryMs)
  }
  return true
}

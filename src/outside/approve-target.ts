import type { AttemptFailure } from '#kit/attempt-outcome.ts'
import { ok, type Result } from '#kit/result.ts'
import type { LookUpAddresses } from './look-up-addresses.ts'
import { judgeAddress, parseTarget, type Target, type TargetPolicy } from './target-guard.ts'

export type ApprovalSettings = {
  policy: TargetPolicy
  lookUp: LookUpAddresses
  /** How long the look-up of the name may take. */
  lookUpMs: number
}

/** A target that may be called, at these addresses and no others. */
export type ApprovedTarget = {
  target: Target
  /** All addresses of the name, each judged; or the one in the URL. */
  addresses: string[]
  /** The operator's entries that opened addresses which would be closed otherwise. */
  openedBy: string[]
}

/**
 * The whole verdict on a target, without touching it: reads the URL, looks its name up and judges every address.
 *
 * One bad address among good ones refuses the target. The sender calls this for each connection and connects to
 * nothing but the addresses in the answer; `hourwire check-target` calls it and stops there.
 */
export async function approveTarget(
  url: string,
  settings: ApprovalSettings,
): Promise<Result<ApprovedTarget, AttemptFailure>> {
  const parsed = parseTarget(url, settings.policy)
  if (!parsed.ok) {
    const { code, reason } = parsed.problem
    return refused({ kind: code === 'blocked-address' ? code : 'bad-target', reason })
  }
  const target = parsed.value
  const found = target.isAddress ? ok([target.host]) : await lookUpInTime(target, settings)
  if (!found.ok) return found
  const addresses = found.value
  const openedBy = new Set<string>()
  for (const address of addresses) {
    const verdict = judgeAddress(address, settings.policy, target)
    if (!verdict.open) return refused({ kind: 'blocked-address', reason: verdict.reason })
    if (verdict.openedBy !== undefined) openedBy.add(verdict.openedBy)
  }
  return ok({ target, addresses, openedBy: [...openedBy] })
}

const refused = (problem: AttemptFailure) => ({ ok: false as const, problem })

async function lookUpInTime(
  target: Target,
  { lookUp, lookUpMs }: ApprovalSettings,
): Promise<Result<string[], AttemptFailure>> {
  const stop = new AbortController()
  const timedOut = refused({ kind: 'timed-out', phase: 'lookup' })
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<typeof timedOut>((resolve) => {
    timer = setTimeout(() => {
      resolve(timedOut)
      stop.abort()
    }, lookUpMs)
  })
  const asked = lookUp(target, stop.signal).then(
    (addresses) => (addresses.length > 0 ? ok(addresses) : refused({ kind: 'dns-failed', code: 'ENODATA' })),
    ({ code = 'unknown' }: NodeJS.ErrnoException) =>
      code === 'ETIMEOUT' ? timedOut : refused({ kind: 'dns-failed', code }),
  )
  try {
    return await Promise.race([asked, tooLate])
  } finally {
    clearTimeout(timer)
  }
}

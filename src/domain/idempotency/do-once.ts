import { inAccount, within } from '#database/db.ts'
import { openKey, sealKey } from '#domain/api-keys/api-key.ts'
import type { Deps } from '#domain/deps.ts'
import type { AccountId } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import {
  type Claim,
  findIdempotencyRecord,
  insertIdempotencyRecord,
  setAnswer,
} from './idempotency-repository.ts'

export type KeyReused = { code: 'idempotency-key-reused' }

type OnceDeps = Pick<Deps, 'database' | 'clock' | 'secrets' | 'wakeWorker'>

/**
 * Does something once for an idempotency key, and answers each repetition as the first time, for 24 hours.
 *
 * Deed and answer are stored together or not at all: the deed's transactions become steps of the one that holds the key, so it has to
 * use the `deps` it is given, one step after the other. What was refused is not remembered, so it can be tried again. A twin that
 * is still running is waited for. The answer rests sealed: it may hold what is shown once.
 *
 * @param asked.verb unique among all that take keys. `request`: the same text means the same request.
 * @param deed returns what JSON can say.
 */
export async function doOnce<Answer, Problem, Given extends OnceDeps>(
  deps: Given,
  { accountId, ...asked }: { accountId: AccountId; verb: string; key: string; request: string },
  deed: (deps: Given) => Promise<Result<Answer, Problem>>,
): Promise<Result<Answer, Problem | KeyReused>> {
  const claim: Claim = { ...asked, now: deps.clock.now() }
  const holder = `${accountId} ${asked.verb} ${asked.key}`
  const seal = (text: string) => sealKey(deps.secrets, { key: text, holder })
  let isWoken = false
  const done = await inAccount(
    deps.database,
    accountId,
    async (tx): Promise<Result<Answer, Problem | KeyReused>> => {
      if (!(await insertIdempotencyRecord(tx, accountId, { ...claim, bookingId: null, answer: seal('') }))) {
        const former = await findIdempotencyRecord(tx, accountId, claim)
        if (!former?.answer) throw new Error('The idempotency key stands for no answer')
        if (!former.sameRequest) return refuse({ code: 'idempotency-key-reused' })
        return ok(JSON.parse(openKey(deps.secrets, { sealed: former.answer, holder })) as Answer)
      }
      const answered = await deed({
        ...deps,
        database: within(deps.database, accountId, tx),
        wakeWorker: () => {
          isWoken = true
        },
      })
      if (answered.ok) await setAnswer(tx, accountId, claim, seal(JSON.stringify(answered.value)))
      return answered
    },
  )
  // Not before it is stored: the worker would find nothing.
  if (done.ok && isWoken) deps.wakeWorker()
  return done
}

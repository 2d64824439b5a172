import { createHash } from 'node:crypto'
import { kyselyAdapter } from '@better-auth/kysely-adapter'
import type { BetterAuthOptions, DBAdapter, Where } from 'better-auth'
import { Kysely, PostgresDialect } from 'kysely'
import { type Connection, openServingPool, type ServingLimits, servingRole } from './db.ts'

/** Session tokens rest as SHA-256 only: they have 190 random bits, so a plain hash says nothing about them. */
const hashOfToken = (token: string) => createHash('sha256').update(token).digest('base64url')

/**
 * better-auth's own database adapter, with one change: session tokens are stored hashed, so that a copy of the database opens no
 * session. better-auth goes on seeing the token it gave out.
 */
export function openSignInStore(
  connection: Connection,
  {
    asServingRole,
    limits,
    onError,
  }: { asServingRole: boolean; limits?: Partial<ServingLimits>; onError: (error: Error) => void },
) {
  const pool = openServingPool({
    connection,
    settings: { 'app.scope': 'system', ...(asServingRole ? { role: servingRole } : {}) },
    max: 4,
    limits,
    onError,
  })
  // biome-ignore lint/suspicious/noExplicitAny: better-auth names its tables itself
  const db = new Kysely<any>({ dialect: new PostgresDialect({ pool }) })
  const inner = kyselyAdapter(db, { type: 'postgres', transaction: true })
  return {
    database: (options: BetterAuthOptions): DBAdapter<BetterAuthOptions> => withHashedTokens(inner(options)),
    close: () => db.destroy(),
  }
}

function withHashedTokens(adapter: DBAdapter<BetterAuthOptions>): DBAdapter<BetterAuthOptions> {
  const isSession = (model: string) => model === 'session'
  const hashed = (model: string, where: Where[] | undefined) =>
    where && isSession(model)
      ? where.map((one) =>
          one.field === 'token' && typeof one.value === 'string'
            ? { ...one, value: hashOfToken(one.value) }
            : one,
        )
      : where
  const tokenIn = (where: Where[] | undefined) => where?.find(({ field }) => field === 'token')?.value
  /** Gives back the token that the caller asked with, in place of its hash. */
  const shown = <T>(model: string, found: T, token: unknown): T =>
    isSession(model) && found && typeof token === 'string' ? { ...found, token } : found

  // biome-ignore lint/suspicious/noExplicitAny: the same members for any model
  const wrapped: any = {
    ...adapter,
    create: async (call: { model: string; data: Record<string, unknown> }) => {
      if (!isSession(call.model)) return await adapter.create(call as never)
      const token = call.data.token as string
      const created = await adapter.create({
        ...call,
        data: { ...call.data, token: hashOfToken(token) },
      } as never)
      return shown(call.model, created, token)
    },
    findOne: async (call: { model: string; where: Where[] }) =>
      shown(
        call.model,
        await adapter.findOne({ ...call, where: hashed(call.model, call.where) } as never),
        tokenIn(call.where),
      ),
    update: async (call: { model: string; where: Where[] }) =>
      shown(
        call.model,
        await adapter.update({ ...call, where: hashed(call.model, call.where) } as never),
        tokenIn(call.where),
      ),
    transaction: (work: (trx: DBAdapter<BetterAuthOptions>) => Promise<unknown>) =>
      adapter.transaction((trx) => work(withHashedTokens(trx as DBAdapter<BetterAuthOptions>))),
  }
  for (const name of ['findMany', 'updateMany', 'delete', 'deleteMany', 'count'] as const)
    wrapped[name] = (call: { model: string; where?: Where[] }) =>
      // biome-ignore lint/suspicious/noExplicitAny: one shape for five members
      (adapter[name] as any)({ ...call, where: hashed(call.model, call.where) })
  return wrapped
}

import { betterAuth } from 'better-auth'
import type { Connection, ServingLimits } from '#database/db.ts'
import { openSignInStore } from '#database/sign-in-adapter.ts'
import { findSignedInUser } from '#domain/accounts/find-user.ts'
import { hashPassword, verifyPassword } from '#domain/accounts/password.ts'
import { normaliseLoginId } from '#domain/accounts/user.ts'
import type { Deps } from '#domain/deps.ts'
import { newUuid, type UserId } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'

/** Header that only this program writes: better-auth's limits count by it, never by what a client claims. */
const addressHeader = 'x-hourwire-client-address'

export type SignInProblem =
  | { code: 'wrong-sign-in' }
  | { code: 'too-many-attempts'; retryAfterSeconds: number }

/** Sign-in by Login ID and password, sessions in a cookie. The thin room around better-auth (ADR 0006). */
export interface SignIn {
  /** The cookies to set for a right pair. Every wrong half gives the same answer. */
  signIn(given: {
    loginId: string
    password: string
    clientAddress: string
    userAgent: string
  }): Promise<Result<{ cookies: string[] }, SignInProblem>>
  /** Ends the session in the database; the cookies to set make the browser forget it. */
  signOut(headers: Headers): Promise<{ cookies: string[] }>
  /** Who is signed in, by the request's cookie. */
  userIdOf(headers: Headers): Promise<UserId | undefined>
  /** The session of the request's cookie: the one that goes on when a user ends all others. */
  sessionIdOf(headers: Headers): Promise<string | undefined>
  close(): Promise<void>
}

export interface SignInOptions {
  connection: Connection
  asServingRole: boolean
  limits?: Partial<ServingLimits>
  onError: (error: Error) => void
}

export function createSignIn(
  { database, secrets, publicUrl }: Pick<Deps, 'database' | 'secrets' | 'publicUrl'>,
  options: SignInOptions,
): SignIn {
  const store = openSignInStore(options.connection, options)
  const secure = publicUrl.startsWith('https:')
  const auth = betterAuth({
    baseURL: publicUrl,
    basePath: '/api/auth',
    secret: secrets.sessions.toString('base64'),
    database: store.database,
    telemetry: { enabled: false },
    // What went wrong with the database is for our caller to see, not a bare 500.
    onAPIError: { throw: true },
    logger: {
      level: 'error',
      log: (level, message) => level === 'error' && options.onError(new Error(`sign-in: ${message}`)),
    },
    emailAndPassword: {
      enabled: true,
      // Users come by the set-up page and by invitation.
      disableSignUp: true,
      minPasswordLength: 1,
      maxPasswordLength: 256,
      revokeSessionsOnPasswordReset: true,
      password: { hash: hashPassword, verify: ({ hash, password }) => verifyPassword(hash, password) },
    },
    user: {
      modelName: 'users',
      fields: {
        email: 'login_id',
        emailVerified: 'login_id_verified',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
    },
    session: {
      modelName: 'sessions',
      expiresIn: 7 * 24 * 3600,
      // The cookie says the same and is not sent anew, so there is nothing to prolong.
      disableSessionRefresh: true,
      fields: {
        token: 'token_hash',
        userId: 'user_id',
        expiresAt: 'expires_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
      additionalFields: {
        tenant: { type: 'string', required: false, input: false, returned: false, fieldName: 'account_id' },
      },
    },
    account: {
      modelName: 'sign_in_passwords',
      fields: {
        accountId: 'provider_user_id',
        providerId: 'provider',
        userId: 'user_id',
        password: 'password_hash',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
    },
    verification: {
      modelName: 'sign_in_verifications',
      storeIdentifier: 'hashed',
      fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' },
    },
    rateLimit: {
      enabled: true,
      storage: 'database',
      modelName: 'sign_in_limits',
      fields: { lastRequest: 'last_request' },
      customRules: { '/sign-in/email': { window: 60, max: 10 }, '/get-session': false },
    },
    databaseHooks: {
      session: {
        create: {
          before: async (session) => {
            const user = await findSignedInUser({ database }, session.userId as UserId)
            return { data: { ...session, tenant: user?.accountId } }
          },
        },
      },
    },
    advanced: {
      ipAddress: { ipAddressHeaders: [addressHeader] },
      database: { generateId: () => newUuid(Date.now()) },
      useSecureCookies: false,
      cookies: {
        session_token: {
          name: secure ? '__Host-hourwire_session' : 'hourwire_session',
          attributes: { httpOnly: true, sameSite: 'lax', path: '/', secure },
        },
      },
    },
  })

  const call = (path: string, headers: Record<string, string>, body: unknown) =>
    auth.handler(
      new Request(`${publicUrl}/api/auth${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: publicUrl, ...headers },
        body: JSON.stringify(body),
      }),
    )

  const sessionOf = async (headers: Headers) => {
    if (!headers.get('cookie')?.includes('hourwire_session')) return undefined
    return await auth.api.getSession({ headers: new Headers({ cookie: headers.get('cookie') ?? '' }) })
  }

  return {
    signIn: async ({ loginId, password, clientAddress, userAgent }) => {
      const answer = await call(
        '/sign-in/email',
        { [addressHeader]: clientAddress, 'user-agent': userAgent },
        { email: normaliseLoginId(loginId), password },
      )
      if (answer.status === 429)
        return refuse({
          code: 'too-many-attempts',
          retryAfterSeconds: Number(answer.headers.get('x-retry-after') ?? 60),
        })
      if (answer.status >= 500) throw new Error(`Sign-in failed: ${await answer.text()}`)
      if (!answer.ok) return refuse({ code: 'wrong-sign-in' })
      return ok({ cookies: answer.headers.getSetCookie() })
    },
    signOut: async (headers) => {
      const answer = await call('/sign-out', { cookie: headers.get('cookie') ?? '' }, {})
      return { cookies: answer.headers.getSetCookie() }
    },
    userIdOf: async (headers) => (await sessionOf(headers))?.user.id as UserId | undefined,
    sessionIdOf: async (headers) => (await sessionOf(headers))?.session.id,
    close: store.close,
  }
}

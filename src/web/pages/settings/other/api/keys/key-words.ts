import { type ApiScope, type CreateKeyProblem, mostAccountKeys } from '#domain/api-keys/account-key.ts'

/** What a key may do, as its list says it. */
export const scopeNames: Record<ApiScope, string> = {
  all: 'Everything',
  read: 'Only reading',
  webhooks: 'Only webhooks',
}

/** The same for whoever chooses. */
export const scopeWords: Record<ApiScope, string> = {
  all: 'Read, book, change, cancel, and manage users and webhooks.',
  read: 'See bookings, free times, contacts and users; change nothing.',
  webhooks: 'Create, list and delete webhooks, as automation tools do; nothing else.',
}

export const scopes = ['all', 'read', 'webhooks'] as const satisfies ApiScope[]

/** Why no key was made, the field to blame, and the status of the answer. */
export function refusalWords(problem: CreateKeyProblem): {
  problems: { name?: string; form?: string }
  status: number
} {
  switch (problem.code) {
    case 'api-key-name-taken':
      return { problems: { name: 'There is a key with this name. Choose another one.' }, status: 409 }
    case 'api-key-name-wrong':
      return { problems: { name: problem.reason }, status: 400 }
    case 'too-many-api-keys':
      return {
        problems: {
          form: `An account can have ${mostAccountKeys} API keys. Revoke one that is not used any more first.`,
        },
        status: 409,
      }
  }
}

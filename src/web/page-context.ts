import { createContext, type RouterContextProvider } from 'react-router'
import type { User } from '#domain/accounts/user.ts'
import type { Deps } from '#domain/deps.ts'
import type { RefusalOfTarget } from '#domain/zapier/manage-zaps.ts'
import type { SignIn } from '#http/sign-in.ts'

export type SignedInUser = User & { accountName: string }

/** What a page's loader and action get for one request. */
export interface PageRequest {
  deps: Deps
  signIn: SignIn
  /** The signed-in user, read anew for each request. */
  user: SignedInUser | undefined
  /** Whether the set-up has been done. */
  isSetUp: boolean
  /** Address of the caller, for limits. */
  clientAddress: string
  /** Nonce of this answer's Content-Security-Policy, for scripts and styles. */
  nonce: string
  /** What is wrong with an address to send to, in a sentence; undefined for a good one. */
  refusalOfTarget: RefusalOfTarget
  /** Where the Zap sandbox is, when it runs. */
  sandboxUrl: string | undefined
  /** The operator's integration at Zapier, where it is set. */
  zapierApp: string | undefined
}

export const pageContext = createContext<PageRequest>()

export type PageContext = Readonly<RouterContextProvider>

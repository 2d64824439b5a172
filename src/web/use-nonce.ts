import { useRouteLoaderData } from 'react-router'

/** The nonce of the document's Content-Security-Policy, as the root's loader gave it. */
export const useNonce = (): string | undefined =>
  (useRouteLoaderData('root') as { nonce: string } | undefined)?.nonce

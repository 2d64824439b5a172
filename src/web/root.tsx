import type { ReactNode } from 'react'
import {
  Links,
  type LinksFunction,
  Meta,
  Outlet,
  Scripts,
  ScrollRestoration,
  useMatches,
  useRouteLoaderData,
} from 'react-router'
import { pageContext } from '#web/page-context.ts'
import type { Route } from './+types/root.ts'
import { RootError } from './pages/not-found/root-error.tsx'

export const links: LinksFunction = () => [{ rel: 'icon', href: '/favicon.svg', type: 'image/svg+xml' }]

export const loader = ({ context }: Route.LoaderArgs) => ({ nonce: context.get(pageContext).nonce })

/** The nonce is only good for the answer it came with, so nothing is gained by fetching it again. */
export const shouldRevalidate = () => false

/** Pages whose handle says `hydrate: false` are plain HTML: they load no React in the browser. */
export function Layout({ children }: { children: ReactNode }) {
  const matches = useMatches()
  const nonce = useRouteLoaderData<typeof loader>('root')?.nonce
  const hydrate = !matches.some(
    ({ handle }) => (handle as { hydrate?: boolean } | undefined)?.hydrate === false,
  )
  return (
    // The UI kit of users' pages, which is not loaded here, looks for its color scheme at the root.
    <html lang="en" data-mantine-color-scheme={hydrate ? 'light' : undefined}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <Meta />
        <Links nonce={nonce} />
      </head>
      <body>
        {children}
        {hydrate && <ScrollRestoration nonce={nonce} />}
        {hydrate && <Scripts nonce={nonce} />}
      </body>
    </html>
  )
}

export default function Root() {
  return <Outlet />
}

export const ErrorBoundary = ({ error }: Route.ErrorBoundaryProps) => <RootError error={error} />

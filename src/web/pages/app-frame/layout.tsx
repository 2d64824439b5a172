import { Outlet, useRouteLoaderData } from 'react-router'
import { requireUser } from '#web/require-user.ts'
import { RootError } from '../not-found/root-error.tsx'
import type { Route } from './+types/layout.ts'
import { Frame } from './frame.tsx'
import { FramedError } from './framed-error.tsx'
import { UiKit } from './provider.tsx'

const roleNames = { administrator: 'Administrator', member: 'Member' }

export function loader({ context, request }: Route.LoaderArgs) {
  const { user } = requireUser(context, request)
  const { name, loginId, role } = user
  return { user: { name, loginId, roleName: roleNames[role], isAdministrator: role === 'administrator' } }
}

export default function AppFrame({ loaderData }: Route.ComponentProps) {
  return (
    <UiKit>
      <Frame user={loaderData.user}>
        <Outlet />
      </Frame>
    </UiKit>
  )
}

/** What failed within the frame is told within it; a frame that could not load leaves a plain page. */
export function ErrorBoundary({ error }: Route.ErrorBoundaryProps) {
  const frame = useRouteLoaderData<typeof loader>('pages/app-frame/layout')
  if (!frame) return <RootError error={error} />
  return (
    <UiKit>
      <Frame user={frame.user}>
        <FramedError error={error} />
      </Frame>
    </UiKit>
  )
}

import { requireUser } from '#web/require-user.ts'
import { pageTitle } from '../../page-title.ts'
import type { Route } from './+types/page.ts'
import { actOnProfile } from './act-on-profile.ts'
import { loadProfile } from './load-profile.ts'
import { ProfileView } from './profile-view.tsx'

export const meta = () => pageTitle('My profile')

export function loader({ context, request }: Route.LoaderArgs) {
  const viewing = requireUser(context, request)
  return loadProfile(viewing, request, viewing.user.id)
}

export function action({ context, request }: Route.ActionArgs) {
  const viewing = requireUser(context, request)
  return actOnProfile(viewing, request, viewing.user.id)
}

export default function MyProfilePage({ loaderData, actionData }: Route.ComponentProps) {
  return <ProfileView {...loaderData} answer={actionData} />
}

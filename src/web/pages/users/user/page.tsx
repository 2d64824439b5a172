import { requireUser } from '#web/require-user.ts'
import { pageTitle } from '../../../page-title.ts'
import { actOnProfile } from '../../profile/act-on-profile.ts'
import { loadProfile, userOfAddress } from '../../profile/load-profile.ts'
import { ProfileView } from '../../profile/profile-view.tsx'
import type { Route } from './+types/page.ts'

export const meta = ({ loaderData }: Route.MetaArgs) => pageTitle(loaderData?.profile.name ?? 'User', 'Users')

export function loader({ context, request, params }: Route.LoaderArgs) {
  const viewing = requireUser(context, request)
  return loadProfile(viewing, request, userOfAddress(viewing, params.userId))
}

export function action({ context, request, params }: Route.ActionArgs) {
  const viewing = requireUser(context, request)
  return actOnProfile(viewing, request, userOfAddress(viewing, params.userId))
}

export default function UserPage({ loaderData, actionData }: Route.ComponentProps) {
  return <ProfileView {...loaderData} answer={actionData} />
}

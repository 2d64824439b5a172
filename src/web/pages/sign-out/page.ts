import { redirect } from 'react-router'
import { pageContext } from '#web/page-context.ts'
import type { Route } from './+types/page.ts'

/** Looking at the address changes nothing: a picture in a mail must not sign anybody out. */
export const loader = () => redirect('/')

export async function action({ context, request }: Route.ActionArgs) {
  const { cookies } = await context.get(pageContext).signIn.signOut(request.headers)
  const headers = new Headers()
  for (const cookie of cookies) headers.append('set-cookie', cookie)
  return redirect('/sign-in', { status: 303, headers })
}

import { data, redirect } from 'react-router'
import { z } from 'zod'
import { changeDetails, changeRole } from '#domain/profiles/change-details.ts'
import { changeLoginId } from '#domain/profiles/change-login-id.ts'
import { changePassword } from '#domain/profiles/change-password.ts'
import { deleteUser } from '#domain/profiles/delete-user.ts'
import { resendInvitation } from '#domain/profiles/invite-user.ts'
import { permitAllPages } from '#domain/profiles/permit-all-pages.ts'
import { parsePublicId, type UserId } from '#kit/ids.ts'
import type { PageRequest, SignedInUser } from '#web/page-context.ts'
import { type FieldProblems, parseForm, readForm } from '../../parse-form.ts'
import { addressOfUser } from './load-profile.ts'
import { lastAdministratorWords } from './role-words.ts'
import { userFields, waitWords } from './user-fields.ts'

const Details = z.object({ name: userFields.name, zone: userFields.zone })
const LoginId = z.object({ loginId: userFields.loginId, password: userFields.password })
const Passwords = z.object({ current: userFields.password, wanted: userFields.newPassword })
const RoleForm = z.object({ role: userFields.role })

type Intent = 'details' | 'login-id' | 'password' | 'role' | 'all-pages' | 'delete' | 'resend'

const refused = (intent: Intent, problems: FieldProblems, status = 400) =>
  data({ intent, problems }, { status })

const saved = (intent: Intent) => data({ intent, saved: true as const })

/** What the buttons of a profile do. */
export async function actOnProfile(
  viewing: PageRequest & { user: SignedInUser },
  request: Request,
  userId: UserId,
) {
  const { deps, signIn, user: viewer } = viewing
  const here = addressOfUser(viewing, userId)
  const form = await readForm(request)
  const by = { viewer, userId }
  switch (form.get('intent')) {
    case 'details': {
      const parsed = parseForm(Details, form)
      if (!parsed.ok) return refused('details', parsed.problems)
      const changed = await changeDetails(deps, { ...by, ...parsed.value })
      if (!changed.ok) throw data(null, { status: 404 })
      return saved('details')
    }
    case 'password': {
      const parsed = parseForm(Passwords, form)
      if (!parsed.ok) return refused('password', parsed.problems)
      const sessionId = await signIn.sessionIdOf(request.headers)
      const changed = await changePassword(deps, { viewer, ...parsed.value, sessionId })
      if (changed.ok) return saved('password')
      const { problem } = changed
      switch (problem.code) {
        case 'wrong-password':
          return refused('password', { current: 'This is not your password.' })
        case 'weak-password':
          return refused('password', { wanted: problem.reason })
        case 'too-many-attempts':
          return refused('password', { current: waitWords(problem.retryAfterSeconds) }, 429)
      }
      break
    }
    case 'login-id': {
      const parsed = parseForm(LoginId, form)
      if (!parsed.ok) return refused('login-id', parsed.problems)
      const changed = await changeLoginId(deps, { ...by, ...parsed.value })
      if (changed.ok) return redirect(`${here}?done=login-id&zaps=${changed.value.zapsStopped}`, 303)
      const { problem } = changed
      switch (problem.code) {
        case 'user-not-found':
          throw data(null, { status: 404 })
        case 'wrong-password':
          return refused('login-id', { password: 'This is not your password.' })
        case 'too-many-attempts':
          return refused('login-id', { password: waitWords(problem.retryAfterSeconds) }, 429)
        case 'login-id-unchanged':
          return refused('login-id', { loginId: 'This is the present Login ID. Enter another one.' })
        case 'login-id-taken':
          return refused(
            'login-id',
            { loginId: 'Somebody has this Login ID already. Enter another one.' },
            409,
          )
      }
      break
    }
    case 'role': {
      const parsed = parseForm(RoleForm, form)
      if (!parsed.ok) return refused('role', parsed.problems)
      const changed = await changeRole(deps, { ...by, role: parsed.value.role })
      if (changed.ok) return redirect(`${here}?done=role`, 303)
      if (changed.problem.code !== 'last-administrator') throw data(null, { status: 404 })
      return refused('role', { role: lastAdministratorWords }, 409)
    }
    case 'all-pages': {
      const allowed = form.get('allPages') === 'on'
      const changed = await permitAllPages(deps, { ...by, allowed })
      if (changed.ok) return redirect(`${here}?done=${allowed ? 'all-pages' : 'own-pages'}#permissions`, 303)
      switch (changed.problem.code) {
        case 'no-zapier-key':
          return refused('all-pages', { form: 'This needs a Zapier API key, which is gone by now.' }, 409)
        case 'not-an-administrator':
          return refused('all-pages', { form: 'Only Administrators can have this permission.' }, 409)
        default:
          throw data(null, { status: 404 })
      }
    }
    case 'resend': {
      const sent = await resendInvitation(deps, by)
      if (sent.ok) return redirect(`${here}?done=resent`, 303)
      switch (sent.problem.code) {
        case 'has-signed-in':
          return redirect(here, 303)
        case 'too-many-attempts':
          return refused('resend', { form: waitWords(sent.problem.retryAfterSeconds) }, 429)
        default:
          throw data(null, { status: 404 })
      }
    }
    case 'delete': {
      const heirId = parsePublicId('user', String(form.get('heirId') ?? ''))
      if (!heirId) return refused('delete', { heirId: 'Choose who takes the pages over.' })
      const deleted = await deleteUser(deps, { ...by, heirId })
      if (deleted.ok)
        return redirect(
          `/users?${new URLSearchParams({ deleted: String(form.get('name') ?? '').slice(0, 100) })}`,
          303,
        )
      switch (deleted.problem.code) {
        case 'heir-not-possible':
          return refused('delete', { heirId: 'Choose an Administrator who has signed in before.' }, 409)
        case 'not-yourself':
          return refused('delete', { form: 'Nobody can delete their own user.' }, 409)
        default:
          throw data(null, { status: 404 })
      }
    }
  }
  throw data('This form has no such button.', { status: 400 })
}

export type ProfileAnswer = { intent: Intent; problems: FieldProblems } | { intent: Intent; saved: true }

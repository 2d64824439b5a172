import { Anchor, Button, Paper, Stack, Text, TextInput, Title } from '@mantine/core'
import { data, Form, Link, redirect, useNavigation } from 'react-router'
import { z } from 'zod'
import { findPasswordReset, resetPassword } from '#domain/profiles/reset-password.ts'
import { pageContext } from '#web/page-context.ts'
import { pageTitle } from '../../../page-title.ts'
import { parseForm, readForm } from '../../../parse-form.ts'
import { PasswordField } from '../../../ui/password-field.tsx'
import { useFocusOnProblem } from '../../../ui/use-focus-on-problem.ts'
import { Outside } from '../../app-frame/outside.tsx'
import { userFields } from '../../profile/user-fields.ts'
import type { Route } from './+types/page.ts'

export const meta = () => pageTitle('Set a new password')

/** The address opens an account: no cache may keep it. */
export const headers = () => ({ 'cache-control': 'no-store' })

export async function loader({ context, params }: Route.LoaderArgs) {
  const { deps, isSetUp } = context.get(pageContext)
  if (!isSetUp) throw redirect('/set-up')
  const user = await findPasswordReset(deps, params.token)
  return user ? data({ loginId: user.loginId }) : data({ loginId: undefined }, { status: 404 })
}

const NewPassword = z.object({ password: userFields.newPassword })

export async function action({ context, request, params }: Route.ActionArgs) {
  const { deps } = context.get(pageContext)
  const parsed = parseForm(NewPassword, await readForm(request))
  if (!parsed.ok) return data({ problem: parsed.problems.password }, { status: 400 })
  const done = await resetPassword(deps, { token: params.token, password: parsed.value.password })
  if (done.ok) return redirect('/sign-in?done=reset', 303)
  // The page itself then says that the link works no more.
  if (done.problem.code === 'link-invalid') return redirect(`/reset-password/${params.token}`, 303)
  return data({ problem: done.problem.reason }, { status: 400 })
}

export default function NewPasswordPage({ loaderData: { loginId }, actionData }: Route.ComponentProps) {
  const pending = useNavigation().state !== 'idle'
  const form = useFocusOnProblem<HTMLFormElement>(actionData)
  return (
    <Outside>
      <Paper withBorder p="xl" shadow="xs">
        {loginId === undefined ? (
          <Stack>
            <Title order={1}>This link works no more</Title>
            <Text>It was used already, a newer one was sent, or it is older than 60 minutes.</Text>
            <Button component={Link} to="/reset-password">
              Send a new link
            </Button>
          </Stack>
        ) : (
          <Form method="post" ref={form} noValidate>
            <Stack>
              <Title order={1}>Set a new password</Title>
              <Text>Every browser that is signed in has to sign in again. Your Zaps run on.</Text>
              <TextInput
                label="Login ID"
                name="username"
                type="email"
                autoComplete="username"
                value={loginId}
                readOnly
              />
              <PasswordField
                label="New password"
                description="At least 10 characters. A few unrelated words make a good password."
                name="password"
                autoComplete="new-password"
                autoFocus
                required
                withAsterisk={false}
                error={actionData?.problem}
                aria-invalid={actionData !== undefined}
              />
              <Button type="submit" loading={pending} fullWidth mt="xs">
                Set password
              </Button>
            </Stack>
          </Form>
        )}
      </Paper>
      <Text size="sm" mt="md">
        <Anchor component={Link} to="/sign-in" underline="always">
          Back to sign-in
        </Anchor>
      </Text>
    </Outside>
  )
}

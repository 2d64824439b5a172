import { Alert, Anchor, Button, Paper, Stack, Text, TextInput, Title } from '@mantine/core'
import { data, Form, Link, redirect, useNavigation } from 'react-router'
import { z } from 'zod'
import { pageContext } from '#web/page-context.ts'
import { ownAddress } from '#web/require-user.ts'
import { pageTitle } from '../../page-title.ts'
import { parseForm, readForm } from '../../parse-form.ts'
import { PasswordField } from '../../ui/password-field.tsx'
import { useFocusOnProblem } from '../../ui/use-focus-on-problem.ts'
import { Outside } from '../app-frame/outside.tsx'
import type { Route } from './+types/page.ts'

export const meta = () => pageTitle('Sign in')

const SignInForm = z.object({
  loginId: z.string('Enter your Login ID.').trim().min(1, 'Enter your Login ID.'),
  password: z.string('Enter your password.').min(1, 'Enter your password.'),
})

const nextOf = (request: Request) => ownAddress(new URL(request.url).searchParams.get('next'))

export function loader({ context, request }: Route.LoaderArgs) {
  const { isSetUp, user } = context.get(pageContext)
  if (!isSetUp) throw redirect('/set-up')
  if (user) throw redirect(nextOf(request))
  return { hasNewPassword: new URL(request.url).searchParams.get('done') === 'reset' }
}

export async function action({ context, request }: Route.ActionArgs) {
  const { signIn, isSetUp, clientAddress } = context.get(pageContext)
  if (!isSetUp) throw redirect('/set-up')
  const form = await readForm(request)
  const given = String(form.get('loginId') ?? '')
  const parsed = parseForm(SignInForm, form)
  if (!parsed.ok) return data({ given, problems: parsed.problems }, { status: 400 })
  const signedIn = await signIn.signIn({
    ...parsed.value,
    clientAddress,
    userAgent: request.headers.get('user-agent') ?? '',
  })
  if (!signedIn.ok) {
    const { problem } = signedIn
    if (problem.code === 'too-many-attempts')
      return data(
        { given, problems: {}, refusal: waitWords(problem.retryAfterSeconds) },
        { status: 429, headers: { 'retry-after': String(problem.retryAfterSeconds) } },
      )
    return data({ given, problems: {}, refusal: 'Login ID or password is wrong.' }, { status: 401 })
  }
  const headers = new Headers()
  for (const cookie of signedIn.value.cookies) headers.append('set-cookie', cookie)
  return redirect(nextOf(request), { status: 303, headers })
}

const waitWords = (seconds: number) =>
  `Too many attempts from here. Please wait ${seconds} ${seconds === 1 ? 'second' : 'seconds'}, then try again.`

export default function SignInPage({ loaderData, actionData }: Route.ComponentProps) {
  const pending = useNavigation().state !== 'idle'
  const form = useFocusOnProblem<HTMLFormElement>(actionData)
  const problems: Record<string, string> = actionData?.problems ?? {}
  const refusal = actionData && 'refusal' in actionData ? actionData.refusal : undefined
  return (
    <Outside>
      <Paper withBorder p="xl" shadow="xs">
        <Form method="post" ref={form} noValidate>
          <Stack>
            <Title order={1}>Sign in</Title>
            {loaderData.hasNewPassword && !refusal && (
              <Alert color="green" role="status">
                <Text size="sm" fw={600} c="dark">
                  Your new password is set. Sign in with it.
                </Text>
              </Alert>
            )}
            {refusal && (
              <Alert color="red" role="alert" tabIndex={-1}>
                <Text size="sm" c="red.9" fw={600}>
                  {refusal}
                </Text>
              </Alert>
            )}
            <TextInput
              label="Login ID"
              name="loginId"
              type="email"
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              autoFocus
              required
              withAsterisk={false}
              defaultValue={actionData?.given}
              error={problems.loginId}
              aria-invalid={problems.loginId !== undefined}
              errorProps={{ role: 'alert' }}
            />
            <PasswordField
              label="Password"
              name="password"
              autoComplete="current-password"
              required
              withAsterisk={false}
              error={problems.password}
              aria-invalid={problems.password !== undefined}
              errorProps={{ role: 'alert' }}
            />
            <Button type="submit" loading={pending} fullWidth mt="xs">
              Sign in
            </Button>
          </Stack>
        </Form>
      </Paper>
      <Text size="sm" c="dimmed" mt="md">
        Your Login ID is your email address.{' '}
        <Anchor component={Link} to="/reset-password" inherit underline="always">
          Forgot your password?
        </Anchor>
      </Text>
    </Outside>
  )
}

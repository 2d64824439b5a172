import { Anchor, Button, Paper, Stack, Text, TextInput, Title } from '@mantine/core'
import { data, Form, Link, redirect, useNavigation } from 'react-router'
import { z } from 'zod'
import { requestPasswordReset } from '#domain/profiles/reset-password.ts'
import { pageContext } from '#web/page-context.ts'
import { pageTitle } from '../../page-title.ts'
import { parseForm, readForm } from '../../parse-form.ts'
import { useFocusOnProblem } from '../../ui/use-focus-on-problem.ts'
import { Outside } from '../app-frame/outside.tsx'
import { userFields, waitWords } from '../profile/user-fields.ts'
import type { Route } from './+types/page.ts'

export const meta = () => pageTitle('Forgot your password?')

export function loader({ context }: Route.LoaderArgs) {
  if (!context.get(pageContext).isSetUp) throw redirect('/set-up')
  return null
}

const AskForm = z.object({ loginId: userFields.loginId })

export async function action({ context, request }: Route.ActionArgs) {
  const { deps, isSetUp, clientAddress } = context.get(pageContext)
  if (!isSetUp) throw redirect('/set-up')
  const form = await readForm(request)
  const given = String(form.get('loginId') ?? '').slice(0, 254)
  const parsed = parseForm(AskForm, form)
  if (!parsed.ok) return data({ given, problem: parsed.problems.loginId }, { status: 400 })
  const asked = await requestPasswordReset(deps, { loginId: parsed.value.loginId, clientAddress })
  if (asked.ok) return data({ sentTo: parsed.value.loginId })
  const { retryAfterSeconds } = asked.problem
  return data(
    { given, problem: waitWords(retryAfterSeconds) },
    { status: 429, headers: { 'retry-after': String(retryAfterSeconds) } },
  )
}

export default function ForgotPasswordPage({ actionData }: Route.ComponentProps) {
  const pending = useNavigation().state !== 'idle'
  const form = useFocusOnProblem<HTMLFormElement>(actionData)
  const sentTo = actionData && 'sentTo' in actionData ? actionData.sentTo : undefined
  const refused = actionData && 'given' in actionData ? actionData : undefined
  return (
    <Outside>
      <Paper withBorder p="xl" shadow="xs">
        {sentTo ? (
          <Stack role="status">
            <Title order={1}>Look into your mail</Title>
            <Text>
              If {sentTo} is somebody’s Login ID here, a mail with a link to set a new password is on its way
              to it. The link works for 60 minutes, once.
            </Text>
            <Text>
              Nothing there after a few minutes? Look into the spam folder, then ask an Administrator of your
              account.
            </Text>
          </Stack>
        ) : (
          <Form method="post" ref={form} noValidate>
            <Stack>
              <Title order={1}>Forgot your password?</Title>
              <Text>Enter your Login ID. You get a mail with a link to set a new password.</Text>
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
                defaultValue={refused?.given}
                error={refused?.problem}
                aria-invalid={refused !== undefined}
                errorProps={{ role: 'alert' }}
              />
              <Button type="submit" loading={pending} fullWidth mt="xs">
                Send the link
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

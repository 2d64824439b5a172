import { Alert, Button, Grid, List, Paper, Stack, Text, TextInput, Title } from '@mantine/core'
import { data, Form, redirect, useNavigation } from 'react-router'
import { z } from 'zod'
import { setUp } from '#domain/installation/set-up.ts'
import { isZone, presentZoneName, zoneNames } from '#kit/time.ts'
import { pageContext } from '#web/page-context.ts'
import { zoneInWords } from '../../format/moment.ts'
import { pageTitle } from '../../page-title.ts'
import { parseForm, readForm } from '../../parse-form.ts'
import { PasswordField } from '../../ui/password-field.tsx'
import { useFocusOnProblem } from '../../ui/use-focus-on-problem.ts'
import { Outside } from '../app-frame/outside.tsx'
import type { Route } from './+types/page.ts'
import { ZoneField } from './zone-field.tsx'

export const meta = () => pageTitle('Set up')

const SetUpForm = z.object({
  name: z
    .string('Enter your name.')
    .trim()
    .min(1, 'Enter your name.')
    .max(100, 'Use at most 100 characters.')
    .regex(/^\P{Cc}*$/u, 'Use letters, digits and signs only.'),
  loginId: z
    .string('Enter your email address.')
    .trim()
    .min(1, 'Enter your email address.')
    .max(254, 'Use at most 254 characters.')
    .pipe(z.email('Enter an email address, such as ana@example.com.')),
  password: z.string('Choose a password.').min(1, 'Choose a password.'),
  zone: z
    .string('Choose your time zone.')
    .refine(isZone, 'Choose your time zone.')
    .transform(presentZoneName),
})

export function loader({ context }: Route.LoaderArgs) {
  const { isSetUp, deps } = context.get(pageContext)
  if (isSetUp) throw redirect('/sign-in')
  const now = deps.clock.now()
  return { zones: zoneNames().map((zone) => ({ value: zone, label: zoneInWords(zone, now) })) }
}

export async function action({ context, request }: Route.ActionArgs) {
  const { deps, signIn, clientAddress } = context.get(pageContext)
  const form = await readForm(request)
  const given = Object.fromEntries(
    ['name', 'loginId', 'zone'].map((field) => [field, String(form.get(field) ?? '')]),
  )
  const parsed = parseForm(SetUpForm, form)
  if (!parsed.ok) return data({ given, problems: parsed.problems }, { status: 400 })
  const made = await setUp(deps, parsed.value)
  if (!made.ok) {
    const { problem } = made
    switch (problem.code) {
      case 'already-set-up':
        return redirect('/sign-in', 303)
      case 'weak-password':
        return data({ given, problems: { password: problem.reason } }, { status: 400 })
      case 'login-id-taken':
        return data({ given, problems: { loginId: 'This Login ID is taken.' } }, { status: 409 })
    }
  }
  const signedIn = await signIn.signIn({
    loginId: parsed.value.loginId,
    password: parsed.value.password,
    clientAddress,
    userAgent: request.headers.get('user-agent') ?? '',
  })
  if (!signedIn.ok) return redirect('/sign-in', 303)
  const headers = new Headers()
  for (const cookie of signedIn.value.cookies) headers.append('set-cookie', cookie)
  return redirect('/', { status: 303, headers })
}

export default function SetUpPage({ loaderData, actionData }: Route.ComponentProps) {
  const pending = useNavigation().state !== 'idle'
  const form = useFocusOnProblem<HTMLFormElement>(actionData)
  const given: Record<string, string> = actionData?.given ?? {}
  const problems: Record<string, string> = actionData?.problems ?? {}
  return (
    <Outside wide>
      <Grid gap={{ base: 'lg', sm: 48 }} align="start">
        <Grid.Col span={{ base: 12, sm: 5 }}>
          <Stack>
            <Title order={1}>Welcome. Let’s set up your account.</Title>
            <Text>This happens once, on the first visit. It makes:</Text>
            <List spacing="sm">
              <List.Item>your account, with you as its first Administrator</List.Item>
              <List.Item>three event types: meetings of 15, 30 and 60 minutes</List.Item>
              <List.Item>
                one booking page of your own, open Monday to Friday from 9 to 5 in your time zone
              </List.Item>
            </List>
            <Text>People can book you a minute from now, and Zapier can act on every booking.</Text>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, sm: 7 }}>
          <Paper withBorder p="xl" shadow="xs">
            <Form method="post" ref={form} noValidate>
              <Stack>
                {Object.keys(problems).length > 0 && (
                  <Alert color="red" role="alert">
                    <Text size="sm" c="red.9" fw={600}>
                      Nothing was stored yet. Please look at the marked fields.
                    </Text>
                  </Alert>
                )}
                <TextInput
                  label="Name"
                  description="Shown to the people who book you."
                  name="name"
                  autoComplete="name"
                  autoFocus
                  required
                  withAsterisk={false}
                  defaultValue={given.name}
                  error={problems.name}
                  aria-invalid={problems.name !== undefined}
                />
                <TextInput
                  label="Email address"
                  description="This is your Login ID."
                  name="loginId"
                  type="email"
                  autoComplete="username"
                  autoCapitalize="none"
                  spellCheck={false}
                  required
                  withAsterisk={false}
                  defaultValue={given.loginId}
                  error={problems.loginId}
                  aria-invalid={problems.loginId !== undefined}
                />
                <PasswordField
                  label="Password"
                  description="At least 10 characters. A few unrelated words make a good password."
                  name="password"
                  autoComplete="new-password"
                  required
                  withAsterisk={false}
                  error={problems.password}
                  aria-invalid={problems.password !== undefined}
                />
                <ZoneField zones={loaderData.zones} given={given.zone} problem={problems.zone} />
                <Button type="submit" loading={pending} mt="xs">
                  Create account
                </Button>
              </Stack>
            </Form>
          </Paper>
        </Grid.Col>
      </Grid>
    </Outside>
  )
}

import { Alert, Anchor, Button, Paper, Stack, Text, TextInput, Title } from '@mantine/core'
import { data, Form, Link, redirect, useNavigation } from 'react-router'
import { z } from 'zod'
import { acceptInvitation, findInvitation } from '#domain/profiles/invite-user.ts'
import { zoneNames } from '#kit/time.ts'
import { pageContext } from '#web/page-context.ts'
import { zoneInWords } from '../../format/moment.ts'
import { pageTitle } from '../../page-title.ts'
import { parseForm, readForm } from '../../parse-form.ts'
import { PasswordField } from '../../ui/password-field.tsx'
import { useFocusOnProblem } from '../../ui/use-focus-on-problem.ts'
import { Outside } from '../app-frame/outside.tsx'
import { userFields } from '../profile/user-fields.ts'
import { ZoneField } from '../set-up/zone-field.tsx'
import type { Route } from './+types/page.ts'

export const meta = () => pageTitle('Invitation')

/** The address opens an account: no cache may keep it. */
export const headers = () => ({ 'cache-control': 'no-store' })

export async function loader({ context, params }: Route.LoaderArgs) {
  const { deps, isSetUp, user } = context.get(pageContext)
  if (!isSetUp) throw redirect('/set-up')
  const now = deps.clock.now()
  const invited = await findInvitation(deps, params.token)
  if (!invited) return data({ invited: undefined, zones: [], signedInAs: undefined }, { status: 404 })
  return data({
    invited: { name: invited.name, loginId: invited.loginId },
    zones: zoneNames().map((zone) => ({ value: zone, label: zoneInWords(zone, now) })),
    signedInAs: user?.name,
  })
}

const AcceptForm = z.object({ password: userFields.newPassword, zone: userFields.zone })

export async function action({ context, request, params }: Route.ActionArgs) {
  const { deps, signIn, clientAddress } = context.get(pageContext)
  const form = await readForm(request)
  const given = { zone: String(form.get('zone') ?? '') }
  const parsed = parseForm(AcceptForm, form)
  if (!parsed.ok) return data({ given, problems: parsed.problems }, { status: 400 })
  const { password, zone } = parsed.value
  const accepted = await acceptInvitation(deps, { token: params.token, password, zone })
  if (!accepted.ok) {
    const { problem } = accepted
    // The page itself then says that the link works no more.
    if (problem.code === 'link-invalid') return redirect(`/invitation/${params.token}`, 303)
    return data({ given, problems: { password: problem.reason } }, { status: 400 })
  }
  const signedIn = await signIn.signIn({
    loginId: accepted.value.loginId,
    password,
    clientAddress,
    userAgent: request.headers.get('user-agent') ?? '',
  })
  if (!signedIn.ok) return redirect('/sign-in', 303)
  const answer = new Headers()
  for (const cookie of signedIn.value.cookies) answer.append('set-cookie', cookie)
  return redirect('/', { status: 303, headers: answer })
}

export default function InvitationPage({ loaderData, actionData }: Route.ComponentProps) {
  const { invited, zones, signedInAs } = loaderData
  return (
    <Outside>
      <Paper withBorder p="xl" shadow="xs">
        {invited ? (
          <Accept invited={invited} zones={zones} signedInAs={signedInAs} answer={actionData} />
        ) : (
          <Stack>
            <Title order={1}>This invitation works no more</Title>
            <Text>
              It was used already, a newer one was sent, or it is older than 72 hours. Ask the person who
              invited you to send it again.
            </Text>
            <Text>
              Did you choose a password before?{' '}
              <Anchor component={Link} to="/sign-in" underline="always">
                Sign in
              </Anchor>
            </Text>
          </Stack>
        )}
      </Paper>
    </Outside>
  )
}

function Accept({
  invited,
  zones,
  signedInAs,
  answer,
}: {
  invited: { name: string; loginId: string }
  zones: { value: string; label: string }[]
  signedInAs: string | undefined
  answer: { given: { zone: string }; problems: Record<string, string> } | undefined
}) {
  const pending = useNavigation().state !== 'idle'
  const form = useFocusOnProblem<HTMLFormElement>(answer)
  const problems: Record<string, string> = answer?.problems ?? {}
  return (
    <Form method="post" ref={form} noValidate>
      <Stack>
        <Title order={1}>Welcome, {invited.name}</Title>
        <Text>Choose a password and your time zone, and you are in.</Text>
        {signedInAs && (
          <Alert color="orange" role="note">
            <Text size="sm">
              {signedInAs} is signed in in this browser. Going on signs in {invited.name} instead.
            </Text>
          </Alert>
        )}
        <TextInput
          label="Login ID"
          name="username"
          type="email"
          autoComplete="username"
          value={invited.loginId}
          readOnly
        />
        <PasswordField
          label="Password"
          description="At least 10 characters. A few unrelated words make a good password."
          name="password"
          autoComplete="new-password"
          autoFocus
          required
          withAsterisk={false}
          error={problems.password}
          aria-invalid={problems.password !== undefined}
        />
        <ZoneField zones={zones} given={answer?.given.zone} problem={problems.zone} />
        <Button type="submit" loading={pending} mt="xs">
          Accept and sign in
        </Button>
      </Stack>
    </Form>
  )
}

import { Alert, Anchor, Button, Group, Paper, Stack, Text, ThemeIcon, Title } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { data, Form, Link, redirect, useNavigation, useSearchParams } from 'react-router'
import { judgeIntegration, zapierIntegrationVersion } from '#contracts/zapier.ts'
import { generateKey, regenerateKey, revealKey, revokeKey } from '#domain/zapier/manage-key.ts'
import { listZaps } from '#domain/zapier/manage-zaps.ts'
import { publicId } from '#kit/ids.ts'
import { requireUser } from '#web/require-user.ts'
import { momentIn } from '../../../../../format/moment.ts'
import { IconPlugConnected } from '../../../../../icons.ts'
import { pageTitle } from '../../../../../page-title.ts'
import { readForm } from '../../../../../parse-form.ts'
import { ConfirmDialog, ConfirmForm } from '../../../../../ui/confirm-dialog.tsx'
import { filterWords, hostOf, triggerNames, zapState } from '../zap-words.ts'
import type { Route } from './+types/page.ts'
import { doneWords, EndingWords, endings, type Intent, type StoppedZap } from './ending-key.tsx'
import { KeyPanel } from './key-panel.tsx'
import styles from './page.module.css'

export const meta = () => pageTitle('API key', 'Zapier')

/** The key is in the page: it must not lie in any cache. */
export const headers = () => ({ 'cache-control': 'no-store' })

const here = '/settings/other/zapier/api-key'

export async function loader({ context, request }: Route.LoaderArgs) {
  const { deps, user } = requireUser(context, request)
  const confirm = asIntent(new URL(request.url).searchParams.get('confirm'))
  // Every reveal is audited, and a question needs none.
  const key = confirm ? undefined : await revealKey(deps, user)
  const moment = momentIn(user.zone, deps.clock.now())
  const zaps = await listZaps(deps, user)
  return {
    confirm,
    loginId: user.loginId,
    key: key && {
      id: key.id,
      text: key.key,
      created: moment(key.createdAt),
      connected: key.connectedAt && moment(key.connectedAt),
      lastUsed: key.lastUsedAt && moment(key.lastUsedAt),
      connectedFrom: key.connectedFrom,
      lastUsedFrom: key.lastUsedFrom,
      integration: key.lastUsedBy,
      isOutdated: judgeIntegration(key.lastUsedBy ?? undefined) !== 'current',
      refused: key.refusedAt && { at: moment(key.refusedAt), from: key.refusedFrom ?? 'an unknown address' },
      formerWorksUntil: key.formerWorksUntil && moment(key.formerWorksUntil),
    },
    newestIntegration: zapierIntegrationVersion,
    zaps: zaps
      .filter(({ state }) => state !== 'ended')
      .map(
        (zap): StoppedZap => ({
          id: publicId('subscription', zap.id),
          name: `${triggerNames[zap.trigger]}, ${filterWords(zap, user)}, to ${hostOf(zap.targetUrl)}`,
          state: zapState(zap),
        }),
      ),
  }
}

const asIntent = (text: unknown): Intent | undefined =>
  text === 'revoke' || text === 'regenerate' ? text : undefined

export async function action({ context, request }: Route.ActionArgs) {
  const { deps, user } = requireUser(context, request)
  const form = await readForm(request)
  const intent = form.get('intent')
  if (intent === 'generate') {
    const made = await generateKey(deps, user)
    // A second click, or a second tab: the key is there.
    return redirect(made.ok ? `${here}?done=generated` : here, 303)
  }
  if (intent === 'revoke') {
    const revoked = await revokeKey(deps, user)
    return redirect(revoked.ok ? `${here}?done=revoked&zaps=${revoked.value.zapsEnded}` : here, 303)
  }
  if (intent === 'regenerate') {
    const grace = form.get('grace') === 'on'
    const made = await regenerateKey(deps, user, { grace })
    const done = grace ? 'regenerated-with-grace' : 'regenerated'
    return redirect(made.ok ? `${here}?done=${done}&zaps=${made.value.zapsStopped}` : here, 303)
  }
  throw data('This form has no such button.', { status: 400 })
}

export default function ApiKeyPage({ loaderData }: Route.ComponentProps) {
  const { confirm, key, loginId, zaps, newestIntegration } = loaderData
  const [asked, setAsked] = useState<{ intent: Intent; keyId: string }>()
  const navigation = useNavigation()
  const pendingIntent = navigation.formData?.get('intent')

  if (confirm)
    return (
      <Paper withBorder p="lg" maw="40rem">
        <Title order={2} mb="md">
          {endings[confirm].title}
        </Title>
        <ConfirmForm
          confirmLabel={endings[confirm].yes}
          intent={confirm}
          pending={pendingIntent === confirm}
          cancel={
            <Button component={Link} to={here} variant="default">
              Cancel
            </Button>
          }
        >
          <EndingWords intent={confirm} zaps={zaps} />
        </ConfirmForm>
      </Paper>
    )

  // The question belongs to the key it was asked about, so it goes when the key does.
  const open = key && asked?.keyId === key.id ? asked.intent : undefined
  const shown = asked?.intent ?? 'revoke'
  return (
    <>
      <Done />
      <div className={styles.columns}>
        {key ? (
          <KeyPanel
            keyShown={key}
            loginId={loginId}
            newestIntegration={newestIntegration}
            onAsk={(intent) => setAsked({ intent, keyId: key.id })}
          />
        ) : (
          <NoKey pending={pendingIntent === 'generate'} />
        )}
        <HowToAdd />
      </div>
      <ConfirmDialog
        title={endings[shown].title}
        opened={open !== undefined}
        onClose={() => setAsked(undefined)}
        confirmLabel={endings[shown].yes}
        intent={shown}
        pending={pendingIntent === shown}
      >
        <EndingWords intent={shown} zaps={zaps} />
      </ConfirmDialog>
    </>
  )
}

/** What was just done. It takes the focus when the button that did it is gone. */
function Done() {
  const [search] = useSearchParams()
  const words = doneWords(search.get('done'), Number(search.get('zaps')))
  const message = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (words && document.activeElement === document.body) message.current?.focus()
  }, [words])
  return (
    <div role="status" ref={message} tabIndex={-1} className={styles.done}>
      {words && (
        <Alert role="none" color="green" mb="lg">
          <Text size="sm" fw={600} c="dark">
            {words}
          </Text>
        </Alert>
      )}
    </div>
  )
}

const NoKey = ({ pending }: { pending: boolean }) => (
  <Form method="post">
    <input type="hidden" name="intent" value="generate" />
    <Stack align="flex-start">
      <ThemeIcon size={52} radius="md" variant="light" aria-hidden>
        <IconPlugConnected size={28} />
      </ThemeIcon>
      <Text maw="30rem">
        Zapier reaches your account with an API key of your own, together with your Login ID. You have no key
        yet.
      </Text>
      <Button type="submit" loading={pending}>
        Generate API Key
      </Button>
    </Stack>
  </Form>
)

const HowToAdd = () => (
  <section className={styles.steps} aria-labelledby="how-to-add">
    <Title order={2} size="md" id="how-to-add" mb="md">
      To add a Zap:
    </Title>
    <ol className={styles.stepList}>
      <li>
        <span>
          Go to the{' '}
          <Anchor component={Link} to="/settings/other/zapier/add-zaps" size="sm" underline="always">
            Add Zaps tab
          </Anchor>{' '}
          and choose how to begin.
        </span>
      </li>
      <li>
        <span>Choose the trigger, and the app that acts.</span>
      </li>
      <li>
        <span>When asked to connect, paste your API key and your Login ID.</span>
      </li>
      <li>
        <span>
          Turn the Zap on. It appears under{' '}
          <Anchor component={Link} to="/settings/other/zapier/manage-zaps" size="sm" underline="always">
            Manage Zaps
          </Anchor>
          .
        </span>
      </li>
    </ol>
    <Group>
      <Button component={Link} to="/settings/other/zapier/add-zaps" variant="outline">
        Add Zap
      </Button>
    </Group>
  </section>
)

import { Alert, Anchor, Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { data, Link, redirect, useNavigation, useSearchParams } from 'react-router'
import { listDeliveries, showRequest } from '#domain/webhooks/list-deliveries.ts'
import { revealSecret } from '#domain/webhooks/signing-secrets.ts'
import { createMessageOf } from '#domain/zapier/message-of.ts'
import { type DeliveryId, isUuid, parsePublicId, publicId } from '#kit/ids.ts'
import { requireUser } from '#web/require-user.ts'
import { momentIn, zoneInWords } from '../../../../../../format/moment.ts'
import { pageTitle } from '../../../../../../page-title.ts'
import { parseForm, readForm } from '../../../../../../parse-form.ts'
import { ConfirmDialog, ConfirmForm } from '../../../../../../ui/confirm-dialog.tsx'
import { CopyButton } from '../../../../../../ui/copy-button.tsx'
import { StatusBadge } from '../../../../../../ui/status-badge.tsx'
import { Time } from '../../../../../../ui/time.tsx'
import { useAnswer } from '../../../../../../ui/use-answer.ts'
import { useFreshData } from '../../../../../app-frame/use-fresh-data.ts'
import { filterWords, heldUntil, hostOf, triggerNames } from '../../zap-words.ts'
import type { Route } from './+types/page.ts'
import { perform, ZapForm } from './acts.ts'
import { Deliveries } from './deliveries.tsx'
import { type Done, doneWords } from './done-words.ts'
import styles from './page.module.css'
import { Fact, Signing, StandingActs, StandingFacts } from './parts.tsx'
import { presentDelivery } from './present-delivery.ts'
import { presentStanding } from './present-standing.ts'

export const meta = ({ loaderData }: Route.MetaArgs) =>
  pageTitle(loaderData?.zap.trigger ?? 'Zap', 'Manage Zaps', 'Zapier')

/** Customers' data may be shown: it must not lie in any cache. */
export const headers = () => ({ 'cache-control': 'no-store' })

export async function loader({ context, request, params }: Route.LoaderArgs) {
  const { deps, user } = requireUser(context, request)
  const subscriptionId = parsePublicId('subscription', params.subscriptionId)
  if (!subscriptionId) throw data(null, { status: 404 })
  const found = await listDeliveries(deps, { viewer: user, subscriptionId })
  if (!found.ok) throw data(null, { status: 404 })
  const { subscription, deliveries } = found.value
  const query = new URL(request.url).searchParams
  const asked = query.get('show') ?? ''
  const sent = isUuid(asked)
    ? await showRequest(
        { ...deps, messageOf: createMessageOf(deps) },
        { viewer: user, subscriptionId, deliveryId: asked as DeliveryId },
      )
    : undefined
  const now = deps.clock.now()
  const moment = momentIn(user.zone, now)
  return {
    zone: zoneInWords(user.zone, now),
    confirmsEnd: query.get('confirm') === 'end' && subscription.state !== 'ended',
    zap: {
      id: publicId('subscription', subscription.id),
      trigger: triggerNames[subscription.trigger],
      filter: filterWords(subscription, user),
      host: hostOf(subscription.targetUrl),
      ...presentStanding(subscription, moment),
    },
    deliveries: deliveries.map((delivery) =>
      presentDelivery(delivery, {
        moment,
        heldWords: heldUntil(subscription),
        request: sent?.ok && delivery.delivery.id === asked ? sent.value : null,
      }),
    ),
  }
}

export async function action({ context, request, params }: Route.ActionArgs) {
  const { deps, user } = requireUser(context, request)
  const id = parsePublicId('subscription', params.subscriptionId)
  if (!id) throw data(null, { status: 404 })
  const form = await readForm(request)
  if (form.get('intent') === 'reveal-secret') {
    // By a button and not by the address: each look is audited.
    const shown = await revealSecret(deps, { viewer: user, id })
    if (!shown.ok) throw data(null, { status: 404 })
    const { secret, formerUntil } = shown.value
    const moment = momentIn(user.zone, deps.clock.now())
    return { signing: { secret, formerUntil: formerUntil ? moment(formerUntil) : null } }
  }
  const parsed = parseForm(ZapForm, form)
  if (!parsed.ok) throw data('This form has no such button.', { status: 400 })
  const done = await perform(deps, { viewer: user, id, form: parsed.value })
  return redirect(
    `/settings/other/zapier/manage-zaps/${params.subscriptionId}?done=${done ?? 'not-possible'}`,
    303,
  )
}

export default function ZapPage({ loaderData, actionData }: Route.ComponentProps) {
  const { zap, deliveries, zone, confirmsEnd } = loaderData
  const [asksEnd, setAsksEnd] = useState(false)
  const answer = useAnswer(actionData)
  const intent = useNavigation().formData?.get('intent')
  useFreshData(5_000)
  if (confirmsEnd)
    return (
      <Paper withBorder p="lg" maw="40rem">
        <Title order={2} mb="md">
          End this Zap?
        </Title>
        <ConfirmForm
          confirmLabel="Yes, end Zap"
          intent="end"
          pending={intent === 'end'}
          cancel={
            <Button component={Link} to="?" variant="default">
              Cancel
            </Button>
          }
        >
          <EndWords zap={zap} />
        </ConfirmForm>
      </Paper>
    )
  return (
    <Stack>
      <Anchor component={Link} to="/settings/other/zapier/manage-zaps" size="sm">
        ← All Zaps
      </Anchor>
      <WhatWasDone />
      <Paper withBorder p="lg">
        <Group mb="md">
          <Title order={2}>{zap.trigger}</Title>
          <StatusBadge tone={zap.state.tone}>{zap.state.text}</StatusBadge>
        </Group>
        <dl className={styles.facts}>
          <Fact name="Waits for">{zap.filter}</Fact>
          <Fact name="Sends to">{zap.host}</Fact>
          <Fact name="Turned on">
            <Time at={zap.created} />
          </Fact>
          <StandingFacts of={zap} />
          <Fact name="Subscription ID">
            <span translate="no">{zap.id}</span> <CopyButton text={zap.id} what="subscription ID" />
          </Fact>
        </dl>
        {zap.isStopped && (
          <Alert color="red" role="note" mt="lg">
            <Text size="sm" c="dark">
              For five days nothing arrived at the target, so sending to it was stopped. What happens is kept;
              everything it missed is sent when you turn it on again.
            </Text>
          </Alert>
        )}
        {zap.isLive && (
          <Group mt="lg" gap="sm">
            <StandingActs of={zap} pending={intent} />
            <Button
              component={Link}
              to="?confirm=end"
              variant="outline"
              color="red.9"
              onClick={(event) => {
                if (event.metaKey || event.ctrlKey || event.shiftKey) return
                event.preventDefault()
                setAsksEnd(true)
              }}
            >
              End Zap
            </Button>
          </Group>
        )}
      </Paper>
      {zap.isLive && (
        <Signing signing={answer?.signing} pending={intent}>
          Every delivery is signed as in Standard Webhooks. Zapier does not ask for it; a receiver of your own
          can check it with this Zap’s secret.
        </Signing>
      )}
      <section aria-labelledby="deliveries">
        <Group justify="space-between" align="baseline" mb="xs">
          <Title order={2} id="deliveries">
            Deliveries
          </Title>
          <Text size="sm" c="dimmed">
            Times are in your zone, {zone}.
          </Text>
        </Group>
        {deliveries.length === 0 ? (
          <Text c="dimmed">
            Nothing was sent yet. What this Zap waits for appears here when it happens next; send a test event
            to try it now.
          </Text>
        ) : (
          <Deliveries deliveries={deliveries} canReplay={zap.isLive} />
        )}
      </section>
      <ConfirmDialog
        title="End this Zap?"
        opened={asksEnd && zap.isLive}
        onClose={() => setAsksEnd(false)}
        confirmLabel="Yes, end Zap"
        intent="end"
        pending={intent === 'end'}
      >
        <EndWords zap={zap} />
      </ConfirmDialog>
    </Stack>
  )
}

const EndWords = ({ zap }: { zap: { trigger: string; filter: string; host: string } }) => (
  <Stack gap="sm">
    <Text fw={600}>
      {zap.trigger}, {zap.filter}, to {zap.host}
    </Text>
    <Text>
      Nothing more is sent to it, also not what still waits. Zapier is told, so that the Zap shows as off
      there. To have it back, turn it on in Zapier.
    </Text>
  </Stack>
)

function WhatWasDone() {
  const [search] = useSearchParams()
  const done = search.get('done') ?? ''
  const words = Object.hasOwn(doneWords, done) ? doneWords[done as Done] : undefined
  return (
    <div role="status">
      {words && (
        <Alert role="none" color={done === 'not-possible' ? 'yellow' : 'green'}>
          <Text size="sm" fw={600} c="dark">
            {words}
          </Text>
        </Alert>
      )}
    </div>
  )
}

import { Alert, Anchor, Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { data, Form, Link, redirect, useNavigation, useSearchParams } from 'react-router'
import { listWebhookDeliveries, showRequest } from '#domain/webhooks/list-deliveries.ts'
import { revealSecret } from '#domain/webhooks/signing-secrets.ts'
import { createMessageOf } from '#domain/zapier/message-of.ts'
import { type DeliveryId, isUuid, parsePublicId, publicId } from '#kit/ids.ts'
import { requireAdministrator } from '#web/require-user.ts'
import { momentIn, zoneInWords } from '../../../../../../format/moment.ts'
import { pageTitle } from '../../../../../../page-title.ts'
import { parseForm, readForm } from '../../../../../../parse-form.ts'
import { AddressDialog, DialogButtons } from '../../../../../../ui/address-dialog.tsx'
import { CopyButton } from '../../../../../../ui/copy-button.tsx'
import { Done } from '../../../../../../ui/done.tsx'
import { StatusBadge } from '../../../../../../ui/status-badge.tsx'
import { Time } from '../../../../../../ui/time.tsx'
import { useAnswer } from '../../../../../../ui/use-answer.ts'
import { useFreshData } from '../../../../../app-frame/use-fresh-data.ts'
import { Deliveries } from '../../../zapier/manage-zaps/zap/deliveries.tsx'
import styles from '../../../zapier/manage-zaps/zap/page.module.css'
import { Fact, Signing, StandingActs, StandingFacts } from '../../../zapier/manage-zaps/zap/parts.tsx'
import { presentDelivery } from '../../../zapier/manage-zaps/zap/present-delivery.ts'
import { presentStanding } from '../../../zapier/manage-zaps/zap/present-standing.ts'
import { heldUntil, hostOf } from '../../../zapier/zap-words.ts'
import { eventName } from '../webhook-words.ts'
import type { Route } from './+types/page.ts'
import { perform, WebhookForm } from './acts.ts'
import { doneWords } from './done-words.ts'

export const meta = ({ loaderData }: Route.MetaArgs) =>
  pageTitle(loaderData?.webhook.name ?? 'Webhook', 'Webhooks', 'API & Webhooks')

/** Customers' data may be shown, and the secret: it must not lie in any cache. */
export const headers = () => ({ 'cache-control': 'no-store' })

const list = '/settings/other/api/webhooks'

export async function loader({ context, request, params }: Route.LoaderArgs) {
  const { deps, user: viewer } = requireAdministrator(context, request)
  const subscriptionId = parsePublicId('subscription', params.webhookId)
  if (!subscriptionId) throw data(null, { status: 404 })
  const found = await listWebhookDeliveries(deps, { viewer, subscriptionId })
  if (!found.ok) throw data(null, { status: 404 })
  const { webhook, deliveries } = found.value
  const query = new URL(request.url).searchParams
  const asked = query.get('show') ?? ''
  const sent = isUuid(asked)
    ? await showRequest(
        { ...deps, messageOf: createMessageOf(deps) },
        { viewer, subscriptionId, deliveryId: asked as DeliveryId },
      )
    : undefined
  const now = deps.clock.now()
  const moment = momentIn(viewer.zone, now)
  return {
    zone: zoneInWords(viewer.zone, now),
    confirmsDelete: query.get('confirm') === 'delete' && webhook.state !== 'ended',
    webhook: {
      id: publicId('subscription', webhook.id),
      name: webhook.name,
      address: webhook.targetUrl,
      host: hostOf(webhook.targetUrl),
      events: webhook.events.map(eventName).join(', '),
      ...presentStanding(webhook, moment),
    },
    deliveries: deliveries.map((delivery) =>
      presentDelivery(delivery, {
        moment,
        heldWords: heldUntil(webhook),
        request: sent?.ok && delivery.delivery.id === asked ? sent.value : null,
      }),
    ),
  }
}

export async function action({ context, request, params }: Route.ActionArgs) {
  const { deps, user: viewer } = requireAdministrator(context, request)
  const id = parsePublicId('subscription', params.webhookId)
  if (!id) throw data(null, { status: 404 })
  const form = await readForm(request)
  if (form.get('intent') === 'reveal-secret') {
    // By a button and not by the address: each look is audited.
    const shown = await revealSecret(deps, { viewer, id })
    if (!shown.ok) throw data(null, { status: 404 })
    const { secret, formerUntil } = shown.value
    const moment = momentIn(viewer.zone, deps.clock.now())
    return { signing: { secret, formerUntil: formerUntil ? moment(formerUntil) : null } }
  }
  const parsed = parseForm(WebhookForm, form)
  if (!parsed.ok) throw data('This form has no such button.', { status: 400 })
  const { intent } = parsed.value
  const isDone = await perform(deps, { viewer, id, form: parsed.value })
  if (isDone && intent === 'delete') return redirect(`${list}?done=deleted`, 303)
  return redirect(`${list}/${params.webhookId}?done=${isDone ? intent : 'not-possible'}`, 303)
}

export default function WebhookPage({ loaderData, actionData }: Route.ComponentProps) {
  const { webhook, deliveries, zone, confirmsDelete } = loaderData
  const signing = useAnswer(actionData)?.signing
  const intent = useNavigation().formData?.get('intent')
  const [search] = useSearchParams()
  const done = search.get('done') ?? ''
  const words = Object.hasOwn(doneWords, done) ? doneWords[done as keyof typeof doneWords] : undefined
  useFreshData(5_000)
  return (
    <Stack>
      <Anchor component={Link} to={list} size="sm">
        ← All webhooks
      </Anchor>
      <Done tone={done === 'not-possible' ? 'yellow' : 'green'}>{words}</Done>
      {confirmsDelete && <DeleteWebhook webhook={webhook} pending={intent === 'delete'} />}
      <Paper withBorder p="lg">
        <Group mb="md">
          <Title order={2}>{webhook.name}</Title>
          <StatusBadge tone={webhook.state.tone}>{webhook.state.text}</StatusBadge>
        </Group>
        <Facts webhook={webhook} />
        {webhook.isStopped && (
          <Alert color="red" role="note" mt="lg">
            <Text size="sm" c="dark">
              For five days nothing arrived at the address, so sending to it was stopped. What happens is
              kept; everything it missed is sent when you turn it on again.
            </Text>
          </Alert>
        )}
        {webhook.isLive && <Acts webhook={webhook} pending={intent} />}
      </Paper>
      {webhook.isLive && (
        <Signing signing={signing} pending={intent}>
          Every delivery is signed, as in Standard Webhooks and in the header oncehub-signature. The receiver
          checks it with this secret, so that nobody else can send it anything.
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
            Nothing was sent yet. What this webhook waits for appears here when it happens next; send a test
            event to try it now.
          </Text>
        ) : (
          <Deliveries deliveries={deliveries} canReplay={webhook.isLive} />
        )}
      </section>
    </Stack>
  )
}

type ShownWebhook = Route.ComponentProps['loaderData']['webhook']

const Facts = ({ webhook }: { webhook: ShownWebhook }) => (
  <dl className={styles.facts}>
    <Fact name="Sends to">
      <span translate="no" style={{ overflowWrap: 'anywhere' }}>
        {webhook.address}
      </span>{' '}
      <CopyButton text={webhook.address} what="address" />
    </Fact>
    <Fact name="Events">{webhook.events}</Fact>
    <Fact name="Created">
      <Time at={webhook.created} />
    </Fact>
    <StandingFacts of={webhook} />
    <Fact name="Webhook ID">
      <span translate="no">{webhook.id}</span> <CopyButton text={webhook.id} what="webhook ID" />
    </Fact>
  </dl>
)

const Acts = ({
  webhook,
  pending,
}: {
  webhook: ShownWebhook
  pending: FormDataEntryValue | null | undefined
}) => (
  <Group mt="lg" gap="sm">
    <StandingActs of={webhook} pending={pending} />
    <Button component={Link} to="?confirm=delete" preventScrollReset variant="outline" color="red.9">
      Delete webhook
    </Button>
  </Group>
)

const DeleteWebhook = ({ webhook, pending }: { webhook: ShownWebhook; pending: boolean }) => {
  const here = `${list}/${webhook.id}`
  return (
    <AddressDialog title={`Delete the webhook “${webhook.name}”?`} closeTo={here}>
      <Form method="post" action={here}>
        <input type="hidden" name="intent" value="delete" />
        <Stack>
          <Text>
            Nothing more is sent to {webhook.host}, also not what still waits. The program that made it is not
            told. This cannot be taken back; to have it again, make a new one.
          </Text>
          <DialogButtons closeTo={here} confirmLabel="Yes, delete webhook" pending={pending} dangerous />
        </Stack>
      </Form>
    </AddressDialog>
  )
}

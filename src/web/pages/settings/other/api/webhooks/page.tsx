import { Anchor, Button, Group, Text, Title } from '@mantine/core'
import { data, Link, redirect, useSearchParams } from 'react-router'
import { actingAs, createWebhook, listWebhooks } from '#domain/webhooks/account-webhooks.ts'
import { publicId } from '#kit/ids.ts'
import { requireAdministrator } from '#web/require-user.ts'
import { momentIn, zoneInWords } from '../../../../../format/moment.ts'
import { IconPlus, IconSend } from '../../../../../icons.ts'
import { pageTitle } from '../../../../../page-title.ts'
import { readForm } from '../../../../../parse-form.ts'
import { Done } from '../../../../../ui/done.tsx'
import { EmptyState } from '../../../../../ui/empty-state.tsx'
import stacked from '../../../../../ui/stacked-table.module.css'
import { StatusBadge } from '../../../../../ui/status-badge.tsx'
import { Time } from '../../../../../ui/time.tsx'
import { useAnswer } from '../../../../../ui/use-answer.ts'
import { useFreshData } from '../../../../app-frame/use-fresh-data.ts'
import { heldWords, hostOf, zapState } from '../../zapier/zap-words.ts'
import type { Route } from './+types/page.ts'
import { CreateWebhook } from './create-webhook.tsx'
import { eventName, refusalWords } from './webhook-words.ts'

export const meta = () => pageTitle('Webhooks', 'API & Webhooks')

const here = '/settings/other/api/webhooks'

export async function loader({ context, request }: Route.LoaderArgs) {
  const { deps, user: viewer } = requireAdministrator(context, request)
  const now = deps.clock.now()
  const moment = momentIn(viewer.zone, now)
  const webhooks = await listWebhooks(deps, viewer.accountId)
  return {
    zone: zoneInWords(viewer.zone, now),
    isCreating: new URL(request.url).searchParams.get('do') === 'create',
    webhooks: webhooks.map((webhook) => ({
      id: publicId('subscription', webhook.id),
      name: webhook.name,
      host: hostOf(webhook.targetUrl),
      events: webhook.events.map(eventName).join(', '),
      state: zapState(webhook),
      last: webhook.lastDelivery && { ...webhook.lastDelivery, at: moment(webhook.lastDelivery.at) },
      pending: webhook.pending,
      held: webhook.held > 0 ? heldWords(webhook) : null,
      failed: webhook.failed,
    })),
  }
}

export async function action({ context, request }: Route.ActionArgs) {
  const { deps, user: viewer, refusalOfTarget } = requireAdministrator(context, request)
  const form = await readForm(request)
  const text = (name: string) => String(form.get(name) ?? '')
  const given = { name: text('name'), url: text('url').trim(), events: form.getAll('events').map(String) }
  const acting = actingAs(viewer)
  if (!acting) throw data(null, { status: 404 })
  const made = await createWebhook({ ...deps, refusalOfTarget }, acting, {
    name: given.name,
    targetUrl: given.url,
    events: given.events,
  })
  if (made.ok) return redirect(`${here}/${publicId('subscription', made.value.id)}?done=created`, 303)
  const { problems, status } = refusalWords(made.problem)
  return data({ refused: { given, problems } }, { status })
}

export default function WebhooksPage({ loaderData, actionData }: Route.ComponentProps) {
  const { webhooks, zone, isCreating } = loaderData
  const refused = useAnswer(actionData)?.refused
  const [search] = useSearchParams()
  useFreshData(5_000)
  return (
    <>
      <Done tone="green">{search.get('done') === 'deleted' ? 'The webhook was deleted.' : undefined}</Done>
      {(isCreating || refused) && <CreateWebhook closeTo={here} refused={refused} />}
      <Group justify="space-between" mb="sm">
        <Title order={2} id="webhooks">
          Webhooks
        </Title>
        <Button
          component={Link}
          to={`${here}?do=create`}
          preventScrollReset
          leftSection={<IconPlus size={18} aria-hidden />}
        >
          Create webhook
        </Button>
      </Group>
      {webhooks.length === 0 ? (
        <EmptyState icon={<IconSend />} title="No webhooks yet">
          A webhook sends what happens to bookings, on every page of the account, to an address of yours.
          Those that programs make by the API appear here as well.
        </EmptyState>
      ) : (
        <>
          <Text size="sm" c="dimmed" mb="xs">
            Times are in your zone, {zone}.
          </Text>
          <WebhookTable webhooks={webhooks} />
        </>
      )}
    </>
  )
}

type ShownWebhook = Route.ComponentProps['loaderData']['webhooks'][number]

const WebhookTable = ({ webhooks }: { webhooks: ShownWebhook[] }) => (
  <table className={stacked.table} aria-labelledby="webhooks">
    <thead>
      <tr>
        <th scope="col">Name</th>
        <th scope="col">Sends to</th>
        <th scope="col">Events</th>
        <th scope="col">State</th>
        <th scope="col">Last delivery</th>
        <th scope="col">Waiting</th>
      </tr>
    </thead>
    <tbody>
      {webhooks.map((webhook) => (
        <tr key={webhook.id}>
          <td data-label="Name">
            <Anchor component={Link} to={`${here}/${webhook.id}`} size="sm" fw={650}>
              {webhook.name}
            </Anchor>
          </td>
          <td data-label="Sends to">{webhook.host}</td>
          <td data-label="Events">{webhook.events}</td>
          <td data-label="State">
            <StatusBadge tone={webhook.state.tone}>{webhook.state.text}</StatusBadge>
          </td>
          <td data-label="Last delivery">
            {webhook.last ? (
              <span>
                {webhook.last.ok ? 'Delivered' : webhook.last.words} <Time at={webhook.last.at} show="ago" />
              </span>
            ) : (
              <Quiet>Nothing sent yet</Quiet>
            )}
          </td>
          <td data-label="Waiting">
            <Waiting webhook={webhook} />
          </td>
        </tr>
      ))}
    </tbody>
  </table>
)

const Waiting = ({ webhook: { pending, held, failed } }: { webhook: ShownWebhook }) => {
  const words = [
    ...(pending > 0 ? [`${pending} to be sent`] : []),
    ...(held ? [held] : []),
    ...(failed > 0 ? [`${failed} given up`] : []),
  ]
  return words.length > 0 ? <span>{words.join(', ')}</span> : <Quiet>None</Quiet>
}

const Quiet = ({ children }: { children: string }) => (
  <Text span size="sm" c="dimmed">
    {children}
  </Text>
)

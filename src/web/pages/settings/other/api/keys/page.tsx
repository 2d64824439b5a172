import { Anchor, Button, Group, Stack, Text, Title } from '@mantine/core'
import { data, Form, Link, redirect, useNavigation, useSearchParams } from 'react-router'
import { z } from 'zod'
import { listUsers } from '#domain/accounts/find-user.ts'
import { createAccountKey, listAccountKeys, revokeAccountKey } from '#domain/api-keys/manage-account-keys.ts'
import { parsePublicId, publicId } from '#kit/ids.ts'
import { requireAdministrator } from '#web/require-user.ts'
import { momentIn, zoneInWords } from '../../../../../format/moment.ts'
import { IconKey, IconPlus } from '../../../../../icons.ts'
import { pageTitle } from '../../../../../page-title.ts'
import { parseForm, readForm } from '../../../../../parse-form.ts'
import { AddressDialog, DialogButtons } from '../../../../../ui/address-dialog.tsx'
import { Done } from '../../../../../ui/done.tsx'
import { EmptyState } from '../../../../../ui/empty-state.tsx'
import stacked from '../../../../../ui/stacked-table.module.css'
import { Time } from '../../../../../ui/time.tsx'
import { useAnswer } from '../../../../../ui/use-answer.ts'
import { useFreshData } from '../../../../app-frame/use-fresh-data.ts'
import type { Route } from './+types/page.ts'
import { CreateKey } from './create-key.tsx'
import { refusalWords, scopeNames, scopes } from './key-words.ts'
import { NewKey } from './new-key.tsx'

export const meta = () => pageTitle('API keys', 'API & Webhooks')

/** The answer to a form may hold a key: it must not lie in any cache. */
export const headers = () => ({ 'cache-control': 'no-store' })

const here = '/settings/other/api'

export async function loader({ context, request }: Route.LoaderArgs) {
  const { deps, user: viewer } = requireAdministrator(context, request)
  const found = await listAccountKeys(deps, viewer)
  // Demoted since the request began.
  if (!found.ok) throw data(null, { status: 404 })
  const now = deps.clock.now()
  const moment = momentIn(viewer.zone, now)
  const names = new Map((await listUsers(deps, viewer.accountId)).map(({ id, name }) => [id, name]))
  const keys = found.value.map((key) => ({
    id: publicId('api-key', key.id),
    name: key.name,
    scope: scopeNames[key.scope],
    created: moment(key.createdAt),
    creator: (key.createdBy && names.get(key.createdBy)) ?? 'a former user',
    lastUsed: key.lastUsedAt && moment(key.lastUsedAt),
    lastUsedFrom: key.lastUsedFrom,
  }))
  const query = new URL(request.url).searchParams
  return {
    keys,
    zone: zoneInWords(viewer.zone, now),
    isCreating: query.get('do') === 'create',
    revoking: keys.find(({ id }) => id === query.get('revoke')) ?? null,
  }
}

const KeyForm = z.discriminatedUnion('intent', [
  z.object({ intent: z.literal('create'), name: z.string(), scope: z.enum(scopes) }),
  z.object({ intent: z.literal('revoke'), key: z.string() }),
])

/** The new key is in the answer to the form and nowhere else: a reload asks anew, and then there is none. */
export async function action({ context, request }: Route.ActionArgs) {
  const { deps, user: viewer } = requireAdministrator(context, request)
  const parsed = parseForm(KeyForm, await readForm(request))
  if (!parsed.ok) throw data('This form has no such button.', { status: 400 })
  const form = parsed.value
  if (form.intent === 'revoke') {
    const id = parsePublicId('api-key', form.key)
    const revoked = id && (await revokeAccountKey(deps, { viewer, id }))
    return redirect(`${here}?done=${revoked?.ok ? 'revoked' : 'not-possible'}`, 303)
  }
  const { name, scope } = form
  const made = await createAccountKey(deps, { viewer, name, scope })
  if (made.ok) return { made: { name: made.value.name, key: made.value.key, scope } }
  if (made.problem.code === 'administrators-only') throw data(null, { status: 404 })
  const { problems, status } = refusalWords(made.problem)
  return data({ refused: { given: { name, scope }, problems } }, { status })
}

export default function ApiKeysPage({ loaderData, actionData }: Route.ComponentProps) {
  const { keys, zone, isCreating, revoking } = loaderData
  const answer = useAnswer(actionData)
  const made = answer && 'made' in answer ? answer.made : undefined
  const refused = answer && 'refused' in answer ? answer.refused : undefined
  useFreshData(5_000)
  return (
    <>
      <WhatWasDone />
      {made && <NewKey made={made} />}
      {((isCreating && !made) || refused) && <CreateKey closeTo={here} refused={refused} />}
      {revoking && <RevokeKey apiKey={revoking} />}
      <Group justify="space-between" mb="sm">
        <Title order={2} id="api-keys">
          API keys
        </Title>
        <Button
          component={Link}
          to={`${here}?do=create`}
          preventScrollReset
          leftSection={<IconPlus size={18} aria-hidden />}
        >
          Create API key
        </Button>
      </Group>
      {keys.length === 0 ? (
        <EmptyState icon={<IconKey />} title="No API keys yet">
          A program that calls the API sends a key with each request. Give each program a key of its own, so
          that one can be taken away without the others.
        </EmptyState>
      ) : (
        <>
          <Text size="sm" c="dimmed" mb="xs">
            Whoever has a key acts as your account, within what it may do. Times are in your zone, {zone}.
          </Text>
          <KeyTable keys={keys} />
        </>
      )}
    </>
  )
}

type ShownKey = Route.ComponentProps['loaderData']['keys'][number]

const KeyTable = ({ keys }: { keys: ShownKey[] }) => (
  <table className={stacked.table} aria-labelledby="api-keys">
    <thead>
      <tr>
        <th scope="col">Name</th>
        <th scope="col">May do</th>
        <th scope="col">Created</th>
        <th scope="col">Last used</th>
        <th scope="col">Actions</th>
      </tr>
    </thead>
    <tbody>
      {keys.map((key) => (
        <tr key={key.id}>
          <td data-label="Name">
            <strong>{key.name}</strong>
          </td>
          <td data-label="May do">{key.scope}</td>
          <td data-label="Created">
            <span>
              <Time at={key.created} /> by {key.creator}
            </span>
          </td>
          <td data-label="Last used">
            {key.lastUsed ? (
              <span>
                <Time at={key.lastUsed} show="both" />
                {key.lastUsedFrom && ` from ${key.lastUsedFrom}`}
              </span>
            ) : (
              <Text span size="sm" c="dimmed">
                Never
              </Text>
            )}
          </td>
          <td data-label="Actions">
            <Anchor
              component={Link}
              to={`${here}?revoke=${key.id}`}
              preventScrollReset
              size="sm"
              fw={600}
              aria-label={`Revoke ${key.name}`}
            >
              Revoke
            </Anchor>
          </td>
        </tr>
      ))}
    </tbody>
  </table>
)

function RevokeKey({ apiKey }: { apiKey: ShownKey }) {
  const pending = useNavigation().formData?.get('intent') === 'revoke'
  return (
    <AddressDialog title={`Revoke the API key “${apiKey.name}”?`} closeTo={here}>
      <Form method="post" action={here}>
        <input type="hidden" name="intent" value="revoke" />
        <input type="hidden" name="key" value={apiKey.id} />
        <Stack>
          <Text>
            Whatever uses “{apiKey.name}” is refused from its very next request on. This cannot be taken back;
            give the program a new key instead.
          </Text>
          <Text>
            {apiKey.lastUsed ? (
              <>
                It was last used <Time at={apiKey.lastUsed} show="ago" />
                {apiKey.lastUsedFrom && ` from ${apiKey.lastUsedFrom}`}.
              </>
            ) : (
              'It was never used.'
            )}
          </Text>
          <DialogButtons closeTo={here} confirmLabel="Yes, revoke key" pending={pending} dangerous />
        </Stack>
      </Form>
    </AddressDialog>
  )
}

const doneWords: Record<string, string> = {
  revoked: 'The API key was revoked.',
  'not-possible': 'This key was revoked before.',
}

function WhatWasDone() {
  const [search] = useSearchParams()
  const done = search.get('done') ?? ''
  const words = Object.hasOwn(doneWords, done) ? doneWords[done] : undefined
  return <Done tone={done === 'not-possible' ? 'yellow' : 'green'}>{words}</Done>
}

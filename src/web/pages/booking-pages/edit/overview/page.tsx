import {
  Alert,
  Button,
  Checkbox,
  Group,
  MultiSelect,
  NativeSelect,
  Paper,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core'
import { data, Form, Link, redirect, useNavigation } from 'react-router'
import { z } from 'zod'
import { listUsers } from '#domain/accounts/find-user.ts'
import { listAllCategories } from '#domain/booking-pages/booking-forms.ts'
import {
  changePublicLink,
  deletePage,
  dependentsOfPage,
  duplicatePage,
  editPage,
  setPageAccess,
} from '#domain/booking-pages/edit-page.ts'
import { parsePublicId, publicId, type UserId } from '#kit/ids.ts'
import { presentZoneName, zoneNames } from '#kit/time.ts'
import { zoneInWords } from '../../../../format/moment.ts'
import { pageTitle } from '../../../../page-title.ts'
import { parseForm, readForm } from '../../../../parse-form.ts'
import { ConfirmForm } from '../../../../ui/confirm-dialog.tsx'
import { CopyButton } from '../../../../ui/copy-button.tsx'
import { useFocusOnProblem } from '../../../../ui/use-focus-on-problem.ts'
import { problemsOf } from '../../parts/edit-words.ts'
import { SaveBar, SaveNote } from '../../parts/save-bar.tsx'
import { requireEditable } from '../require-editable.ts'
import type { Route } from './+types/page.ts'

export const meta = () => pageTitle('Overview', 'Booking page')

export async function loader(args: Route.LoaderArgs) {
  const { deps, user, page, pageId, editorIds, publicLink } = await requireEditable(args)
  const now = deps.clock.now()
  const query = new URL(args.request.url).searchParams
  const users = await listUsers(deps, user.accountId)
  const categories = await listAllCategories(deps, user)
  const zone = presentZoneName(page.zone)
  const zones = zoneNames()
  return {
    here: `/booking-pages/${args.params.pageId}`,
    isAdministrator: user.role === 'administrator',
    page: {
      internalLabel: page.internalLabel,
      acceptsBookings: page.acceptsBookings,
      zone,
      convertsZone: page.convertsZone,
      categoryId: page.category ? publicId('category', page.category.id) : '',
      slug: page.slug,
      ownerId: publicId('user', page.ownerId),
      ownerName: page.owner.name,
      editorIds: editorIds.map((id) => publicId('user', id)),
      editorNames: users.filter(({ id }) => editorIds.includes(id)).map(({ name }) => name),
    },
    host: `${new URL(deps.publicUrl).host}/`,
    publicLink,
    users: users.map(({ id, name, loginId }) => ({
      value: publicId('user', id),
      label: `${name} (${loginId})`,
    })),
    categories: categories
      .filter(({ kind }) => kind === 'booking-page')
      .map(({ id, name }) => ({ value: publicId('category', id), label: name })),
    zones: (zones.includes(zone) ? zones : [zone, ...zones]).map((name) => ({
      value: name,
      label: zoneInWords(name, now),
    })),
    /** What is asked before it is done, with what hangs on the page. */
    asked: asAsked(query.get('do')),
    dependents: asAsked(query.get('do')) ? await dependentsOfPage(deps, { viewer: user, pageId }) : null,
  }
}

const asAsked = (text: string | null): 'delete' | 'close' | undefined =>
  text === 'delete' || text === 'close' ? text : undefined

const Settings = z.object({
  intent: z.literal('settings'),
  internalLabel: z.string('Enter a label.').trim(),
  zone: z.string('Choose a time zone.'),
  convertsZone: z.literal('on').optional(),
  categoryId: z.string().default(''),
})

export async function action(args: Route.ActionArgs) {
  const { deps, user, pageId, page } = await requireEditable(args)
  const form = await readForm(args.request)
  const asked = { viewer: user, pageId }
  const here = `/booking-pages/${args.params.pageId}`
  const refused = (problems: Record<string, string>) => data({ problems }, { status: 400 })
  const answer = (done: { ok: true } | { ok: false; problem: Parameters<typeof problemsOf>[0] }) =>
    done.ok ? data({ saved: true as const }) : refused(problemsOf(done.problem))
  switch (form.get('intent')) {
    case 'open':
      return answer(await editPage(deps, { ...asked, changes: { acceptsBookings: true } }))
    case 'close': {
      const closed = await editPage(deps, { ...asked, changes: { acceptsBookings: false } })
      return closed.ok ? redirect(here, 303) : refused(problemsOf(closed.problem))
    }
    case 'link':
      return answer(
        await changePublicLink(deps, { ...asked, publicLink: String(form.get('publicLink') ?? '') }),
      )
    case 'settings': {
      const parsed = parseForm(Settings, form)
      if (!parsed.ok) return refused(parsed.problems)
      const { internalLabel, zone, convertsZone, categoryId } = parsed.value
      const category = categoryId === '' ? null : parsePublicId('category', categoryId)
      if (category === undefined) return refused({ categoryId: 'Choose a category.' })
      return answer(
        await editPage(deps, {
          ...asked,
          changes: {
            internalLabel,
            zone: presentZoneName(zone),
            convertsZone: convertsZone === 'on',
            categoryId: category,
          },
        }),
      )
    }
    case 'access': {
      const ownerId = parsePublicId('user', String(form.get('ownerId') ?? ''))
      const editorIds = String(form.get('editorIds') ?? '')
        .split(',')
        .map((id) => parsePublicId('user', id))
        .filter((id): id is UserId => id !== undefined)
      if (!ownerId) return refused({ ownerId: 'Choose an owner.' })
      return answer(await setPageAccess(deps, { ...asked, ownerId, editorIds }))
    }
    case 'duplicate': {
      const copied = await duplicatePage(deps, asked)
      return copied.ok
        ? redirect(`/booking-pages/${publicId('booking-page', copied.value)}`, 303)
        : refused(problemsOf(copied.problem))
    }
    case 'delete': {
      const deleted = await deletePage(deps, asked)
      return deleted.ok
        ? redirect(`/booking-pages?deleted=${encodeURIComponent(page.internalLabel)}`, 303)
        : refused(problemsOf(deleted.problem))
    }
    default:
      return redirect(here, 303)
  }
}

export default function OverviewPage({ loaderData, actionData }: Route.ComponentProps) {
  const { here, page, publicLink, host, zones, categories, users, isAdministrator } = loaderData
  const { asked, dependents } = loaderData
  const pending = useNavigation().state === 'submitting'
  const whole = useFocusOnProblem<HTMLDivElement>(actionData)
  const problems: Record<string, string> =
    actionData && 'problems' in actionData ? (actionData.problems as Record<string, string>) : {}
  const invalid = (name: string) => ({
    error: problems[name],
    'aria-invalid': problems[name] !== undefined,
  })
  if (asked && dependents)
    return (
      <Paper withBorder p="lg">
        <Title order={2} mb="md">
          {asked === 'delete' ? 'Delete this booking page?' : 'Stop accepting bookings?'}
        </Title>
        <ConfirmForm
          confirmLabel={asked === 'delete' ? 'Yes, delete' : 'Yes, stop'}
          intent={asked}
          pending={pending}
          cancel={
            <Button component={Link} to={here} variant="default">
              Cancel
            </Button>
          }
        >
          <Text>What happens:</Text>
          <ul>
            <li>
              {asked === 'delete'
                ? `${publicLink} leads nowhere any more, and nobody else ever gets this link.`
                : `${publicLink} shows its public content, and that no times are available.`}
            </li>
            <li>
              {dependents.comingBookings === 0
                ? 'No coming booking is on this page.'
                : `${dependents.comingBookings} coming ${dependents.comingBookings === 1 ? 'booking stays' : 'bookings stay'} as agreed; their customers can still cancel, but not reschedule here.`}
            </li>
            {dependents.openRequests > 0 && (
              <li>
                {dependents.openRequests} open {dependents.openRequests === 1 ? 'request' : 'requests'} can
                still be answered in Activity.
              </li>
            )}
            {dependents.zaps > 0 && (
              <li>
                {dependents.zaps} {dependents.zaps === 1 ? 'Zap' : 'Zaps'} for this page alone{' '}
                {dependents.zaps === 1 ? 'acts' : 'act'} only on the bookings that it has already.
              </li>
            )}
          </ul>
          <Text>
            {asked === 'delete'
              ? 'To stop bookings for a while, close the page instead: “Accept bookings” on its overview.'
              : 'You can open the page again at any time.'}
          </Text>
        </ConfirmForm>
      </Paper>
    )
  return (
    <Stack gap="lg" ref={whole}>
      <SaveNote answer={actionData} />
      {!page.acceptsBookings && (
        <Alert color="orange" title="This page is closed">
          Customers see its public content, but no times.
        </Alert>
      )}
      <Paper withBorder p="lg">
        <Group justify="space-between">
          <div>
            <Title order={2}>Accept bookings</Title>
            <Text size="sm">
              {page.acceptsBookings
                ? 'On: whoever has the link can book.'
                : 'Off: nobody can book; bookings made before stay.'}
            </Text>
          </div>
          {page.acceptsBookings ? (
            <Button component={Link} to={`${here}?do=close`} variant="default">
              Stop accepting bookings
            </Button>
          ) : (
            <Form method="post">
              <input type="hidden" name="intent" value="open" />
              <Button type="submit" loading={pending}>
                Accept bookings
              </Button>
            </Form>
          )}
        </Group>
      </Paper>
      <Paper withBorder p="lg">
        <Title order={2} mb="sm">
          Public link
        </Title>
        <Group gap="md" mb="md">
          <Text style={{ overflowWrap: 'anywhere' }}>{publicLink}</Text>
          <CopyButton text={publicLink} what="public link" />
        </Group>
        <Form method="post">
          <input type="hidden" name="intent" value="link" />
          <Group align="flex-end">
            <TextInput
              {...invalid('publicLink')}
              name="publicLink"
              label={`Change it: ${host}`}
              description="At least four small letters, digits or hyphens. The former link goes on leading here."
              defaultValue={page.slug}
              key={page.slug}
              autoCapitalize="none"
              spellCheck={false}
            />
            <Button type="submit" variant="default" loading={pending}>
              Change link
            </Button>
          </Group>
        </Form>
      </Paper>
      <Paper withBorder p="lg">
        <Title order={2} mb="sm">
          Main settings
        </Title>
        <Form method="post" noValidate>
          <input type="hidden" name="intent" value="settings" />
          <Stack>
            <TextInput
              {...invalid('internalLabel')}
              name="internalLabel"
              label="Internal label"
              description="Only your team sees it."
              defaultValue={page.internalLabel}
              required
              withAsterisk={false}
            />
            <NativeSelect
              {...invalid('zone')}
              name="zone"
              label="Time zone"
              description="The hours of this page are meant in it."
              data={zones}
              defaultValue={page.zone}
            />
            <Checkbox
              name="convertsZone"
              label="Show times in the customer’s own time zone"
              description="Off: everybody sees the times of the page’s zone."
              defaultChecked={page.convertsZone}
            />
            <NativeSelect
              {...invalid('categoryId')}
              name="categoryId"
              label="Category"
              data={[{ value: '', label: 'None' }, ...categories]}
              defaultValue={page.categoryId}
            />
          </Stack>
          <SaveBar discard={here} />
        </Form>
      </Paper>
      <Paper withBorder p="lg">
        <Title order={2} mb="sm">
          Owner and Editors
        </Title>
        {isAdministrator ? (
          <Form method="post">
            <input type="hidden" name="intent" value="access" />
            <Stack>
              <NativeSelect
                {...invalid('ownerId')}
                name="ownerId"
                label="Owner"
                description="Gets the bookings, and the mails about them. Bookings made before stay with their owner."
                data={users}
                defaultValue={page.ownerId}
              />
              <MultiSelect
                name="editorIds"
                label="Editors"
                description="Can change this page and handle its bookings."
                data={users}
                defaultValue={page.editorIds}
                placeholder={page.editorIds.length === 0 ? 'Nobody else' : ''}
                searchable
                clearable
                withScrollArea={false}
              />
            </Stack>
            <SaveBar discard={here} />
          </Form>
        ) : (
          <Text>
            {page.ownerName} owns this page.
            {page.editorNames.length > 0 && ` Editors: ${page.editorNames.join(', ')}.`} An Administrator can
            change that.
          </Text>
        )}
      </Paper>
      <Paper withBorder p="lg">
        <Group>
          <Form method="post">
            <input type="hidden" name="intent" value="duplicate" />
            <Button type="submit" variant="default" loading={pending}>
              Duplicate this page
            </Button>
          </Form>
          <Button component={Link} to={`${here}?do=delete`} variant="light" color="red">
            Delete this page
          </Button>
        </Group>
      </Paper>
    </Stack>
  )
}

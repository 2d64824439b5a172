import { Button, Checkbox, Group, List, Paper, Stack, Text, TextInput, Title } from '@mantine/core'
import { data, Form, Link, redirect, useNavigation } from 'react-router'
import { z } from 'zod'
import { deleteCategoryOf, listAllCategories, saveCategoryOf } from '#domain/booking-pages/booking-forms.ts'
import { listBookingPages } from '#domain/booking-pages/list-booking-pages.ts'
import { listSetUpEventTypes } from '#domain/booking-pages/set-up-event-types.ts'
import { parsePublicId, publicId } from '#kit/ids.ts'
import { requireUser } from '#web/require-user.ts'
import { pageTitle } from '../../page-title.ts'
import { parseForm, readForm } from '../../parse-form.ts'
import { ConfirmForm } from '../../ui/confirm-dialog.tsx'
import { problemsOf } from '../booking-pages/parts/edit-words.ts'
import { SaveNote } from '../booking-pages/parts/save-bar.tsx'
import styles from '../event-types/page.module.css'
import type { Route } from './+types/page.ts'

export const meta = () => pageTitle('Categories')

export async function loader({ context, request }: Route.LoaderArgs) {
  const { deps, user } = requireUser(context, request)
  if (user.role !== 'administrator') throw data(null, { status: 404 })
  const categories = await listAllCategories(deps, user)
  const asked = parsePublicId('category', new URL(request.url).searchParams.get('delete') ?? '')
  const toDelete = categories.find(({ id }) => id === asked)
  const holds =
    toDelete?.kind === 'event-type'
      ? (await listSetUpEventTypes(deps, user))
          .filter(({ category }) => category?.id === asked)
          .map(({ name }) => name)
      : (await listBookingPages(deps, user))
          .filter(({ category }) => category && category.id === asked)
          .map(({ internalLabel }) => internalLabel)
  return {
    categories: categories.map(({ id, ...category }) => ({ ...category, id: publicId('category', id) })),
    toDelete: toDelete && { id: publicId('category', toDelete.id), name: toDelete.name, holds },
  }
}

const CategoryForm = z.object({
  id: z.string().default(''),
  kind: z.enum(['booking-page', 'event-type']),
  name: z.string('Enter a name.').trim(),
  shownToCustomers: z.literal('on').optional(),
})

export async function action({ context, request }: Route.ActionArgs) {
  const { deps, user } = requireUser(context, request)
  if (user.role !== 'administrator') throw data(null, { status: 404 })
  const form = await readForm(request)
  const text = String(form.get('id') ?? '')
  const id = text === '' ? null : parsePublicId('category', text)
  if (id === undefined) throw data(null, { status: 400 })
  if (id && form.get('intent') === 'delete') {
    await deleteCategoryOf(deps, { viewer: user, id })
    return redirect('/categories', 303)
  }
  const parsed = parseForm(CategoryForm, form)
  const of = text || String(form.get('kind'))
  if (!parsed.ok) return data({ of, problems: parsed.problems }, { status: 400 })
  const { kind, name, shownToCustomers } = parsed.value
  const saved = await saveCategoryOf(deps, {
    viewer: user,
    category: { id, kind, name, shownToCustomers: shownToCustomers === 'on' },
  })
  return saved.ok
    ? data({ saved: true as const })
    : data({ of, problems: problemsOf(saved.problem) }, { status: 400 })
}

const kinds = [
  {
    kind: 'event-type',
    title: 'Categories of event types',
    words: 'Customers see event types under the headings of the categories that are shown to them.',
  },
  {
    kind: 'booking-page',
    title: 'Categories of booking pages',
    words: 'For your team: they group the list of booking pages.',
  },
] as const

export default function CategoriesPage({
  loaderData: { categories, toDelete },
  actionData,
}: Route.ComponentProps) {
  const pending = useNavigation().state === 'submitting'
  const problemOf = (of: string) =>
    actionData && 'problems' in actionData && actionData.of === of ? actionData.problems.name : undefined
  if (toDelete)
    return (
      <Paper withBorder p="lg">
        <Title order={1} size="h2" mb="md">
          Delete the category “{toDelete.name}”?
        </Title>
        <ConfirmForm
          confirmLabel="Yes, delete"
          intent="delete"
          pending={pending}
          cancel={
            <Button component={Link} to="/categories" variant="default">
              Cancel
            </Button>
          }
        >
          <input type="hidden" name="id" value={toDelete.id} />
          {toDelete.holds.length === 0 ? (
            <Text>Nothing is in it.</Text>
          ) : (
            <>
              <Text>What is in it stays, and is in no category then:</Text>
              <List>
                {toDelete.holds.map((name) => (
                  <List.Item key={name}>{name}</List.Item>
                ))}
              </List>
            </>
          )}
        </ConfirmForm>
      </Paper>
    )
  return (
    <>
      <Title order={1} mb="lg">
        Categories
      </Title>
      <SaveNote answer={actionData && 'saved' in actionData ? actionData : undefined} />
      <Stack gap="xl">
        {kinds.map(({ kind, title, words }) => (
          <section key={kind} aria-labelledby={`${kind}-categories`}>
            <Title order={2} id={`${kind}-categories`}>
              {title}
            </Title>
            <Text c="dimmed" mb="sm">
              {words}
            </Text>
            <ul className={styles.list}>
              {categories
                .filter((category) => category.kind === kind)
                .map((category) => (
                  <Paper component="li" key={category.id} withBorder p="md">
                    <Group align="flex-end">
                      <Form method="post">
                        <input type="hidden" name="id" value={category.id} />
                        <input type="hidden" name="kind" value={kind} />
                        <Group align="flex-end">
                          <TextInput
                            name="name"
                            label="Name"
                            defaultValue={category.name}
                            maxLength={45}
                            error={problemOf(category.id)}
                          />
                          {kind === 'event-type' && (
                            <Checkbox
                              name="shownToCustomers"
                              label="Shown to customers"
                              defaultChecked={category.shownToCustomers}
                              mb={8}
                            />
                          )}
                          <Button type="submit" variant="default" loading={pending}>
                            Save<span className={styles.hidden}> {category.name}</span>
                          </Button>
                        </Group>
                      </Form>
                      <Button
                        component={Link}
                        to={`/categories?delete=${category.id}`}
                        variant="subtle"
                        color="red"
                      >
                        Delete<span className={styles.hidden}> {category.name}</span>
                      </Button>
                    </Group>
                  </Paper>
                ))}
            </ul>
            <Form method="post" key={categories.length}>
              <input type="hidden" name="kind" value={kind} />
              <Group align="flex-end" mt="sm">
                <TextInput
                  name="name"
                  label="New category"
                  maxLength={45}
                  error={problemOf(kind)}
                  aria-invalid={problemOf(kind) !== undefined}
                />
                {kind === 'event-type' && (
                  <Checkbox name="shownToCustomers" label="Shown to customers" mb={8} />
                )}
                <Button type="submit" loading={pending}>
                  Add
                </Button>
              </Group>
            </Form>
          </section>
        ))}
      </Stack>
    </>
  )
}

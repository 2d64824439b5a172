import {
  Button,
  FileInput,
  Group,
  Image,
  Paper,
  Stack,
  Text,
  Textarea,
  TextInput,
  Title,
} from '@mantine/core'
import { data, Form, useNavigation } from 'react-router'
import { z } from 'zod'
import { editPage, setPageImage } from '#domain/booking-pages/edit-page.ts'
import { pageTitle } from '../../../../page-title.ts'
import { parseForm, readForm } from '../../../../parse-form.ts'
import { useFocusOnProblem } from '../../../../ui/use-focus-on-problem.ts'
import { problemsOf } from '../../parts/edit-words.ts'
import { SaveBar, SaveNote } from '../../parts/save-bar.tsx'
import { requireEditable } from '../require-editable.ts'
import type { Route } from './+types/page.ts'

export const meta = () => pageTitle('Public content', 'Booking page')

export async function loader(args: Route.LoaderArgs) {
  const { page } = await requireEditable(args)
  return {
    here: `/booking-pages/${args.params.pageId}/public-content`,
    publicName: page.publicName,
    welcomeMessage: page.welcomeMessage,
    image: page.imageHash && `/page-image/${args.params.pageId}/${page.imageHash}`,
  }
}

const ContentForm = z.object({
  publicName: z.string('Enter a name.').trim(),
  welcomeMessage: z
    .string()
    .default('')
    .transform((text) => text.replace(/\r\n/g, '\n').trim()),
})

export async function action(args: Route.ActionArgs) {
  const { deps, user, pageId } = await requireEditable(args)
  const form = await readForm(args.request)
  const asked = { viewer: user, pageId }
  const answer = (done: { ok: true } | { ok: false; problem: Parameters<typeof problemsOf>[0] }) =>
    done.ok ? data({ saved: true as const }) : data({ problems: problemsOf(done.problem) }, { status: 400 })
  if (form.get('intent') === 'forget-image')
    return answer(await setPageImage(deps, { ...asked, bytes: null }))
  if (form.get('intent') === 'image') {
    const file = form.get('image')
    if (!(file instanceof File) || file.size === 0)
      return data({ problems: { image: 'Choose a file first.' } }, { status: 400 })
    return answer(await setPageImage(deps, { ...asked, bytes: Buffer.from(await file.arrayBuffer()) }))
  }
  const parsed = parseForm(ContentForm, form)
  if (!parsed.ok) return data({ problems: parsed.problems }, { status: 400 })
  return answer(await editPage(deps, { ...asked, changes: parsed.value }))
}

export default function PublicContentSection({ loaderData, actionData }: Route.ComponentProps) {
  const { here, publicName, welcomeMessage, image } = loaderData
  const pending = useNavigation().state === 'submitting'
  const whole = useFocusOnProblem<HTMLDivElement>(actionData)
  const problems: Record<string, string> =
    actionData && 'problems' in actionData ? (actionData.problems as Record<string, string>) : {}
  const invalid = (name: string) => ({ error: problems[name], 'aria-invalid': problems[name] !== undefined })
  return (
    <Stack gap="lg" ref={whole}>
      <SaveNote answer={actionData} />
      <Paper withBorder p="lg">
        <Title order={2} mb="md">
          Public content
        </Title>
        <Form method="post" noValidate>
          <Stack>
            <TextInput
              {...invalid('publicName')}
              name="publicName"
              label="Public name"
              description="What customers see at the top of the page."
              defaultValue={publicName}
              required
              withAsterisk={false}
              maxLength={75}
            />
            <Textarea
              {...invalid('welcomeMessage')}
              name="welcomeMessage"
              label="Welcome message"
              description="Up to 2,000 characters."
              defaultValue={welcomeMessage}
              autosize
              minRows={4}
              maxLength={2000}
            />
          </Stack>
          <SaveBar discard={here} />
        </Form>
      </Paper>
      <Paper withBorder p="lg">
        <Title order={2} mb="md">
          Image or photo
        </Title>
        <Group align="flex-start">
          {image ? (
            <Image src={image} alt="Image of this page" w={96} h={96} radius="50%" fit="cover" />
          ) : (
            <Text c="dimmed">Customers see the initials of the public name.</Text>
          )}
          <Form method="post" encType="multipart/form-data">
            <input type="hidden" name="intent" value="image" />
            <Stack gap="xs">
              <FileInput
                {...invalid('image')}
                name="image"
                label="Choose file"
                description="PNG, JPEG, GIF or WebP, at most 200 KB; shown round, 200 × 200."
                placeholder="No file chosen"
                accept="image/png,image/jpeg,image/gif,image/webp"
                w="18rem"
              />
              <Button type="submit" variant="default" loading={pending}>
                Upload image
              </Button>
            </Stack>
          </Form>
        </Group>
        {image && (
          <Form method="post">
            <input type="hidden" name="intent" value="forget-image" />
            <Button type="submit" variant="subtle" color="gray" mt="sm" loading={pending}>
              Remove image
            </Button>
          </Form>
        )}
      </Paper>
    </Stack>
  )
}

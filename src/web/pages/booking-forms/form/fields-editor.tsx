import {
  Button,
  Checkbox,
  Group,
  NativeSelect,
  Paper,
  Stack,
  Text,
  Textarea,
  TextInput,
  Title,
} from '@mantine/core'
import { useState } from 'react'
import type { FormField } from '#domain/booking-pages/booking-page.ts'
import { IconPlus } from '../../../icons.ts'

const kinds = [
  { value: 'single-line', label: 'One line' },
  { value: 'multi-line', label: 'Several lines' },
  { value: 'dropdown', label: 'Choice from a list' },
  { value: 'checkbox', label: 'Checkboxes' },
]

const systemKinds: Record<string, FormField['kind']> = {
  company: 'single-line',
  phone: 'single-line',
  note: 'multi-line',
}

const systemTitles: Record<string, string> = { company: 'Company', phone: 'Phone', note: 'Note' }

/** `Insurance number?` becomes `insurance-number`, unlike all others. */
function nameFor(title: string, taken: string[]): string {
  const base =
    title
      .normalize('NFKD')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 16)
      .replace(/-+$/, '') || 'question'
  let name = base
  for (let suffix = 2; taken.includes(name) || name in systemKinds; suffix += 1) name = `${base}-${suffix}`
  return name
}

interface EditedField extends FormField {
  key: number
  /** Not stored yet: its name is made of its title when it is. */
  isNew: boolean
}

function storedFields(fields: EditedField[]): FormField[] {
  const taken = fields.filter(({ isNew }) => !isNew).map(({ name }) => name)
  return fields.map(({ key: _key, isNew, ...field }) => {
    if (!isNew) return field
    const name = nameFor(field.title, taken)
    taken.push(name)
    return { ...field, name }
  })
}

/** What is wrong with each question, by its place: `fields[2].title`. */
type Problems = Record<string, string>

/** Under which keys the questions were when the problems came: they move with their questions. */
interface Marked {
  problems: Problems
  places: Map<number, number>
}

const mark = (problems: Problems, fields: EditedField[]): Marked => ({
  problems,
  places: new Map(fields.map(({ key }, index) => [key, index])),
})

/** The questions of a form, in their order. What it holds is sent as the form's field `fields`. */
export function FieldsEditor({ fields: stored, problems }: { fields: FormField[]; problems: Problems }) {
  const [fields, setFields] = useState<EditedField[]>(
    stored.map((field, key) => ({ ...field, key, isNew: false })),
  )
  const [marked, setMarked] = useState(() => mark(problems, fields))
  if (marked.problems !== problems) setMarked(mark(problems, fields))
  const invalid = (key: number, ...members: string[]) => {
    const place = marked.places.get(key)
    const error = members.map((member) => marked.problems[`fields[${place}].${member}`]).find(Boolean)
    return { error, 'aria-invalid': error !== undefined }
  }
  const names = fields.map(({ name }) => name)
  const set = (key: number, change: Partial<FormField>) =>
    setFields(fields.map((field) => (field.key === key ? { ...field, ...change } : field)))
  const move = (index: number, by: number) => {
    const moved = [...fields]
    const [field] = moved.splice(index, 1)
    if (field) moved.splice(index + by, 0, field)
    setFields(moved)
  }
  const add = (field: FormField, isNew: boolean) =>
    setFields([...fields, { ...field, isNew, key: Math.max(-1, ...fields.map(({ key }) => key)) + 1 }])
  const blank = { subtext: '', required: false, hidden: false, options: [] }
  const missing = Object.keys(systemKinds).filter((name) => !names.includes(name))
  return (
    <>
      <input type="hidden" name="fields" value={JSON.stringify(storedFields(fields))} />
      <Text size="sm" c="dimmed" mb="sm">
        Every form asks for name and email first.
      </Text>
      <Stack component="ol" m={0} p={0} style={{ listStyle: 'none' }}>
        {fields.map((field, index) => (
          <Paper component="li" key={field.key} withBorder p="md">
            <Group justify="space-between" mb="xs">
              <Title order={3} size="h4">
                {field.title || 'New question'}
              </Title>
              <Group gap="xs">
                <Button
                  size="compact-sm"
                  variant="subtle"
                  disabled={index === 0}
                  onClick={() => move(index, -1)}
                  aria-label={`Move ${field.title} up`}
                >
                  Up
                </Button>
                <Button
                  size="compact-sm"
                  variant="subtle"
                  disabled={index === fields.length - 1}
                  onClick={() => move(index, 1)}
                  aria-label={`Move ${field.title} down`}
                >
                  Down
                </Button>
                <Button
                  size="compact-sm"
                  variant="subtle"
                  color="gray"
                  onClick={() => setFields(fields.filter(({ key }) => key !== field.key))}
                  aria-label={`Remove ${field.title}`}
                >
                  Remove
                </Button>
              </Group>
            </Group>
            <Stack gap="sm">
              <TextInput
                {...invalid(field.key, 'title', 'name', ...(field.name in systemKinds ? ['kind'] : []))}
                label="Question"
                value={field.title}
                onChange={(event) => set(field.key, { title: event.currentTarget.value })}
                maxLength={200}
              />
              {!(field.name in systemKinds) && (
                <NativeSelect
                  {...invalid(field.key, 'kind')}
                  label="Answer"
                  data={kinds}
                  value={field.kind}
                  onChange={(event) =>
                    set(field.key, { kind: event.currentTarget.value as FormField['kind'] })
                  }
                />
              )}
              {(field.kind === 'dropdown' || field.kind === 'checkbox') && (
                <Textarea
                  {...invalid(field.key, 'options')}
                  label="Options, one on each line"
                  value={field.options.join('\n')}
                  onChange={(event) => set(field.key, { options: event.currentTarget.value.split('\n') })}
                  onBlur={() =>
                    set(field.key, {
                      options: field.options.map((option) => option.trim()).filter((option) => option !== ''),
                    })
                  }
                  autosize
                  minRows={2}
                />
              )}
              <TextInput
                {...invalid(field.key, 'subtext')}
                label="Help below the field (optional)"
                value={field.subtext}
                onChange={(event) => set(field.key, { subtext: event.currentTarget.value })}
                maxLength={500}
              />
              <Group>
                <Checkbox
                  {...invalid(field.key, 'required')}
                  label="Required"
                  checked={field.required}
                  onChange={(event) => set(field.key, { required: event.currentTarget.checked })}
                />
                <Checkbox
                  label="Hidden: only the link fills it"
                  checked={field.hidden}
                  onChange={(event) => set(field.key, { hidden: event.currentTarget.checked })}
                />
              </Group>
              {!field.isNew && (
                <Text size="xs" c="dimmed">
                  Links fill it with <code>?{field.name}=…</code>
                </Text>
              )}
            </Stack>
          </Paper>
        ))}
      </Stack>
      <Group mt="md">
        <Button
          variant="default"
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() =>
            add({ ...blank, name: nameFor('new-question', names), kind: 'single-line', title: '' }, true)
          }
        >
          Add a question
        </Button>
        {missing.map((name) => (
          <Button
            key={name}
            variant="subtle"
            onClick={() =>
              add(
                {
                  ...blank,
                  name,
                  kind: systemKinds[name] ?? 'single-line',
                  title: systemTitles[name] ?? name,
                },
                false,
              )
            }
          >
            Ask for {name} again
          </Button>
        ))}
      </Group>
    </>
  )
}

import { Checkbox, Stack, TextInput } from '@mantine/core'
import { Form, useNavigation } from 'react-router'
import { AddressDialog, DialogButtons } from '../../../../../ui/address-dialog.tsx'
import { useFocusOnProblem } from '../../../../../ui/use-focus-on-problem.ts'
import { offeredEvents } from './webhook-words.ts'

export interface RefusedWebhook {
  given: { name: string; url: string; events: string[] }
  problems: { name?: string; url?: string; events?: string }
}

/** Asks for a name, the address, and what is to be sent. */
export function CreateWebhook({
  closeTo,
  refused,
}: {
  closeTo: string
  refused: RefusedWebhook | undefined
}) {
  const pending = useNavigation().state === 'submitting'
  const form = useFocusOnProblem<HTMLFormElement>(refused)
  const problems = refused?.problems ?? {}
  const given = refused?.given ?? { name: '', url: '', events: ['booking'] }
  const invalid = (name: 'name' | 'url') => ({
    error: problems[name],
    'aria-invalid': problems[name] !== undefined,
  })
  return (
    <AddressDialog title="Create webhook" closeTo={closeTo}>
      <Form method="post" action={closeTo} ref={form} noValidate preventScrollReset>
        <Stack>
          <TextInput
            {...invalid('name')}
            label="Name"
            description="Where it goes, such as CRM."
            name="name"
            autoComplete="off"
            required
            withAsterisk={false}
            data-autofocus
            defaultValue={given.name}
          />
          <TextInput
            {...invalid('url')}
            label="Address"
            description="What is sent goes there by POST, signed."
            name="url"
            type="url"
            autoComplete="off"
            placeholder="https://"
            required
            withAsterisk={false}
            defaultValue={given.url}
          />
          <Checkbox.Group label="Events" defaultValue={given.events} error={problems.events}>
            <Stack gap="xs" mt="xs">
              {Object.entries(offeredEvents).map(([event, label]) => (
                <Checkbox key={event} name="events" value={event} label={label} />
              ))}
            </Stack>
          </Checkbox.Group>
          <DialogButtons closeTo={closeTo} confirmLabel="Create webhook" pending={pending} />
        </Stack>
      </Form>
    </AddressDialog>
  )
}

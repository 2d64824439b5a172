import { Alert, Radio, Stack, TextInput } from '@mantine/core'
import { Form, useNavigation } from 'react-router'
import type { ApiScope } from '#domain/api-keys/account-key.ts'
import { AddressDialog, DialogButtons } from '../../../../../ui/address-dialog.tsx'
import { useFocusOnProblem } from '../../../../../ui/use-focus-on-problem.ts'
import { scopeNames, scopes, scopeWords } from './key-words.ts'

export interface RefusedKey {
  given: { name: string; scope: ApiScope }
  problems: { name?: string; form?: string }
}

/** Asks for a name and what the key may do. */
export function CreateKey({ closeTo, refused }: { closeTo: string; refused: RefusedKey | undefined }) {
  const pending = useNavigation().formData?.get('intent') === 'create'
  const form = useFocusOnProblem<HTMLFormElement>(refused)
  const { name, form: whole } = refused?.problems ?? {}
  return (
    <AddressDialog title="Create API key" closeTo={closeTo}>
      <Form method="post" action={closeTo} ref={form} noValidate preventScrollReset>
        <input type="hidden" name="intent" value="create" />
        <Stack>
          {whole && (
            <Alert color="red" role="alert" tabIndex={-1}>
              {whole}
            </Alert>
          )}
          <TextInput
            label="Name"
            description="What will use it, such as n8n or Reports."
            name="name"
            autoComplete="off"
            required
            withAsterisk={false}
            maxLength={100}
            data-autofocus
            defaultValue={refused?.given.name}
            error={name}
            aria-invalid={name !== undefined}
          />
          <Radio.Group name="scope" label="The key may do" defaultValue={refused?.given.scope ?? 'all'}>
            <Stack gap="sm" mt="xs">
              {scopes.map((scope) => (
                <Radio key={scope} value={scope} label={scopeNames[scope]} description={scopeWords[scope]} />
              ))}
            </Stack>
          </Radio.Group>
          <DialogButtons closeTo={closeTo} confirmLabel="Create API key" pending={pending} />
        </Stack>
      </Form>
    </AddressDialog>
  )
}

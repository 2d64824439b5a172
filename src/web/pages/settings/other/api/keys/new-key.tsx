import { Paper, Stack, Text, Title } from '@mantine/core'
import { useEffect, useRef } from 'react'
import type { ApiScope } from '#domain/api-keys/account-key.ts'
import { CopyBox } from '../../../../../ui/copy-box.tsx'
import { scopeNames } from './key-words.ts'

/** The key that was just made, to take away. It has the focus, because the dialog that made it is gone. */
export function NewKey({ made }: { made: { name: string; key: string; scope: ApiScope } }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  return (
    <Paper component="section" withBorder p="lg" mb="lg" aria-labelledby="new-key">
      <Stack gap="sm">
        <Title order={2} id="new-key" ref={heading} tabIndex={-1} style={{ outline: 'none' }}>
          Your new API key “{made.name}”
        </Title>
        <Text>
          Copy it now, and keep it as you keep a password: it is shown this once and never again.
          <br />
          May do: {scopeNames[made.scope]}.
        </Text>
        <CopyBox label="API key:" text={made.key} />
      </Stack>
    </Paper>
  )
}

import { Paper, Stack, Text, ThemeIcon, Title } from '@mantine/core'
import type { ReactNode } from 'react'

/** What to say, and what to do, where there is nothing to list yet. */
export const EmptyState = ({
  icon,
  title,
  children,
}: {
  icon: ReactNode
  title: string
  children: ReactNode
}) => (
  <Paper withBorder p="xl">
    <Stack align="center" gap="sm" maw="32rem" mx="auto" ta="center">
      <ThemeIcon size={48} radius="xl" variant="light" aria-hidden>
        {icon}
      </ThemeIcon>
      <Title order={2}>{title}</Title>
      <Text component="div" c="dimmed">
        {children}
      </Text>
    </Stack>
  </Paper>
)

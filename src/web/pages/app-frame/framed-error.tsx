import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { Link, useLocation } from 'react-router'
import { errorWords } from '../not-found/error-words.ts'

export function FramedError({ error }: { error: unknown }) {
  const { title, advice, again } = errorWords(error)
  const { pathname, search } = useLocation()
  return (
    <Paper withBorder p="xl" maw="40rem">
      <title>{`${title} · Hourwire`}</title>
      <Stack>
        <Title order={1}>{title}</Title>
        <Text>{advice}</Text>
        <Group>
          {again && (
            <Button component="a" href={pathname + search}>
              Try again
            </Button>
          )}
          <Button component={Link} to="/" variant={again ? 'default' : 'filled'}>
            Back to Activity
          </Button>
        </Group>
      </Stack>
    </Paper>
  )
}

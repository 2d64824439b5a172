import { Alert, Text } from '@mantine/core'

/** What was just done, read out as it appears. Without words it is there and shows nothing. */
export const Done = ({ tone, children }: { tone: 'green' | 'yellow'; children: string | undefined }) => (
  <div role="status">
    {children && (
      <Alert role="none" color={tone} mb="lg">
        <Text size="sm" fw={600} c="dark">
          {children}
        </Text>
      </Alert>
    )}
  </div>
)

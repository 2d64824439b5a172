import { Badge } from '@mantine/core'

export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'quiet'

const colors: Record<Tone, string> = {
  good: 'green',
  warn: 'orange',
  bad: 'red',
  info: 'wire',
  quiet: 'gray',
}

/** A state in one or two words. The words say it; the color only helps. */
export const StatusBadge = ({ tone, children }: { tone: Tone; children: string }) => (
  <Badge color={colors[tone]} variant="light" tt="none" fw={600} size="lg" radius="sm" miw="max-content">
    {children}
  </Badge>
)

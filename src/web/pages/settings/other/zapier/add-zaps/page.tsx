import {
  Alert,
  Anchor,
  Button,
  Code,
  Paper,
  Stack,
  Text,
  ThemeIcon,
  Title,
  VisuallyHidden,
} from '@mantine/core'
import { Link } from 'react-router'
import { requireUser } from '#web/require-user.ts'
import {
  IconArrowRight,
  IconExternalLink,
  IconFileTypeCsv,
  IconInfoCircle,
  IconSend,
} from '../../../../../icons.ts'
import { pageTitle } from '../../../../../page-title.ts'
import { LogoMark } from '../../../../app-frame/logo.tsx'
import type { Route } from './+types/page.ts'
import styles from './page.module.css'

export const meta = () => pageTitle('Add Zaps', 'Zapier')

const starters = [
  {
    action: 'post',
    title: 'Post every new booking to a web address',
    text: 'Each booking goes to an address of your choice, as JSON, the moment it is made.',
    Icon: IconSend,
  },
  {
    action: 'csv',
    title: 'Append every new booking to a CSV file',
    text: 'Each booking becomes a row of a table that any spreadsheet program opens.',
    Icon: IconFileTypeCsv,
  },
]

export function loader({ context, request }: Route.LoaderArgs) {
  return { sandboxUrl: requireUser(context, request).sandboxUrl }
}

export default function AddZapsPage({ loaderData: { sandboxUrl } }: Route.ComponentProps) {
  return (
    <Stack gap="lg">
      <Alert color="wire" icon={<IconInfoCircle aria-hidden />}>
        <Text size="sm" c="dark">
          A Zap connects with your API key and your Login ID. Both are on the{' '}
          <Anchor
            component={Link}
            to="/settings/other/zapier/api-key"
            c="wire.9"
            size="sm"
            fw={600}
            underline="always"
          >
            API key tab
          </Anchor>
          ; if you have no key yet, generate it there first.
        </Text>
      </Alert>
      {sandboxUrl ? <Starters sandboxUrl={sandboxUrl} /> : <ZapierItself />}
    </Stack>
  )
}

const Starters = ({ sandboxUrl }: { sandboxUrl: string }) => (
  <section aria-labelledby="starters">
    <Title order={2} id="starters">
      Pick a Zap to begin with
    </Title>
    <Text c="dimmed" mb="md">
      The sandbox runs beside this server and makes real Zaps with the same integration as Zapier.
    </Text>
    <ul className={styles.cards}>
      {starters.map(({ action, title, text, Icon }) => (
        <Paper component="li" key={action} withBorder p="lg">
          <div className={styles.card}>
            <div className={styles.apps} aria-hidden>
              <LogoMark size={36} />
              <IconArrowRight size={18} />
              <ThemeIcon size={36} radius="md" variant="light">
                <Icon size={20} />
              </ThemeIcon>
            </div>
            <Title order={3} size="md">
              {title}
            </Title>
            <Text size="sm">{text}</Text>
            <Button
              className={styles.go}
              component="a"
              href={`${sandboxUrl}/zaps/new?${new URLSearchParams({ trigger: 'booking_scheduled', action })}`}
              target="_blank"
              rel="noopener"
              variant="outline"
              rightSection={<IconExternalLink size={16} aria-hidden />}
            >
              Try it in the sandbox
              <VisuallyHidden>: {title} (opens in a new tab)</VisuallyHidden>
            </Button>
          </div>
        </Paper>
      ))}
    </ul>
  </section>
)

const ZapierItself = () => (
  <section aria-labelledby="zapier-itself">
    <Title order={2} id="zapier-itself" mb="xs">
      Add Zaps in Zapier
    </Title>
    <Stack gap="sm" maw="42rem">
      <Text>
        This server is connected to Zapier by a private integration: one that belongs to your own Zapier
        account and points to this server.
      </Text>
      <Text>
        The person who runs this server sets it up once. How to is told in <Code>docs/zapier.md</Code>, in the
        folder the server was installed from. Afterwards choose the integration in Zapier as the trigger of a
        new Zap, and connect it with your API key and your Login ID.
      </Text>
    </Stack>
  </section>
)

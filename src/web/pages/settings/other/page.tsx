import { Button, Group, Paper, Text, ThemeIcon, Title } from '@mantine/core'
import { Link } from 'react-router'
import { listZaps } from '#domain/zapier/manage-zaps.ts'
import { requireUser } from '#web/require-user.ts'
import { IconKey, IconMail, IconPlugConnected, IconSend } from '../../../icons.ts'
import { pageTitle } from '../../../page-title.ts'
import type { Route } from './+types/page.ts'

export const meta = () => pageTitle('Other settings')

export async function loader({ context, request }: Route.LoaderArgs) {
  const { deps, user } = requireUser(context, request)
  const zaps = await listZaps(deps, user)
  return {
    zapsOn: zaps.filter(({ state }) => state === 'on').length,
    isAdministrator: user.role === 'administrator',
  }
}

export default function OtherSettingsPage({ loaderData: { zapsOn, isAdministrator } }: Route.ComponentProps) {
  return (
    <>
      <Title order={1} mb="lg">
        Other settings
      </Title>
      <Paper withBorder p="lg">
        <Group align="flex-start" wrap="nowrap">
          <ThemeIcon size={44} radius="md" variant="light" aria-hidden>
            <IconPlugConnected />
          </ThemeIcon>
          <div>
            <Title order={2}>Zapier</Title>
            <Text mt={4}>Let the apps you work with act on your bookings: your API key, and your Zaps.</Text>
            <Text size="sm" c="dimmed" mt={4}>
              {zapsOn === 0 ? 'No Zap is on yet.' : zapsOn === 1 ? '1 Zap is on.' : `${zapsOn} Zaps are on.`}
            </Text>
            <Button component={Link} to="/settings/other/zapier" mt="md">
              Open Zapier settings
            </Button>
          </div>
        </Group>
      </Paper>
      {isAdministrator && (
        <Paper withBorder p="lg" mt="md">
          <Group align="flex-start" wrap="nowrap">
            <ThemeIcon size={44} radius="md" variant="light" aria-hidden>
              <IconKey />
            </ThemeIcon>
            <div>
              <Title order={2}>API & Webhooks</Title>
              <Text mt={4}>
                Keys for programs of your own that read bookings, book and cancel, and addresses that are told
                what happens.
              </Text>
              <Button component={Link} to="/settings/other/api" mt="md" variant="default">
                Open API & Webhooks
              </Button>
            </div>
          </Group>
        </Paper>
      )}
      {isAdministrator && (
        <Paper withBorder p="lg" mt="md">
          <Group align="flex-start" wrap="nowrap">
            <ThemeIcon size={44} radius="md" variant="light" aria-hidden>
              <IconSend />
            </ThemeIcon>
            <div>
              <Title order={2}>Deliveries</Title>
              <Text mt={4}>What was sent to everybody’s Zaps, what came back, and how each Zap does.</Text>
              <Button component={Link} to="/settings/other/deliveries" mt="md" variant="default">
                Open the deliveries
              </Button>
            </div>
          </Group>
        </Paper>
      )}
      {isAdministrator && (
        <Paper withBorder p="lg" mt="md">
          <Group align="flex-start" wrap="nowrap">
            <ThemeIcon size={44} radius="md" variant="light" aria-hidden>
              <IconMail />
            </ThemeIcon>
            <div>
              <Title order={2}>Mailbox</Title>
              <Text mt={4}>
                Every e-mail Hourwire wrote to your customers and users, as they received it.
              </Text>
              <Button component={Link} to="/settings/other/mailbox" mt="md" variant="default">
                Open the mailbox
              </Button>
            </div>
          </Group>
        </Paper>
      )}
    </>
  )
}

import { Alert, Anchor, Paper, Text, Title } from '@mantine/core'
import { data, Link } from 'react-router'
import { listMails } from '#domain/notifications/send-mails.ts'
import { publicId } from '#kit/ids.ts'
import { requireUser } from '#web/require-user.ts'
import { momentIn } from '../../../../format/moment.ts'
import { IconInfoCircle, IconMail } from '../../../../icons.ts'
import { pageTitle } from '../../../../page-title.ts'
import { EmptyState } from '../../../../ui/empty-state.tsx'
import { StatusBadge } from '../../../../ui/status-badge.tsx'
import { Time } from '../../../../ui/time.tsx'
import { useFreshData } from '../../../app-frame/use-fresh-data.ts'
import type { Route } from './+types/page.ts'
import { stateWords } from './mail-words.ts'
import styles from './page.module.css'

export const meta = () => pageTitle('Mailbox')

export async function loader({ context, request }: Route.LoaderArgs) {
  const { deps, user } = requireUser(context, request)
  if (user.role !== 'administrator') throw data(null, { status: 404 })
  const moment = momentIn(user.zone, deps.clock.now())
  const mails = await listMails(deps, user)
  return {
    hasKept: mails.some(({ state }) => state === 'kept'),
    mails: mails.map(({ id, to, subject, state, lastError, createdAt }) => ({
      id: publicId('mail', id),
      to: to.name ? `${to.name} <${to.address}>` : to.address,
      subject,
      state: stateWords[state],
      lastError,
      created: moment(createdAt),
    })),
  }
}

export default function MailboxPage({ loaderData: { mails, hasKept } }: Route.ComponentProps) {
  useFreshData(5_000)
  return (
    <>
      <Title order={1} mb={4}>
        Mailbox
      </Title>
      <Text c="dimmed" mb="lg">
        The newest hundred e-mails that Hourwire wrote for this account. Only Administrators see them.
      </Text>
      {hasKept && (
        <Alert icon={<IconInfoCircle />} mb="lg" title="Some mails were not sent anywhere">
          No mail server was set when they were written, so they are only kept here. The operator of this
          server sets one with <code>SMTP_URL</code>.
        </Alert>
      )}
      {mails.length === 0 ? (
        <EmptyState icon={<IconMail />} title="No mail yet">
          As soon as somebody books, the mails to them and to the owner appear here.
        </EmptyState>
      ) : (
        <ul className={styles.list} aria-label="Mails, newest first">
          {mails.map((mail) => (
            <Paper component="li" key={mail.id} withBorder p="md" className={styles.mail}>
              <div className={styles.words}>
                <Anchor component={Link} to={`/settings/other/mailbox/${mail.id}`} fw={650}>
                  {mail.subject}
                </Anchor>
                <Text size="sm" className={styles.breaking}>
                  To {mail.to}
                </Text>
                <Text size="sm" c="dimmed">
                  <Time at={mail.created} show="both" />
                </Text>
                {mail.lastError && (
                  <Text size="sm" c="red.9" className={styles.breaking}>
                    The mail server said: {mail.lastError}
                  </Text>
                )}
              </div>
              <StatusBadge tone={mail.state.tone}>{mail.state.text}</StatusBadge>
            </Paper>
          ))}
        </ul>
      )}
    </>
  )
}

import { Anchor, Group, Text, Title } from '@mantine/core'
import { data, Link } from 'react-router'
import { findMail } from '#domain/notifications/send-mails.ts'
import { parsePublicId } from '#kit/ids.ts'
import { requireUser } from '#web/require-user.ts'
import { momentIn } from '../../../../../format/moment.ts'
import { pageTitle } from '../../../../../page-title.ts'
import { LinkTabs } from '../../../../../ui/link-tabs.tsx'
import { StatusBadge } from '../../../../../ui/status-badge.tsx'
import { Time } from '../../../../../ui/time.tsx'
import { stateWords } from '../mail-words.ts'
import styles from '../page.module.css'
import type { Route } from './+types/page.ts'

export const meta = ({ loaderData }: Route.MetaArgs) => pageTitle(loaderData?.subject ?? 'Mail', 'Mailbox')

export async function loader({ context, request, params }: Route.LoaderArgs) {
  const { deps, user } = requireUser(context, request)
  const id = parsePublicId('mail', params.mailId)
  const mail = id && (await findMail(deps, { viewer: user, id }))
  if (!mail) throw data(null, { status: 404 })
  return {
    id: params.mailId,
    subject: mail.subject,
    to: mail.to.name ? `${mail.to.name} <${mail.to.address}>` : mail.to.address,
    from: deps.mailAddress,
    replyTo: mail.replyTo,
    state: stateWords[mail.state],
    attempts: mail.attempts,
    lastError: mail.lastError,
    calendar: mail.calendar && (mail.calendar.method === 'CANCEL' ? 'takes the entry out' : 'adds the entry'),
    created: momentIn(user.zone, deps.clock.now())(mail.createdAt),
    isHidden: mail.isHidden,
    plainText: new URL(request.url).searchParams.get('as') === 'text' ? mail.text : null,
  }
}

/** One mail as it was received: HTML in a frame of its own, without scripts. */
export default function MailPage({ loaderData: mail }: Route.ComponentProps) {
  const here = `/settings/other/mailbox/${mail.id}`
  const raw = `/mailbox/${mail.id}`
  return (
    <>
      <Anchor component={Link} to="/settings/other/mailbox" size="sm">
        Mailbox
      </Anchor>
      <Group justify="space-between" mb="sm" wrap="nowrap" align="flex-start">
        <Title order={1}>{mail.subject}</Title>
        <StatusBadge tone={mail.state.tone}>{mail.state.text}</StatusBadge>
      </Group>
      <dl className={styles.facts}>
        <dt>To</dt>
        <dd>{mail.to}</dd>
        <dt>From</dt>
        <dd>{mail.from}</dd>
        <dt>Answers to</dt>
        <dd>{mail.replyTo || '–'}</dd>
        <dt>Written</dt>
        <dd>
          <Time at={mail.created} show="both" />
        </dd>
        {mail.calendar && (
          <>
            <dt>Calendar</dt>
            <dd>
              <a href={`${raw}/booking.ics`}>booking.ics</a>, {mail.calendar}
            </dd>
          </>
        )}
        {mail.lastError && (
          <>
            <dt>Last refusal</dt>
            <dd>
              {mail.lastError} ({mail.attempts} {mail.attempts === 1 ? 'try' : 'tries'})
            </dd>
          </>
        )}
      </dl>
      {mail.isHidden ? (
        <Text mt="md">
          This mail carries a link to set a password, so what it says is for its receiver only and is not
          shown here.
        </Text>
      ) : (
        <>
          <LinkTabs
            label="Form of the mail"
            tabs={[
              { to: here, label: 'HTML', current: mail.plainText === null },
              { to: `${here}?as=text`, label: 'Text', current: mail.plainText !== null },
            ]}
          />
          <Text component="div" mt="md">
            {mail.plainText === null ? (
              <iframe
                className={styles.frame}
                title={mail.subject}
                src={`${raw}/html`}
                sandbox="allow-popups allow-popups-to-escape-sandbox"
              />
            ) : (
              <pre className={styles.text}>{mail.plainText}</pre>
            )}
          </Text>
        </>
      )}
    </>
  )
}

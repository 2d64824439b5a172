import { Anchor, Button, Paper, Title, VisuallyHidden } from '@mantine/core'
import { Link, useNavigate } from 'react-router'
import { IconArrowRight, IconExternalLink } from '../../../../../icons.ts'
import { LogoMark } from '../../../../app-frame/logo.tsx'
import { AppMark } from './app-mark.tsx'
import type { Part, ShownZap } from './card.ts'
import styles from './page.module.css'

/** One Zap to begin with: from what to where, and in detail what it sends. */
export const ZapCard = ({
  zap,
  addHref,
  opensFilled,
}: {
  zap: ShownZap
  addHref: string
  opensFilled: boolean
}) => (
  <Paper component="li" withBorder p="lg" className={styles.card}>
    <div className={styles.apps} aria-hidden>
      <LogoMark size={36} />
      {zap.apps.map((app) => (
        <span key={app.id} className={styles.apps}>
          <IconArrowRight size={18} />
          <AppMark {...app} />
        </span>
      ))}
    </div>
    <Title order={4} size="md">
      {zap.title}
    </Title>
    <details className={styles.sends}>
      <summary>
        What it sends<VisuallyHidden>: {zap.title}</VisuallyHidden>
      </summary>
      <dl>
        <dt>When</dt>
        <dd>{zap.trigger}</dd>
        {zap.filter && (
          <>
            <dt>Only if</dt>
            <dd>
              <FieldName text={zap.filter.field} />{' '}
              {zap.filter.condition.replace('(Text) ', '').toLowerCase()} {zap.filter.value}
            </dd>
          </>
        )}
      </dl>
      {zap.steps.map(({ app, action, fields }) => (
        <div key={`${app} ${action}`}>
          <p className={styles.action}>
            {app}: {action}
          </p>
          <dl>
            {fields.map(({ name, parts }) => (
              <div key={name} className={styles.pair}>
                <dt>{name}</dt>
                <dd>
                  <Parts parts={parts} />
                </dd>
              </div>
            ))}
          </dl>
        </div>
      ))}
      <Anchor
        component={Link}
        to={addHref}
        preventScrollReset
        size="sm"
        underline="always"
        className={styles.stepsLink}
        aria-label={`The steps in Zapier: ${zap.title}`}
      >
        The steps in Zapier
      </Anchor>
    </details>
    <div className={styles.go}>
      <AddZap zap={zap} addHref={addHref} opensFilled={opensFilled} />
      {zap.sandboxUrl && (
        <Anchor
          href={zap.sandboxUrl}
          target="_blank"
          rel="noopener"
          size="sm"
          fw={600}
          underline="always"
          aria-label={`Try it in the sandbox: ${zap.title} (opens in a new tab)`}
        >
          Try it in the sandbox
        </Anchor>
      )}
    </div>
  </Paper>
)

/** Opens Zapier in another tab where the operator has said which integration is theirs; the steps stay open here. Else only the steps. */
function AddZap({ zap, addHref, opensFilled }: { zap: ShownZap; addHref: string; opensFilled: boolean }) {
  const navigate = useNavigate()
  if (!opensFilled)
    return (
      <Button
        component={Link}
        to={addHref}
        preventScrollReset
        variant="outline"
        radius="xl"
        aria-label={`Add Zap: ${zap.title}`}
      >
        Add Zap
      </Button>
    )
  return (
    <Button
      component="a"
      href={zap.zapierUrl}
      target="_blank"
      rel="noopener"
      variant="outline"
      radius="xl"
      rightSection={<IconExternalLink size={16} aria-hidden />}
      onClick={() => void navigate(addHref, { preventScrollReset: true })}
      aria-label={`Add Zap: ${zap.title} (opens Zapier in a new tab)`}
    >
      Add Zap
    </Button>
  )
}

export const Parts = ({ parts }: { parts: Part[] }) => (
  <>
    {parts.map(({ text, isField }, index) =>
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text never change places
      isField ? <FieldName key={index} text={text} /> : <span key={index}>{text}</span>,
    )}
  </>
)

export const FieldName = ({ text }: { text: string }) => <span className={styles.field}>{text}</span>

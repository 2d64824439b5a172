import { Anchor, Button, Group, Paper, Text, Title, VisuallyHidden } from '@mantine/core'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { IconCheck } from '../../icons.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import styles from './first-steps.module.css'

/** Shown until somebody has booked and a Zap was made. */
export const FirstSteps = ({
  ownLink,
  isBooked,
  hasZap,
}: {
  ownLink: string
  isBooked: boolean
  hasZap: boolean
}) => (
  <Paper component="section" aria-labelledby="first-steps" withBorder p="lg" mb="xl">
    <Title order={2} id="first-steps" mb="md">
      First steps
    </Title>
    <ol className={styles.steps}>
      <Step number={1} title="Share your booking page" done={isBooked}>
        <Text size="sm">Whoever has this link can book you:</Text>
        <Group gap="xs" mt={4}>
          <Anchor href={ownLink} target="_blank" size="sm" fw={600}>
            {ownLink}
            <VisuallyHidden> (opens in a new tab)</VisuallyHidden>
          </Anchor>
          <CopyButton text={ownLink} what="booking page link" />
        </Group>
      </Step>
      <Step number={2} title="Let Zapier act on bookings" done={hasZap}>
        <Text size="sm" mb="sm">
          Generate your API key, and each new booking can start a Zap.
        </Text>
        <Button
          component={Link}
          to="/settings/other/zapier/api-key"
          size="xs"
          variant={hasZap ? 'default' : 'filled'}
        >
          Connect Zapier
        </Button>
      </Step>
    </ol>
  </Paper>
)

const Step = ({
  number,
  title,
  done,
  children,
}: {
  number: number
  title: string
  done: boolean
  children: ReactNode
}) => (
  <li className={done ? `${styles.step} ${styles.done}` : styles.step}>
    <span className={styles.number}>
      {done ? (
        <>
          <IconCheck size={18} aria-hidden />
          <VisuallyHidden>Done:</VisuallyHidden>
        </>
      ) : (
        number
      )}
    </span>
    <div>
      <Text fw={650}>{title}</Text>
      {children}
    </div>
  </li>
)

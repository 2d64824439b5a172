import { Button, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { Form } from 'react-router'
import type { Moment } from '../../../../../../format/moment.ts'
import { CopyBox } from '../../../../../../ui/copy-box.tsx'
import { Time } from '../../../../../../ui/time.tsx'
import type { ShownStanding } from './present-standing.ts'

/** A button that does one thing to what the page is about. */
export const ActButton = ({
  intent,
  pending,
  children,
}: {
  intent: string
  pending: boolean
  children: ReactNode
}) => (
  <Form method="post">
    <input type="hidden" name="intent" value={intent} />
    <Button type="submit" variant="default" loading={pending}>
      {children}
    </Button>
  </Form>
)

/** The secret, shown on demand, for receivers that check where deliveries come from. */
export const Signing = ({
  signing,
  pending,
  children,
}: {
  signing: { secret: string; formerUntil: Moment | null } | undefined
  pending: FormDataEntryValue | null | undefined
  children: ReactNode
}) => (
  <section aria-labelledby="signature">
    <Title order={2} id="signature" mb="xs">
      Signature
    </Title>
    <Text size="sm" mb="sm">
      {children}
    </Text>
    {signing ? (
      <Stack align="flex-start" gap="sm">
        <CopyBox label="Signing secret:" text={signing.secret} />
        {signing.formerUntil && (
          <Text size="sm">
            The former secret signs beside it until <Time at={signing.formerUntil} />.
          </Text>
        )}
        <Form method="post" preventScrollReset>
          <input type="hidden" name="intent" value="rotate-secret" />
          <Button type="submit" variant="default" loading={pending === 'rotate-secret'}>
            Make a new secret
          </Button>
        </Form>
      </Stack>
    ) : (
      <Form method="post" preventScrollReset>
        <input type="hidden" name="intent" value="reveal-secret" />
        <Button type="submit" variant="default" loading={pending === 'reveal-secret'}>
          Show the signing secret
        </Button>
      </Form>
    )}
  </section>
)

/** One line of a list of facts (`<dl>`). */
export const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)

export const StandingFacts = ({
  of: { last, failingSince, held, endedReason },
}: {
  of: Pick<ShownStanding, 'last' | 'failingSince' | 'held' | 'endedReason'>
}) => (
  <>
    <Fact name="Last delivery">
      {last ? (
        <>
          {last.ok ? 'Delivered' : last.words} <Time at={last.at} show="ago" />
        </>
      ) : (
        'Nothing sent yet'
      )}
    </Fact>
    {failingSince && (
      <Fact name="Fails since">
        <Time at={failingSince} show="both" />
      </Fact>
    )}
    {held && <Fact name="Waiting">{held}</Fact>}
    {endedReason && <Fact name="Ended because">{endedReason}</Fact>}
  </>
)

/** What can be done with one that has not ended, beside ending it. */
export const StandingActs = ({
  of: { isOn, isPaused, isStopped, failed },
  pending,
}: {
  of: Pick<ShownStanding, 'isOn' | 'isPaused' | 'isStopped' | 'failed'>
  pending: FormDataEntryValue | null | undefined
}) => (
  <>
    {isOn && (
      <ActButton intent="test" pending={pending === 'test'}>
        Send test event
      </ActButton>
    )}
    {isOn && (
      <ActButton intent="pause" pending={pending === 'pause'}>
        Pause
      </ActButton>
    )}
    {isPaused && (
      <ActButton intent="resume" pending={pending === 'resume'}>
        {isStopped ? 'Turn on again, and send what it missed' : 'Go on'}
      </ActButton>
    )}
    {failed > 0 && (
      <ActButton intent="replay-failed" pending={pending === 'replay-failed'}>
        {failed === 1 ? 'Send the failed one again' : `Send all ${failed} failed again`}
      </ActButton>
    )}
  </>
)

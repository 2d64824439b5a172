import { Button, Group, Radio, Stack, Text, Textarea, Title } from '@mantine/core'
import { useState } from 'react'
import { Form } from 'react-router'
import { useHydrated } from '../../../ui/use-hydrated.ts'
import styles from './page.module.css'

export interface CancelWizardProps {
  isRequest: boolean
  customerName: string
  subject: string
  when: string
  backTo: string
  pending: boolean
  problem: string | undefined
}

type Choice = 'same' | 'any' | 'cancel'

const steps = ['Selection', 'Notification', 'Review'] as const

/**
 * Cancel, or ask the customer to book anew, in three steps. Without scripts they stand below each other, and in place of a choice each
 * thing that can be done has a button of its own, which says what it does.
 */
export function CancelWizard(props: CancelWizardProps) {
  const { isRequest, customerName, subject, when, pending, problem } = props
  const isHydrated = useHydrated()
  const [step, setStep] = useState(0)
  const [choice, setChoice] = useState<Choice>('same')
  const [reason, setReason] = useState('')
  const shows = (index: number) => !isHydrated || step === index
  const choices: { value: Choice; label: string; description: string; button: string }[] = isRequest
    ? [
        {
          value: 'same',
          label: 'Ask for new times',
          description: 'The request ends, and the customer is asked to suggest other times.',
          button: 'Request new times',
        },
        {
          value: 'cancel',
          label: 'Cancel the booking request',
          description: 'The request ends for good.',
          button: 'Cancel the booking request',
        },
      ]
    : [
        {
          value: 'same',
          label: 'Cancel, and ask to reschedule the same event type',
          description: `The time is free at once, and ${customerName} gets a mail with a link to choose another time for “${subject}”.`,
          button: 'Request reschedule',
        },
        {
          value: 'any',
          label: 'Cancel, and ask to reschedule any event type',
          description: `The time is free at once, and ${customerName} gets a mail with a link to choose another time for any event type of the page.`,
          button: isHydrated ? 'Request reschedule' : 'Request reschedule, any event type',
        },
        {
          value: 'cancel',
          label: 'Cancel the booking',
          description: 'For good. The time is free at once.',
          button: 'Cancel booking',
        },
      ]
  const chosen = choices.find(({ value }) => value === choice)

  return (
    <Form
      method="post"
      aria-label={isRequest ? 'Cancel or request new times' : 'Cancel or request reschedule'}
    >
      <input type="hidden" name="intent" value="cancel" />
      <Stack>
        {isHydrated && (
          <ol className={styles.steps}>
            {steps.map((name, index) => (
              <li
                key={name}
                aria-current={index === step ? 'step' : undefined}
                data-done={index < step || undefined}
              >
                {name}
              </li>
            ))}
          </ol>
        )}
        {isHydrated && (
          <div hidden={!shows(0)}>
            <Radio.Group
              name="choice"
              label="What should happen?"
              value={choice}
              onChange={(value) => setChoice(value as Choice)}
            >
              <Stack gap="sm" mt="xs">
                {choices.map(({ value, label, description }) => (
                  <Radio key={value} value={value} label={label} description={description} />
                ))}
              </Stack>
            </Radio.Group>
          </div>
        )}
        <div hidden={!shows(1)}>
          <Textarea
            name="reason"
            label="Reason for the customer (optional)"
            description="It stands in the mail to the customer and in what your Zaps receive."
            autosize
            minRows={3}
            maxLength={2000}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        </div>
        <div hidden={!shows(2)}>
          <Title order={3} size="h4" mb="xs">
            {isHydrated ? chosen?.label : 'Choose what should happen'}
          </Title>
          <Text>
            “{subject}” with {customerName}, {when}.
          </Text>
          {reason.trim() && (
            <Text mt="xs" className={styles.quote}>
              {reason.trim()}
            </Text>
          )}
          <Text c="dimmed" size="sm" mt="xs">
            The customer and the owner are told by mail, and your Zaps act at once. This cannot be undone.
          </Text>
        </div>
        {!isHydrated &&
          choices.map(({ value, description, button }) => (
            <div key={value}>
              <Button
                type="submit"
                name="choice"
                value={value}
                color="red.8"
                aria-describedby={`does-${value}`}
              >
                {button}
              </Button>
              <Text size="sm" mt={4} id={`does-${value}`}>
                {description}
              </Text>
            </div>
          ))}
        {problem && (
          <Text c="red.8" role="alert">
            {problem}
          </Text>
        )}
        <Group justify="space-between">
          <Button component="a" href={props.backTo} variant="default">
            Keep the {isRequest ? 'request' : 'booking'}
          </Button>
          <Group>
            {isHydrated && step > 0 && (
              <Button variant="subtle" onClick={() => setStep(step - 1)}>
                Back
              </Button>
            )}
            {isHydrated && step < 2 && (
              <Button key="next" onClick={() => setStep(step + 1)}>
                Next
              </Button>
            )}
            {isHydrated && step === 2 && (
              <Button key="send" type="submit" color="red.8" loading={pending}>
                {chosen?.button}
              </Button>
            )}
          </Group>
        </Group>
      </Stack>
    </Form>
  )
}

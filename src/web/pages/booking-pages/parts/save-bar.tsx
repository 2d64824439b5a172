import { Alert, Anchor, Button, Group } from '@mantine/core'
import { Link, useNavigation } from 'react-router'
import { IconCheck } from '../../../icons.ts'

/** What became of the last save, above the fields. */
export const SaveNote = ({
  answer,
}: {
  answer: { saved: true } | { problems: Record<string, string> } | undefined
}) => {
  if (!answer) return null
  if ('saved' in answer)
    return (
      <Alert color="green" icon={<IconCheck />} role="status" mb="md">
        Saved.
      </Alert>
    )
  return (
    <Alert color="red" role="alert" tabIndex={-1} mb="md">
      {answer.problems.form ?? 'Nothing was stored yet. Please look at the marked fields.'}
    </Alert>
  )
}

/** The buttons at the end of a form. */
export const SaveBar = ({ discard, label = 'Save' }: { discard: string; label?: string }) => {
  const pending = useNavigation().state === 'submitting'
  return (
    <Group mt="lg">
      <Button type="submit" loading={pending}>
        {label}
      </Button>
      <Anchor component={Link} to={discard} reloadDocument>
        Discard
      </Anchor>
    </Group>
  )
}

import { Anchor, Button, Checkbox, Group, NativeSelect, TextInput } from '@mantine/core'
import { Form, Link } from 'react-router'
import { triggerNames } from '../zapier/zap-words.ts'
import { deliveredTypes, eventWords, stateWords } from './delivery-words.ts'
import styles from './page.module.css'

export interface FilterChoice {
  /** What each field holds. */
  given: Record<string, string>
  users: { value: string; label: string }[]
  /** The Zap of a link from elsewhere. */
  zap: string | null
}

const any = (label: string) => ({ value: '', label })
const optionsOf = (names: Record<string, string>) =>
  Object.entries(names).map(([value, label]) => ({ value, label }))

/** Which deliveries are listed. All of it stands in the address. */
export function FilterForm({ given, users, zap }: FilterChoice) {
  const isSet = Object.values(given).some((value) => value !== '')
  return (
    <details className={styles.filter} open={isSet}>
      <summary className={styles.filterSummary}>{isSet ? 'Filter (set)' : 'Filter'}</summary>
      <Form method="get" key={JSON.stringify(given)} preventScrollReset>
        <div className={styles.fields}>
          <NativeSelect
            name="state"
            label="State"
            defaultValue={given.state}
            data={[
              any('All'),
              ...optionsOf(
                Object.fromEntries(Object.entries(stateWords).map(([state, { text }]) => [state, text])),
              ),
            ]}
          />
          <NativeSelect
            name="user"
            label="User"
            defaultValue={given.user}
            data={[any('Everybody'), ...users]}
          />
          <NativeSelect
            name="trigger"
            label="Trigger"
            defaultValue={given.trigger}
            data={[any('All triggers'), ...optionsOf(triggerNames)]}
          />
          <NativeSelect
            name="event"
            label="Lifecycle event"
            defaultValue={given.event}
            data={[
              any('All'),
              ...deliveredTypes.map((type) => ({ value: type as string, label: eventWords(type) })),
              { value: 'test', label: eventWords(null) },
            ]}
          />
          <TextInput type="datetime-local" name="from" label="From" defaultValue={given.from} />
          <TextInput type="datetime-local" name="until" label="Before" defaultValue={given.until} />
        </div>
        {zap && <Checkbox mt="md" name="zap" value={zap} defaultChecked label={`Only the Zap ${zap}`} />}
        <Checkbox
          mt="md"
          name="failed"
          value="1"
          defaultChecked={given.failed === '1'}
          label="Failed only: given up, or to be tried again after a failed attempt"
        />
        <Group mt="md">
          <Button type="submit" variant="default">
            Show
          </Button>
          {isSet && (
            <Anchor component={Link} to="/settings/other/deliveries" preventScrollReset>
              Clear the filter
            </Anchor>
          )}
        </Group>
      </Form>
    </details>
  )
}

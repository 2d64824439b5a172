import { Fieldset, NativeSelect, Radio, SimpleGrid, Stack, Textarea, TextInput } from '@mantine/core'
import type { EventTypeScheduling } from '#domain/booking-pages/booking-page.ts'
import { choices, minutesInWords } from './scheduling-form.ts'

const spacings = [5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240]
const buffers = [0, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240]
const notices = [0, 15, 30, 60, 120, 240, 480, 720, 1440, 2880, 4320, 7 * 1440, 14 * 1440, 28 * 1440]
const horizons = [
  12 * 60,
  1440,
  2880,
  7 * 1440,
  14 * 1440,
  28 * 1440,
  60 * 1440,
  91 * 1440,
  182 * 1440,
  548 * 1440,
]
const limits = [15, 30, 60, 120, 240, 720, 1440, 2880, 4320, 7 * 1440, 14 * 1440]

const horizonInWords = (minutes: number) =>
  minutes === 548 * 1440 ? '18 months' : `${minutesInWords(minutes)}`

/** The fields of a page's, or an event type's own, scheduling options (product.md 4.9, 4.10, 4.12, 4.15). */
export function SchedulingFields({
  options,
  forms,
  problems,
}: {
  options: Omit<EventTypeScheduling, 'formId'> & { formId: string }
  forms: { value: string; label: string }[]
  problems: Record<string, string>
}) {
  const { slots, policy } = options
  const field = (name: string) => ({
    name,
    error: problems[name],
    'aria-invalid': problems[name] !== undefined,
  })
  const limitChoices = (stored: number | 'any' | 'never') => [
    { value: 'any', label: 'Any time before the start' },
    ...choices(
      limits,
      typeof stored === 'number' ? stored : null,
      (minutes) => `Up to ${minutesInWords(minutes)} before`,
    ),
    { value: 'never', label: 'Never' },
  ]
  return (
    <Stack gap="lg">
      <Fieldset legend="How customers book">
        <Stack>
          <Radio.Group
            name="mode"
            defaultValue={options.mode}
            error={problems.mode}
            aria-label="How customers book"
          >
            <Stack gap="xs">
              <Radio
                value="automatic"
                label="Automatic booking"
                description="Customers pick a free time and have it at once."
              />
              <Radio
                value="approval"
                label="Booking with approval"
                description="Customers suggest several times; one of them is approved in Activity. Suggested times stay free until then."
              />
            </Stack>
          </Radio.Group>
          <TextInput
            {...field('suggestedTimes')}
            type="number"
            label="Times to suggest"
            description="With approval: so many times every customer suggests."
            min={1}
            max={10}
            maw="12rem"
            defaultValue={options.suggestedTimes}
          />
          <NativeSelect
            {...field('formId')}
            label="Booking form"
            description="The questions customers answer, beside name and email."
            data={[{ value: '', label: 'Default form: company, phone, note' }, ...forms]}
            defaultValue={options.formId}
          />
        </Stack>
      </Fieldset>
      <Fieldset legend="Times offered">
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <NativeSelect
            {...field('spacingMinutes')}
            label="Starting times"
            description="At least so far apart."
            data={choices(spacings, slots.spacingMinutes)}
            defaultValue={slots.spacingMinutes}
          />
          <NativeSelect
            {...field('grid')}
            label="Counted from"
            description="A day that opens at 9:10 starts with 9:10, or with 9:30."
            data={[
              { value: 'window', label: 'the opening time' },
              { value: 'clock', label: 'midnight (full hours)' },
            ]}
            defaultValue={slots.grid}
          />
          <NativeSelect
            {...field('bufferBeforeMinutes')}
            label="Buffer before"
            description="Kept free between other bookings and this one."
            data={choices(buffers, slots.bufferBeforeMinutes)}
            defaultValue={slots.bufferBeforeMinutes}
          />
          <NativeSelect
            {...field('bufferAfterMinutes')}
            label="Buffer after"
            description="Kept free between this booking and others."
            data={choices(buffers, slots.bufferAfterMinutes)}
            defaultValue={slots.bufferAfterMinutes}
          />
          <NativeSelect
            {...field('noticeMinutes')}
            label="Minimum notice"
            description="Nobody books later than this before the start."
            data={choices(notices, slots.noticeMinutes)}
            defaultValue={slots.noticeMinutes}
          />
          <NativeSelect
            {...field('horizonMinutes')}
            label="Into the future"
            description="How far ahead customers can book."
            data={[
              ...choices(horizons, slots.horizonMinutes, horizonInWords),
              { value: '', label: 'no limit' },
            ]}
            defaultValue={slots.horizonMinutes ?? ''}
          />
          <TextInput
            {...field('firstDays')}
            type="number"
            label="Only the first days with free times"
            description="1 to 30; empty for all days."
            min={1}
            max={30}
            defaultValue={slots.firstDays ?? ''}
          />
          <TextInput
            {...field('slotsPerDay')}
            type="number"
            label="Times offered per day"
            description="Spread over the day; empty for all."
            min={1}
            max={288}
            defaultValue={slots.slotsPerDay ?? ''}
          />
          <TextInput
            {...field('bookingsPerDay')}
            type="number"
            label="Bookings per day"
            description="The day closes at so many; empty for no limit."
            min={1}
            max={1000}
            defaultValue={slots.bookingsPerDay ?? ''}
          />
          <TextInput
            {...field('bookingsPerWeek')}
            type="number"
            label="Bookings per week"
            description="Monday to Sunday; empty for no limit."
            min={1}
            max={1000}
            defaultValue={slots.bookingsPerWeek ?? ''}
          />
        </SimpleGrid>
      </Fieldset>
      <Fieldset legend="Cancel/reschedule policy">
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <NativeSelect
            {...field('cancel')}
            label="Customers can cancel"
            data={limitChoices(policy.cancel)}
            defaultValue={String(policy.cancel)}
          />
          <NativeSelect
            {...field('reschedule')}
            label="Customers can reschedule"
            data={limitChoices(policy.reschedule)}
            defaultValue={String(policy.reschedule)}
          />
          <NativeSelect
            {...field('reason')}
            label="Reason"
            data={[
              { value: 'optional', label: 'Optional' },
              { value: 'mandatory', label: 'Mandatory' },
              { value: 'none', label: 'Not asked for' },
            ]}
            defaultValue={policy.reason}
          />
        </SimpleGrid>
        <Textarea
          {...field('policyText')}
          mt="md"
          label="Policy in your own words (optional)"
          description="Shown to customers in place of the sentence made from the choices above. Bookings made before keep the policy they were made under."
          autosize
          minRows={2}
          maxLength={2000}
          defaultValue={policy.text}
        />
      </Fieldset>
    </Stack>
  )
}

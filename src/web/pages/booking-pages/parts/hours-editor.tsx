import { ActionIcon, Button, Group, Text, TextInput, Title } from '@mantine/core'
import { useId, useState } from 'react'
import { IconPlus, IconTrash } from '../../../icons.ts'
import styles from './hours-editor.module.css'
import { dayNames, endsNextDay, type TypedHours, type TypedRange } from './hours-form.ts'

const nextRange = (ranges: TypedRange[]): TypedRange => {
  const last = ranges.at(-1)
  if (!last || last.end === '00:00' || last.end >= '22:00') return { start: '09:00', end: '17:00' }
  const hour = Number(last.end.slice(0, 2)) + 1
  const at = (hours: number) => `${String(hours % 24).padStart(2, '0')}:00`
  return { start: at(hour), end: at(Math.min(hour + 3, 24)) }
}

/** `Thursday, December 24, 2026`; the date alone has no zone. */
const dateInWords = (date: string) =>
  new Intl.DateTimeFormat('en-US', { dateStyle: 'full', timeZone: 'UTC' }).format(
    new Date(`${date}T00:00:00Z`),
  )

/**
 * Weekly hours and hours by date. What it holds is sent as the form's field `hours`; `problems` stand by the day or date they are
 * about (`Wednesday`, `2026-12-24`).
 */
export function HoursEditor({
  hours,
  problems = {},
}: {
  hours: TypedHours
  problems?: Record<string, string>
}) {
  const [days, setDays] = useState(hours.days)
  const [dates, setDates] = useState(hours.dates)
  const setDay = (index: number, ranges: TypedRange[]) =>
    setDays(days.map((former, at) => (at === index ? ranges : former)))
  const copyMonday = () => setDays(days.map((former, at) => (at < 5 ? (days[0] ?? []) : former)))
  return (
    <>
      <input type="hidden" name="hours" value={JSON.stringify({ days, dates })} />
      <section aria-labelledby="weekly-hours">
        <Title order={3} size="h4" id="weekly-hours" mb="xs">
          Weekly hours
        </Title>
        <ul className={styles.days}>
          {days.map((ranges, index) => (
            <li key={dayNames[index]} className={styles.day}>
              <span className={styles.name}>{dayNames[index]}</span>
              <Ranges
                what={dayNames[index] as string}
                ranges={ranges}
                problem={problems[dayNames[index] as string]}
                onChange={(changed) => setDay(index, changed)}
              />
            </li>
          ))}
        </ul>
        <Button variant="subtle" size="compact-sm" onClick={copyMonday} mt="xs">
          Copy Monday’s hours to Tuesday to Friday
        </Button>
      </section>
      <section aria-labelledby="date-hours">
        <Title order={3} size="h4" id="date-hours" mt="xl" mb={4}>
          Hours on certain dates
        </Title>
        <Text size="sm" c="dimmed" mb="sm">
          These take the place of the weekly hours on that date: holidays, days off, a Saturday once.
        </Text>
        {dates.length > 0 && (
          <ul className={styles.days}>
            {dates.map(({ date, ranges }) => (
              <li key={date} className={styles.day}>
                <span className={styles.name}>{dateInWords(date)}</span>
                <Ranges
                  what={dateInWords(date)}
                  ranges={ranges}
                  problem={problems[date]}
                  onChange={(changed) =>
                    setDates(dates.map((one) => (one.date === date ? { date, ranges: changed } : one)))
                  }
                  onForget={() => setDates(dates.filter((one) => one.date !== date))}
                />
              </li>
            ))}
          </ul>
        )}
        <AddDates
          onAdd={(added) => {
            const known = new Set(dates.map(({ date }) => date))
            const fresh = added.filter((date) => !known.has(date)).map((date) => ({ date, ranges: [] }))
            setDates([...dates, ...fresh].sort((one, other) => (one.date < other.date ? -1 : 1)))
          }}
        />
      </section>
    </>
  )
}

function Ranges({
  what,
  ranges,
  problem,
  onChange,
  onForget,
}: {
  what: string
  ranges: TypedRange[]
  problem: string | undefined
  onChange: (ranges: TypedRange[]) => void
  onForget?: () => void
}) {
  const set = (index: number, change: Partial<TypedRange>) =>
    onChange(ranges.map((range, at) => (at === index ? { ...range, ...change } : range)))
  const problemId = useId()
  const invalid = {
    'aria-invalid': problem !== undefined,
    'aria-describedby': problem === undefined ? undefined : problemId,
  }
  return (
    <div className={styles.ranges}>
      {problem !== undefined && (
        <Text c="red.8" size="sm" id={problemId}>
          {problem}
        </Text>
      )}
      {ranges.length === 0 && <Text c="dimmed">Closed all day</Text>}
      {ranges.map((range, index) => (
        // Ranges have no names; their place is what they are.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <Group key={index} gap="xs" wrap="nowrap">
          <TextInput
            {...invalid}
            type="time"
            aria-label={`${what}, from`}
            value={range.start}
            onChange={(event) => set(index, { start: event.currentTarget.value })}
            required
          />
          <span aria-hidden>–</span>
          <TextInput
            {...invalid}
            type="time"
            aria-label={`${what}, to`}
            value={range.end}
            onChange={(event) => set(index, { end: event.currentTarget.value })}
            required
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Remove ${range.start} to ${range.end} on ${what}`}
            onClick={() => onChange(ranges.filter((_, at) => at !== index))}
          >
            <IconTrash size={18} aria-hidden />
          </ActionIcon>
          {endsNextDay(range) && (
            <Text size="xs" c="dimmed">
              next day
            </Text>
          )}
        </Group>
      ))}
      <Group gap="xs">
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => onChange([...ranges, nextRange(ranges)])}
        >
          Add hours<span className={styles.hidden}> on {what}</span>
        </Button>
        {onForget && (
          <Button variant="subtle" size="compact-sm" color="gray" onClick={onForget}>
            Back to weekly hours<span className={styles.hidden}> on {what}</span>
          </Button>
        )}
      </Group>
    </div>
  )
}

/** More than this at once is a slip of the year. */
const mostDates = 120

function AddDates({ onAdd }: { onAdd: (dates: string[]) => void }) {
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const [problem, setProblem] = useState<string>()
  const add = () => {
    const first = Date.parse(`${from}T00:00:00Z`)
    const last = to === '' ? first : Date.parse(`${to}T00:00:00Z`)
    const count = (last - first) / 86_400_000 + 1
    if (Number.isNaN(first)) return setProblem('Choose a date first.')
    if (!(count >= 1)) return setProblem('The last date is before the first.')
    if (count > mostDates) return setProblem(`At most ${mostDates} dates can be added at once.`)
    onAdd(
      Array.from({ length: count }, (_, index) =>
        new Date(first + index * 86_400_000).toISOString().slice(0, 10),
      ),
    )
    setFrom('')
    setTo('')
    setProblem(undefined)
  }
  return (
    <>
      <Group align="flex-end" mt="sm">
        <TextInput
          type="date"
          label="Date"
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
          min="2000-01-01"
          max="2199-12-31"
        />
        <TextInput
          type="date"
          label="Last date (optional)"
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
          min="2000-01-01"
          max="2199-12-31"
        />
        <Button variant="default" onClick={add}>
          Add, closed all day
        </Button>
      </Group>
      {problem && (
        <Text c="red.9" size="sm" role="alert" mt={4}>
          {problem}
        </Text>
      )}
    </>
  )
}

import { expect, test } from 'vitest'

/**
 * Writes docs/zapier-fields.md from the integration itself, so that the page cannot say anything else than the code does.
 * After a change of the integration: `npx vitest run tests/docs -u`.
 */

interface Described {
  key: string
  display: { label: string; description: string }
  operation: { inputFields?: unknown[] }
}
interface Integration {
  triggers: Record<string, Described>
  searches: Record<string, Described>
  creates: Record<string, Described>
}
type Fields = Record<string, readonly { key: string; type: string; label: string }[]>

// By address: the package's types come from Zapier's core, which is installed in that package alone.
const load = (file: string) => import(new URL(`../../integrations/zapier/src/${file}`, import.meta.url).href)

const short: Record<string, string> = {
  booking_scheduled: 'S',
  booking_rescheduled: 'R',
  booking_canceled: 'C',
  booking_canceled_rescheduled: 'CR',
  booking_completed: 'K',
  booking_no_show: 'N',
  booking_lifecycle: 'L',
}

test('docs/zapier-fields.md lists what the integration has, and nothing else', async () => {
  const { default: integration } = (await load('index.ts')) as { default: Integration }
  const { TRIGGER_FIELDS: fieldsOf } = (await load('fields.ts')) as { TRIGGER_FIELDS: Fields }
  const ofBookings = Object.keys(short)
  const ofContacts = Object.keys(fieldsOf).filter((trigger) => !(trigger in short))
  const page = [
    '# Triggers, fields and actions of the integration',
    '',
    'Made from `integrations/zapier/src` by `npx vitest run tests/docs -u`; do not edit by hand. How to connect: [zapier.md](zapier.md).',
    '',
    '## Triggers',
    '',
    ...table(
      ['Trigger', '', 'Key', 'When'],
      Object.values(integration.triggers).map(({ key, display }) => [
        display.label,
        short[key] ?? '',
        `\`${key}\``,
        display.description,
      ]),
    ),
    '',
    'Each can be narrowed down to one booking page and one event type when the Zap is set up.',
    '',
    '## Fields of bookings',
    '',
    'The keys of one trigger are always the same; what is not known is empty. Beside a date that is ready to read stands one for software',
    '("ISO", with its offset). In addition every custom field of your booking forms, as `answer_<its name>`, under its own label.',
    '',
    ...fieldTable(fieldsOf, ofBookings, (triggers) =>
      triggers.length === ofBookings.length ? 'all' : triggers.map((trigger) => short[trigger]).join(', '),
    ),
    '',
    '## Fields of contacts',
    '',
    ...fieldTable(fieldsOf, ofContacts, (triggers) =>
      triggers.length === ofContacts.length ? 'all three' : triggers.join(', '),
    ),
    '',
    '## Actions and searches',
    '',
    ...table(
      ['', 'Kind', 'Key', 'What it does'],
      [
        ...Object.values(integration.searches).map((each) => ['search', each] as const),
        ...Object.values(integration.creates).map((each) => ['action', each] as const),
      ].map(([kind, { key, display }]) => [display.label, kind, `\`${key}\``, display.description]),
    ),
    '',
  ].join('\n')
  await expect(page).toMatchFileSnapshot('../../docs/zapier-fields.md')
})

/** Every field once, in the order in which Zapier lists them, with the triggers that carry it. */
function fieldTable(fieldsOf: Fields, triggers: string[], inWords: (triggers: string[]) => string): string[] {
  const fields = new Map(
    triggers.flatMap((trigger) => fieldsOf[trigger] ?? []).map((field) => [field.key, field]),
  )
  return table(
    ['Label', 'Key', 'Type', 'In'],
    [...fields.values()].map(({ key, type, label }) => [
      label,
      `\`${key}\``,
      type,
      inWords(triggers.filter((trigger) => fieldsOf[trigger]?.some((field) => field.key === key))),
    ]),
  )
}

const table = (head: string[], rows: string[][]): string[] =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)

import { describe, expect, test } from 'vitest'
import { CHECKS, checkDefinition } from './d-checks.ts'

// biome-ignore lint/suspicious/noExplicitAny: the tests reach deep into definitions to break them on purpose
type Loose = Record<string, any>

// Small and clean: a hook trigger, a hidden trigger behind a dropdown, a search, an action, and both in one.
const cleanDefinition = (): Loose => ({
  version: '1.0.0',
  platformVersion: '19.1.0',
  flags: { cleanInputData: false },
  authentication: {
    type: 'custom',
    connectionLabel: '{{name}}',
    fields: [
      {
        key: 'api_key',
        label: 'API Key',
        type: 'password',
        helpText: '[Your key](https://example.org/key).',
      },
    ],
  },
  triggers: {
    note_added: {
      key: 'note_added',
      display: { label: 'Note Added to a Book', description: 'Triggers when a note is added.' },
      operation: {
        type: 'hook',
        inputFields: [{ key: 'book_id', label: 'Book', dynamic: 'list_books.id.name' }],
        perform: '$func$2$f$',
        performList: '$func$2$f$',
        performSubscribe: '$func$2$f$',
        performUnsubscribe: '$func$2$f$',
        sample: { id: 'N-1', count: 1, added_at: '2026-03-01T10:00:00Z' },
        outputFields: [
          { key: 'id', type: 'string', primary: true, required: true },
          { key: 'count', type: 'integer' },
          { key: 'added_at', type: 'datetime' },
        ],
      },
    },
    list_books: {
      key: 'list_books',
      display: { label: 'list books', description: 'Feeds a dropdown.', hidden: true },
      operation: { perform: '$func$2$f$' },
    },
  },
  searches: {
    find_note: {
      display: { label: 'Find Note', description: 'Finds a note.' },
      operation: {
        inputFields: [{ key: 'text', label: 'Text' }],
        sample: { id: 'N-1' },
        outputFields: [{ key: 'id', type: 'string', primary: true }, '$func$2$f$'],
      },
    },
  },
  creates: {
    add_note: {
      display: { label: 'Add Note', description: 'Adds a note.' },
      operation: {
        inputFields: [
          '$func$2$f$',
          { key: 'text', label: 'Text' },
          {
            key: 'after_id',
            label: 'After',
            search: 'find_note.id',
            choices: { perform: '$func$2$f$' },
          },
        ],
        sample: { text: 'Hello', length: 5 },
        outputFields: [
          { key: 'text', required: true },
          { key: 'length', type: 'integer' },
        ],
      },
    },
  },
  searchOrCreates: {
    find_or_add_note: {
      key: 'find_or_add_note',
      display: { label: 'Find or Add Note', description: 'Finds a note or adds it.' },
      search: 'find_note',
      create: 'add_note',
    },
  },
})

const hookOf = (definition: Loose) => definition.triggers.note_added.operation

type Plant = [code: string, what: string, where: string, plant: (definition: Loose) => void]

const PLANTS: Plant[] = [
  [
    'D001',
    'an input field for a token',
    'triggers.note_added.operation.inputFields.1',
    (d) => hookOf(d).inputFields.push({ key: 'access_token', label: 'Access' }),
  ],
  [
    'D001',
    'a hidden input field',
    'creates.add_note.operation.inputFields.1',
    (d) => {
      d.creates.add_note.operation.inputFields[1].type = 'password'
    },
  ],
  [
    'D002',
    'a connection without a link',
    'authentication.fields',
    (d) => {
      d.authentication.fields[0].helpText = 'Ask somebody.'
    },
  ],
  [
    'D003',
    'no label',
    'authentication.connectionLabel',
    (d) => {
      delete d.authentication.connectionLabel
    },
  ],
  [
    'D003',
    'a constant label',
    'authentication.connectionLabel',
    (d) => {
      d.authentication.connectionLabel = 'My connection'
    },
  ],
  [
    'D003',
    'a label that shows the key',
    'authentication.connectionLabel',
    (d) => {
      d.authentication.connectionLabel = '{{bundle.authData.api_key}}'
    },
  ],
  [
    'D004',
    'an ID without a dropdown',
    'triggers.note_added.operation.inputFields.0',
    (d) => {
      delete hookOf(d).inputFields[0].dynamic
    },
  ],
  [
    'D004',
    'an ID of an action that must be known by heart',
    'creates.add_note.operation.inputFields.2',
    (d) => {
      const field = d.creates.add_note.operation.inputFields[2]
      delete field.choices
      delete field.search
    },
  ],
  [
    'D004',
    'an ID of a search that must be known by heart',
    'searches.find_note.operation.inputFields.0',
    (d) => {
      d.searches.find_note.operation.inputFields[0].label = 'Note ID'
    },
  ],
  [
    'D005',
    'a dropdown without its trigger',
    'triggers.note_added.operation.inputFields.0',
    (d) => {
      delete d.triggers.list_books
    },
  ],
  [
    'D005',
    'a dropdown of an action without its trigger',
    'creates.add_note.operation.inputFields.1',
    (d) => {
      d.creates.add_note.operation.inputFields[1].dynamic = 'list_texts.id.name'
    },
  ],
  [
    'D006',
    'a hook without samples',
    'triggers.note_added.operation',
    (d) => {
      delete hookOf(d).performList
    },
  ],
  [
    'D007',
    'a plain http address',
    'authentication.test.url',
    (d) => {
      d.authentication.test = { url: 'http://example.org/me' }
    },
  ],
  [
    'D008',
    'a relative link',
    'authentication.fields.0.helpText',
    (d) => {
      d.authentication.fields[0].helpText += ' [More](/help)'
    },
  ],
  [
    'D008',
    'a link torn apart',
    'authentication.fields.0.helpText',
    (d) => {
      d.authentication.fields[0].helpText += ' [More] (https://example.org)'
    },
  ],
  [
    'D008',
    'a link without text',
    'authentication.fields.0.helpText',
    (d) => {
      d.authentication.fields[0].helpText += ' [](https://example.org)'
    },
  ],
  [
    'D008',
    'a bare address',
    'authentication.fields.0.helpText',
    (d) => {
      d.authentication.fields[0].helpText += ' See https://example.org'
    },
  ],
  [
    'D009',
    'a search without fields',
    'searches.find_note.operation.inputFields',
    (d) => {
      d.searches.find_note.operation.inputFields = []
    },
  ],
  [
    'D010',
    'a sample without its primary key',
    'searches.find_note.operation.sample',
    (d) => {
      d.searches.find_note.operation.sample = { text: 'Hello' }
    },
  ],
  [
    'D011',
    'a help text that repeats the label',
    'searches.find_note.operation.inputFields.0',
    (d) => {
      d.searches.find_note.operation.inputFields[0].helpText = 'text.'
    },
  ],
  [
    'D012',
    'no sample',
    'creates.add_note.operation.sample',
    (d) => {
      delete d.creates.add_note.operation.sample
    },
  ],
  [
    'D012',
    'a search without a sample',
    'searches.find_note.operation.sample',
    (d) => {
      delete d.searches.find_note.operation.sample
    },
  ],
  [
    'D013',
    'a step with a search that is not there',
    'creates.add_note.operation.inputFields.2',
    (d) => {
      d.creates.add_note.operation.inputFields[2].search = 'find_book.id'
    },
  ],
  [
    'D014',
    'a search that nobody is offered',
    'creates.add_note.operation.inputFields.2',
    (d) => {
      delete d.creates.add_note.operation.inputFields[2].choices
    },
  ],
  [
    'D015',
    'a search-or-create without its search',
    'searchOrCreates.find_or_add_note.search',
    (d) => {
      d.searchOrCreates.find_or_add_note.search = 'find_book'
    },
  ],
  [
    'D015',
    'a search-or-create without its action',
    'searchOrCreates.find_or_add_note.create',
    (d) => {
      d.searchOrCreates.find_or_add_note.create = 'add_book'
    },
  ],
  [
    'D016',
    'a static hook',
    'triggers.note_added.operation',
    (d) => {
      delete hookOf(d).performSubscribe
      delete hookOf(d).performUnsubscribe
    },
  ],
  [
    'D017',
    'a hook that never unsubscribes',
    'triggers.note_added.operation',
    (d) => {
      delete hookOf(d).performUnsubscribe
    },
  ],
  [
    'D017',
    'a hook that never subscribes',
    'triggers.note_added.operation',
    (d) => {
      delete hookOf(d).performSubscribe
    },
  ],
  [
    'D018',
    'a label in lower case',
    'creates.add_note.display.label',
    (d) => {
      d.creates.add_note.display.label = 'Add note'
    },
  ],
  [
    'D018',
    'a search in lower case',
    'searches.find_note.display.label',
    (d) => {
      d.searches.find_note.display.label = 'find Note'
    },
  ],
  [
    'D021',
    'a description of another form',
    'triggers.note_added.display.description',
    (d) => {
      d.triggers.note_added.display.description = 'A note is added.'
    },
  ],
  [
    'D021',
    'a description without its full stop',
    'triggers.note_added.display.description',
    (d) => {
      d.triggers.note_added.display.description = 'Triggers when a note is added'
    },
  ],
  [
    'D022',
    'an action with computed fields only',
    'creates.add_note.operation.inputFields',
    (d) => {
      d.creates.add_note.operation.inputFields.splice(1)
    },
  ],
  [
    'D023',
    'a date without an offset',
    'triggers.note_added.operation.sample.added_at',
    (d) => {
      hookOf(d).sample.added_at = '2026-03-01T10:00:00'
    },
  ],
  [
    'D023',
    'a date in an untyped field',
    'searches.find_note.operation.sample.day',
    (d) => {
      d.searches.find_note.operation.sample.day = '2026-03-01 10:00'
    },
  ],
  [
    'D024',
    'a number that is a text',
    'triggers.note_added.operation.sample.count',
    (d) => {
      hookOf(d).sample.count = '1'
    },
  ],
  [
    'D024',
    'a required field that is missing',
    'triggers.note_added.operation.sample.name',
    (d) => hookOf(d).outputFields.push({ key: 'name', required: true }),
  ],
  [
    'D024',
    'a text where an action promises a number',
    'creates.add_note.operation.sample.length',
    (d) => {
      d.creates.add_note.operation.sample.length = 'five'
    },
  ],
  [
    'D024',
    'a field that an action always gives, but not in its sample',
    'creates.add_note.operation.sample.text',
    (d) => {
      delete d.creates.add_note.operation.sample.text
    },
  ],
  [
    'D025',
    'a script behind a link',
    'authentication.customConfig.link',
    (d) => {
      d.authentication.customConfig = { link: 'javascript:alert(1)' }
    },
  ],
  [
    'D026',
    'a domain without a limit',
    'authentication.fields.1',
    (d) => d.authentication.fields.push({ key: 'base_url', label: 'Address' }),
  ],
  [
    'D026',
    'a request to a typed-in host',
    'authentication.test.url',
    (d) => {
      d.authentication.test = { url: 'https://{{bundle.authData.shop}}/me' }
    },
  ],
  [
    'D027',
    'an old core',
    'platformVersion',
    (d) => {
      d.platformVersion = '18.9.9'
    },
  ],
  [
    'D028',
    'cleaned input',
    'flags.cleanInputData',
    (d) => {
      d.flags = {}
    },
  ],
  [
    'D028',
    'cleaned input of one action',
    'creates.add_note.operation.cleanInputData',
    (d) => {
      d.creates.add_note.operation.cleanInputData = true
    },
  ],
]

const check = (definition: Loose) => checkDefinition(definition, { latestCore: '19.1.0' })

test('finds nothing in a clean definition', () => {
  expect(check(cleanDefinition())).toEqual([])
})

test.each(PLANTS)('%s sees %s, and nothing else', (code, _what, where, plant) => {
  const definition = cleanDefinition()
  plant(definition)
  const findings = check(definition)
  expect(findings).toMatchObject([{ code, where, message: expect.stringMatching(/\S.*\.$/) }])
  expect(findings[0]?.severity).toBe(CHECKS.find((one) => one.code === code)?.severity)
})

test('every check is planted at least once', () => {
  expect([...new Set(PLANTS.map(([code]) => code))]).toEqual(CHECKS.map(({ code }) => code))
})

describe('what is no violation', () => {
  test.each<[string, (definition: Loose) => void]>([
    [
      'a dropdown filled by a function',
      (d) => {
        hookOf(d).inputFields[0] = { key: 'book_id', label: 'Book', choices: { perform: '$func$2$f$' } }
      },
    ],
    [
      'an address in backticks',
      (d) => {
        d.authentication.fields[0].helpText += ' Such as `https://example.org`.'
      },
    ],
    [
      'plain http to the own machine',
      (d) => {
        d.authentication.fields[0].helpText = '[Your key](http://127.0.0.1:3000/key).'
      },
    ],
    [
      'a label made by a function',
      (d) => {
        d.authentication.connectionLabel = () => 'Jo'
      },
    ],
    [
      'a domain with a fixed ending',
      (d) =>
        d.authentication.fields.push({
          key: 'subdomain',
          label: 'Shop',
          inputFormat: 'https://{{input}}.example.org',
        }),
    ],
    [
      'a date in words',
      (d) => {
        hookOf(d).sample.day = 'Sun, Mar 1, 2026, 10:00 AM'
      },
    ],
    [
      'an integration without connection, triggers or actions',
      (d) => {
        for (const key of ['authentication', 'triggers', 'searches', 'creates', 'searchOrCreates'])
          delete d[key]
      },
    ],
  ])('%s', (_what, change) => {
    const definition = cleanDefinition()
    change(definition)
    expect(check(definition)).toEqual([])
  })

  test('an old core, when nobody says which one is the latest', () => {
    expect(checkDefinition({ ...cleanDefinition(), platformVersion: '15.0.0' })).toEqual([])
  })

  test('a definition that refers to itself', () => {
    const definition = cleanDefinition()
    definition.self = definition
    expect(check(definition)).toEqual([])
  })
})

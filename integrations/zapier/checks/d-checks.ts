/**
 * A lint of an integration's definition, after the checks that Zapier runs on its own servers (D001 and so on).
 *
 * Pure: a definition goes in, as an object with functions or as the JSON that Zapier's core makes of it, and a list
 * of findings comes out. It runs none of the definition's code and imports nothing, so that the package's tests and
 * the Zap sandbox's page "Publishing checks" can share it. Which code means what is taken from Zapier's public
 * documentation; how each is decided here is our own reading, so a clean list is no promise of Zapier's.
 */

export type Severity = 'error' | 'warning'

export type Finding = { code: string; severity: Severity; where: string; message: string }

export type Check = { code: string; severity: Severity; title: string }

type Loose = Record<string, unknown>
type Kind = 'triggers' | 'creates' | 'searches'
type Action = {
  kind: Kind
  where: string
  label: string
  isHidden: boolean
  display: Loose
  operation: Loose
}
type Field = { where: string; key: string; label: string; field: Loose }
type Report = (where: string, message: string) => void
type Subject = {
  definition: Loose
  actions: Action[]
  authFields: Field[]
  inputFields: Field[]
  /** Every text of the definition with its path, except the sources of functions. */
  texts: { where: string; text: string }[]
  latestCore: string | undefined
}
type Rule = Check & { run: (subject: Subject, report: Report) => void }

const SECRET_WORDS = /api_?key|token|secret|password|passwd|credential|authorization/i
const DATE_SHAPED = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}.*)?$/
const ISO_WITH_OFFSET = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/
const LOOPBACK = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])([:/]|$)/
const SMALL_WORDS = new Set('a an and as at but by for from in into of on or the to via with'.split(' '))

const RULES: Rule[] = [
  {
    code: 'D001',
    severity: 'error',
    title: 'Credentials are asked for in the connection, never as an input field',
    run: ({ inputFields }, report) => {
      for (const { where, key, label, field } of inputFields) {
        if (
          field.type === 'password' ||
          SECRET_WORDS.test(key) ||
          SECRET_WORDS.test(label.replace(/\s/g, '_'))
        ) {
          report(where, `The input field "${key}" asks for a credential.`)
        }
      }
    },
  },
  {
    code: 'D002',
    severity: 'warning',
    title: 'The help text of the connection links to the place where the credentials are',
    run: ({ definition, authFields }, report) => {
      const type = asObject(definition.authentication).type
      if (authFields.length === 0 || type === 'oauth2' || type === 'oauth1') return
      if (!authFields.some(({ field }) => /\[[^\]]+\]\(https?:\/\/[^)]+\)/.test(asText(field.helpText)))) {
        report('authentication.fields', 'No field of the connection has a help text with a link.')
      }
    },
  },
  {
    code: 'D003',
    severity: 'error',
    title: 'The connection has a label that tells connections apart and shows no secret',
    run: ({ definition, authFields }, report) => {
      if (!definition.authentication) return
      const label = asObject(definition.authentication).connectionLabel
      const where = 'authentication.connectionLabel'
      if (label === undefined || label === '') return report(where, 'The connection has no label.')
      if (typeof label !== 'string' || label.startsWith('$func$')) return
      const shown = [...label.matchAll(/\{\{\s*(?:bundle\.(?:authData|inputData)\.)?([^}\s]+)\s*\}\}/g)]
      if (shown.length === 0) return report(where, 'The label is the same for every connection.')
      const secret = authFields.find(
        ({ key, field }) => field.type === 'password' && shown.some(([, name]) => name === key),
      )
      if (secret || SECRET_WORDS.test(label)) report(where, 'The label shows a credential or speaks of one.')
    },
  },
  {
    code: 'D004',
    severity: 'warning',
    title: 'A field that wants an ID offers a dropdown or a search',
    run: ({ inputFields }, report) => {
      for (const { where, key, label, field } of inputFields) {
        const wantsId = /(^|_)ids?$/i.test(key) || /[a-z]Id$/.test(key) || /\bIDs?$/.test(label)
        if (wantsId && !field.dynamic && !field.choices && !field.search) {
          report(where, `"${key}" wants an ID that nobody knows by heart, without a dropdown.`)
        }
      }
    },
  },
  {
    code: 'D005',
    severity: 'error',
    title: 'The trigger behind a dropdown exists',
    run: ({ definition, inputFields }, report) => {
      const triggers = asObject(definition.triggers)
      for (const { where, field } of inputFields) {
        const key = asText(field.dynamic).split('.')[0]
        if (key && !Object.hasOwn(triggers, key)) {
          report(where, `The dropdown is fed by the trigger "${key}", which does not exist.`)
        }
      }
    },
  },
  {
    code: 'D006',
    severity: 'error',
    title: 'A hook trigger can fetch samples',
    run: ({ actions }, report) => {
      for (const { where, operation } of actions) {
        if (operation.type === 'hook' && !operation.performList) {
          report(`${where}.operation`, 'The hook trigger has no performList.')
        }
      }
    },
  },
  {
    code: 'D007',
    severity: 'error',
    title: 'Every address is https',
    run: ({ texts }, report) => {
      for (const { where, text } of texts) {
        const plain = (text.match(/http:\/\/[^\s)\]"'`>]*/gi) ?? []).find((url) => !LOOPBACK.test(url))
        if (plain) report(where, `The address ${plain} is not https.`)
      }
    },
  },
  {
    code: 'D008',
    severity: 'error',
    title: 'Links in texts are well-formed Markdown',
    run: ({ texts }, report) => {
      for (const { where, text } of texts) {
        if (!/\.(helpText|description|directions)$/.test(where)) continue
        const outsideCode = text.replace(/`[^`]*`/g, '')
        const links = [...outsideCode.matchAll(/\[([^\]]*)\](\s*)\(([^)]*)\)/g)]
        for (const [, name = '', gap, url = ''] of links) {
          if (gap) report(where, `A blank stands between the two halves of the link "${name}".`)
          else if (!name.trim()) report(where, `The link to "${url}" has no text.`)
          else if (!/^(https?:\/\/|mailto:)/i.test(url) || !URL.canParse(url)) {
            report(where, `"${url}" is not a full address.`)
          }
        }
        const bare = outsideCode.replace(/\[[^\]]*\]\s*\([^)]*\)/g, '').match(/https?:\/\/\S+/i)?.[0]
        if (bare)
          report(where, `The address ${bare} stands in the text without a link or backticks around it.`)
      }
    },
  },
  {
    code: 'D009',
    severity: 'error',
    title: 'A search has something to search by',
    run: ({ actions }, report) => {
      for (const { kind, where, operation } of actions) {
        if (kind === 'searches' && asList(operation.inputFields).length === 0) {
          report(`${where}.operation.inputFields`, 'The search has no input field.')
        }
      }
    },
  },
  {
    code: 'D010',
    severity: 'error',
    title: 'The sample holds the primary key',
    run: ({ actions }, report) => {
      for (const { kind, where, operation, isHidden } of actions) {
        if (isHidden || kind === 'creates' || !isObject(operation.sample)) continue
        const sample = operation.sample
        const primary = outputFieldsOf(operation).flatMap((field) =>
          field.primary === true ? [asText(field.key)] : [],
        )
        for (const key of primary.length > 0 ? primary : ['id']) {
          if (isEmpty(sample[key])) report(`${where}.operation.sample`, `The sample has no "${key}".`)
        }
      }
    },
  },
  {
    code: 'D011',
    severity: 'warning',
    title: 'A help text says more than the label',
    run: ({ authFields, inputFields }, report) => {
      const plain = (text: unknown) => asText(text).trim().replace(/\.$/, '').toLowerCase()
      for (const { where, label, field } of [...authFields, ...inputFields]) {
        if (label && plain(field.helpText) === plain(label)) report(where, 'The help text repeats the label.')
      }
    },
  },
  {
    code: 'D012',
    severity: 'error',
    title: 'Every visible trigger and action has a static sample',
    run: ({ actions }, report) => {
      for (const { where, operation, isHidden } of actions) {
        const isThere = isObject(operation.sample) && Object.keys(operation.sample).length > 0
        if (!isHidden && !isThere) report(`${where}.operation.sample`, 'There is no static sample.')
      }
    },
  },
  {
    code: 'D013',
    severity: 'error',
    title: 'The search behind a field exists',
    run: ({ definition, inputFields }, report) => {
      const searches = asObject(definition.searches)
      for (const { where, field } of inputFields) {
        const key = asText(field.search).split('.')[0]
        if (key && !Object.hasOwn(searches, key)) {
          report(where, `The field offers a step with the search "${key}", which does not exist.`)
        }
      }
    },
  },
  {
    code: 'D014',
    severity: 'warning',
    title: 'A field with a search has a dropdown, too: without one, nobody is offered the search',
    run: ({ inputFields }, report) => {
      for (const { where, key, field } of inputFields) {
        if (field.search && !field.dynamic && !field.choices)
          report(where, `"${key}" has a search but no dropdown.`)
      }
    },
  },
  {
    code: 'D015',
    severity: 'error',
    title: 'Both halves of a search-or-create exist',
    run: ({ definition }, report) => {
      const halves = { search: 'searches', create: 'creates', update: 'creates' } as const
      for (const [name, pair] of Object.entries(asObject(definition.searchOrCreates))) {
        for (const [half, kind] of Object.entries(halves)) {
          const key = asText(asObject(pair)[half])
          if (key && !Object.hasOwn(asObject(definition[kind]), key)) {
            report(`searchOrCreates.${name}.${half}`, `"${key}" is not among the ${kind}.`)
          }
        }
      }
    },
  },
  {
    code: 'D016',
    severity: 'error',
    title: 'A hook trigger subscribes by itself; nobody copies an address by hand',
    run: ({ actions }, report) => {
      for (const { where, operation } of actions) {
        if (operation.type === 'hook' && !operation.performSubscribe && !operation.performUnsubscribe) {
          report(`${where}.operation`, 'The hook is static: it neither subscribes nor unsubscribes.')
        }
      }
    },
  },
  {
    code: 'D017',
    severity: 'error',
    title: 'A hook trigger has both halves: subscribe and unsubscribe',
    run: ({ actions }, report) => {
      for (const { where, operation } of actions) {
        if (operation.type !== 'hook' || !operation.performSubscribe === !operation.performUnsubscribe)
          continue
        const missing = operation.performSubscribe ? 'performUnsubscribe' : 'performSubscribe'
        report(`${where}.operation`, `${missing} is missing, so Zapier takes the hook for a static one.`)
      }
    },
  },
  {
    code: 'D018',
    severity: 'warning',
    title: 'Labels of triggers and actions are in title case',
    run: ({ actions }, report) => {
      for (const { where, label, isHidden } of actions) {
        const lower = label
          .split(/[\s-]+/)
          .find((word, at) => /^[a-z]/.test(word) && !(at > 0 && SMALL_WORDS.has(word)))
        if (!isHidden && lower)
          report(`${where}.display.label`, `"${lower}" in "${label}" needs a capital letter.`)
      }
    },
  },
  {
    code: 'D021',
    severity: 'error',
    title: 'A trigger\'s description starts with "Triggers when " and ends with a full stop',
    run: ({ actions }, report) => {
      for (const { kind, where, display, isHidden } of actions) {
        if (kind === 'triggers' && !isHidden && !/^Triggers when .+\.$/s.test(asText(display.description))) {
          report(`${where}.display.description`, 'It must read "Triggers when … ." as one sentence.')
        }
      }
    },
  },
  {
    code: 'D022',
    severity: 'error',
    title: 'An action has at least one input field that is always there',
    run: ({ actions }, report) => {
      for (const { kind, where, operation, isHidden } of actions) {
        if (kind === 'creates' && !isHidden && !asList(operation.inputFields).some(isObject)) {
          report(`${where}.operation.inputFields`, 'All input fields are computed, or there is none.')
        }
      }
    },
  },
  {
    code: 'D023',
    severity: 'error',
    title: 'Dates in samples are ISO 8601 with an offset',
    run: ({ actions }, report) => {
      for (const { where, operation } of actions) {
        const types = typesOf(operation)
        for (const [key, value] of Object.entries(asObject(operation.sample))) {
          if (typeof value !== 'string' || value === '') continue
          const isDate = types.get(key) === 'datetime' || DATE_SHAPED.test(value)
          if (isDate && !ISO_WITH_OFFSET.test(value)) {
            report(`${where}.operation.sample.${key}`, `"${value}" is not ISO 8601 with an offset.`)
          }
        }
      }
    },
  },
  {
    code: 'D024',
    severity: 'error',
    title: 'Samples keep what the output fields say',
    run: ({ actions }, report) => {
      for (const { where, operation } of actions) {
        if (!isObject(operation.sample)) continue
        for (const field of outputFieldsOf(operation)) {
          const key = asText(field.key)
          // Paths into nested objects and lists follow rules of their own.
          if (key.includes('__') || key.includes('[]')) continue
          const value = operation.sample[key]
          if (value === undefined || value === null) {
            if (field.required === true)
              report(`${where}.operation.sample.${key}`, 'The required field is missing.')
          } else if (!hasType(value, asText(field.type), field.list === true)) {
            report(`${where}.operation.sample.${key}`, `The value is not of the type "${field.type}".`)
          }
        }
      }
    },
  },
  {
    code: 'D025',
    severity: 'error',
    title: 'No address runs a script',
    run: ({ texts }, report) => {
      for (const { where, text } of texts) {
        if (/javascript\s*:/i.test(text)) report(where, 'A text holds a "javascript:" address.')
      }
    },
  },
  {
    code: 'D026',
    severity: 'error',
    title: 'A domain that a person types in cannot point just anywhere',
    run: ({ authFields, texts }, report) => {
      const names =
        /(^|_)(sub)?domain($|_)|(^|_)(host|hostname|server|site|instance)($|_)|(^|_)(base_?)?url($|_)/i
      for (const { where, key, field } of authFields) {
        if (names.test(key) && !field.inputFormat && !field.choices) {
          report(where, `"${key}" takes any domain; limit it with inputFormat or a choice.`)
        }
      }
      for (const { where, text } of texts) {
        const isWholeHost = /^(https?:\/\/)?\{\{\s*bundle\.(authData|inputData)\.[^}]+\}\}(\/|:|$)/.test(text)
        if (/(^|\.)url$/.test(where) && isWholeHost)
          report(where, 'The whole host of this address is typed in.')
      }
    },
  },
  {
    code: 'D027',
    severity: 'warning',
    title: 'The integration is built with the latest core',
    run: ({ definition, latestCore }, report) => {
      const used = asText(definition.platformVersion)
      if (latestCore && isOlder(used, latestCore)) {
        report('platformVersion', `It is ${used || 'not given'}, the latest is ${latestCore}.`)
      }
    },
  },
  {
    code: 'D028',
    severity: 'error',
    title: 'Empty input reaches the code unchanged (cleanInputData is false)',
    run: ({ definition, actions }, report) => {
      if (asObject(definition.flags).cleanInputData !== false) {
        report('flags.cleanInputData', 'Set it to false, so that empty values stay what they are.')
      }
      for (const { where, operation } of actions) {
        if (operation.cleanInputData === true)
          report(`${where}.operation.cleanInputData`, 'It is switched on here.')
      }
    },
  },
]

/** What is checked, in order of the codes: a page can list the checks that found nothing, too. */
export const CHECKS: readonly Check[] = RULES.map(({ code, severity, title }) => ({ code, severity, title }))

/**
 * Every finding in a definition, in order of the codes. An empty list means that nothing was found.
 *
 * Whether the core is the latest (D027) is only checked when `latestCore` says which one that is, because this
 * function asks nobody.
 */
export const checkDefinition = (definition: object, known: { latestCore?: string } = {}): Finding[] => {
  const subject = readSubject(definition as Loose, known.latestCore)
  return RULES.flatMap(({ code, severity, run }) => {
    const findings: Finding[] = []
    run(subject, (where, message) => findings.push({ code, severity, where, message }))
    return findings
  })
}

const readSubject = (definition: Loose, latestCore: string | undefined): Subject => {
  const actions = (['triggers', 'creates', 'searches'] as const).flatMap((kind) =>
    Object.entries(asObject(definition[kind])).map(([key, value]) => readAction(kind, key, asObject(value))),
  )
  return {
    definition,
    actions,
    authFields: readFields('authentication.fields', asObject(definition.authentication).fields),
    inputFields: actions.flatMap(({ where, operation }) =>
      readFields(`${where}.operation.inputFields`, operation.inputFields),
    ),
    texts: readTexts('', definition),
    latestCore,
  }
}

const readAction = (kind: Kind, key: string, action: Loose): Action => {
  const display = asObject(action.display)
  return {
    kind,
    where: `${kind}.${key}`,
    label: asText(display.label),
    isHidden: display.hidden === true,
    display,
    operation: asObject(action.operation),
  }
}

// Fields that a function computes are not there before it has run, so they are left out.
const readFields = (where: string, fields: unknown): Field[] =>
  asList(fields).flatMap((field, at) => {
    if (!isObject(field)) return []
    const own = { where: `${where}.${at}`, key: asText(field.key), label: asText(field.label), field }
    return [own, ...readFields(`${own.where}.children`, field.children)]
  })

const readTexts = (where: string, value: unknown, seen = new Set<unknown>()): Subject['texts'] => {
  if (typeof value === 'string') return value.startsWith('$func$') ? [] : [{ where, text: value }]
  if (typeof value !== 'object' || value === null || seen.has(value)) return []
  const inside = new Set(seen).add(value)
  return Object.entries(value).flatMap(([key, part]) =>
    key === 'source' ? [] : readTexts(where ? `${where}.${key}` : key, part, inside),
  )
}

const outputFieldsOf = (operation: Loose): Loose[] => asList(operation.outputFields).filter(isObject)

const typesOf = (operation: Loose) =>
  new Map(outputFieldsOf(operation).map((field) => [asText(field.key), asText(field.type)]))

const hasType = (value: unknown, type: string, isList: boolean): boolean => {
  if (isList) return Array.isArray(value) && value.every((part) => hasType(part, type, false))
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'number') return typeof value === 'number'
  if (type === 'boolean') return typeof value === 'boolean'
  // Without a type Zapier takes the value as it is.
  return type === '' || typeof value === 'string'
}

const isOlder = (used: string, latest: string): boolean => {
  const [a, b] = [used, latest].map((version) => version.split('.').map(Number))
  const at = [0, 1, 2].find((index) => (a?.[index] ?? 0) !== (b?.[index] ?? 0))
  return at !== undefined && (a?.[at] ?? 0) < (b?.[at] ?? 0)
}

const isObject = (value: unknown): value is Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const asObject = (value: unknown): Loose => (isObject(value) ? value : {})
const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
const asText = (value: unknown): string => (typeof value === 'string' ? value : '')
const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === ''

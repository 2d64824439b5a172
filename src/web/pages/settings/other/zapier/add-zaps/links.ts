import type { ZapFilter, ZapStep, ZapTemplate } from '#domain/zapier/zap-templates.ts'
import { findZapApp } from '#domain/zapier/zap-templates.ts'

/** Where a new Zap begins in Zapier when nothing can be filled in beforehand. */
export const emptyEditor = 'https://zapier.com/app/editor'

/**
 * Zapier's editor with our trigger chosen, and the app that acts where its key is published.
 *
 * Fields of an action cannot be filled with data of the trigger by an address, and Zap templates of Zapier's own do not take
 * private integrations: see docs/adr/0014-add-zaps.md.
 *
 * @param zapierApp the operator's own integration, such as `App12345CLIAPI@1.1.0`.
 */
export function zapierEditor({ trigger, steps }: ZapTemplate, zapierApp: string | undefined): string {
  if (!zapierApp) return emptyEditor
  const search = new URLSearchParams({
    'steps[0][app]': zapierApp,
    'steps[0][type]': 'read',
    'steps[0][action]': trigger,
  })
  const actsIn = steps[0] && findZapApp(steps[0].app)?.zapierKey
  if (actsIn) search.append('steps[1][app]', `${actsIn}@latest`)
  return `https://zapier.com/webintent/create-zap?${search}`
}

const operators: Record<ZapFilter['condition'], string> = {
  'exactly matches': 'exactly-matches',
  'does not exactly match': 'does-not-exactly-match',
  exists: 'is-not-empty',
}

/** Tables become a CSV file in the sandbox, mails go to its outbox, everything else is posted to its inbox. */
const tables = new Set(['google-sheets', 'microsoft-excel', 'airtable', 'notion'])

/** The sandbox's editor with this Zap filled in: the same trigger, filter and fields, with local actions in place of the apps. */
export function sandboxEditor(
  sandboxUrl: string,
  { id, title, trigger, filter, steps }: ZapTemplate,
): string {
  const search = new URLSearchParams({ name: title, trigger })
  if (filter)
    search.append(
      'filter',
      [filter.key, operators[filter.condition], ...(filter.value ? [filter.value] : [])].join('|'),
    )
  for (const step of steps)
    for (const [name, value] of localAction(step, `${id}.csv`)) search.append(name, value)
  return `${sandboxUrl}/zaps/new?${search}`
}

function localAction({ app, fields }: ZapStep, file: string): [string, string][] {
  const valueFor = (...names: string[]) => fields.find(([name]) => names.includes(name))?.[1]
  const [subject, text] = [valueFor('Subject'), valueFor('Body', 'Body (HTML or Plain)')]
  if (subject && text) {
    const to = valueFor('To')
    return [
      ['action', 'mail'],
      ...(to ? [['to', to] as [string, string]] : []),
      ['subject', subject],
      ['text', text],
    ]
  }
  const maps = fields.map(([name, value]): [string, string] => ['map', `${name}=${value}`])
  return tables.has(app) ? [['action', 'csv'], ['file', file], ...maps] : [['action', 'post'], ...maps]
}

import type { Trigger } from '#domain/webhooks/subscription.ts'
import { findZapApp, type ZapFilter, type ZapTemplate } from '#domain/zapier/zap-templates.ts'
import { sandboxEditor, zapierEditor } from './links.ts'

/** A piece of what is sent: words as they are, or a field of the item by its label. */
export type Part = { text: string; isField: boolean }

export interface ShownField {
  name: string
  parts: Part[]
  /** What is copied: the label alone where nothing else is sent, for the search box of Zapier's field list. */
  copied: string
}

export interface ShownZap {
  id: string
  title: string
  trigger: string
  filter: { field: string; condition: string; value: string } | null
  apps: { id: string; name: string }[]
  steps: { app: string; action: string; fields: ShownField[] }[]
  zapierUrl: string
  sandboxUrl: string | null
}

/** What a person sees of a template, in the words of Zapier's editor. */
export function presentZap(
  template: ZapTemplate,
  shown: {
    triggerName: (trigger: Trigger) => string
    labelOf: (key: string) => string
    zapierApp: string | undefined
    sandboxUrl: string | undefined
  },
): ShownZap {
  const { labelOf } = shown
  const nameOf = (id: string) => findZapApp(id)?.name ?? id
  return {
    id: template.id,
    title: template.title,
    trigger: shown.triggerName(template.trigger),
    filter: template.filter ? filterOf(template.filter, labelOf) : null,
    apps: [...new Set(template.steps.map(({ app }) => app))].map((id) => ({ id, name: nameOf(id) })),
    steps: template.steps.map(({ app, action, fields }) => ({
      app: nameOf(app),
      action,
      fields: fields.map(([name, value]) => {
        const parts = partsOf(value, labelOf)
        return { name, parts, copied: copiedOf(parts) }
      }),
    })),
    zapierUrl: zapierEditor(template, shown.zapierApp),
    sandboxUrl: shown.sandboxUrl ? sandboxEditor(shown.sandboxUrl, template) : null,
  }
}

const filterOf = ({ key, condition, value }: ZapFilter, labelOf: (key: string) => string) => ({
  field: labelOf(key),
  condition: condition === 'exists' ? 'Exists' : `(Text) ${condition[0]?.toUpperCase()}${condition.slice(1)}`,
  value,
})

/** "Moved: {{booking_subject}}" in pieces, with the labels that Zapier shows in place of the keys. */
export const partsOf = (value: string, labelOf: (key: string) => string): Part[] =>
  value
    .split(/(\{\{\w+\}\})/)
    .filter((piece) => piece !== '')
    .map((piece) => {
      const key = /^\{\{(\w+)\}\}$/.exec(piece)?.[1]
      return key ? { text: labelOf(key), isField: true } : { text: piece, isField: false }
    })

const copiedOf = (parts: Part[]): string =>
  parts.length === 1
    ? (parts[0]?.text ?? '')
    : parts.map(({ text, isField }) => (isField ? `{{${text}}}` : text)).join('')

import { idOfAction, ownActions } from '../engine/actions.ts'
import { deedOf } from '../engine/app-action.ts'
import { prefixOf } from '../engine/edit-zap.ts'
import type { DrawnField, OutputField } from '../engine/fields.ts'
import { asText, fill } from '../engine/mapping.ts'
import type { Action, AppAction, Item, MappedAction } from '../engine/records.ts'
import { type Definition, visibleDeeds } from '../host/definition.ts'
import {
  chosenOption,
  fieldOptions,
  integrationInput,
  keptInputs,
  option,
  placeholders,
  short,
} from './editor-parts.ts'
import { type Html, html } from './html.ts'
import { notice } from './layout.ts'

export type Inputs =
  | { state: 'not-yet' }
  | { state: 'failed'; sentence: string }
  | { state: 'drawn'; fields: DrawnField[] }

export interface ActionView {
  action: Action
  position: number
  /** What its texts may use. */
  offered: OutputField[]
  /** Values of the offered fields, for previews. */
  sample: Item
  inputs: Inputs
}

export interface Choosing {
  definition: Definition
  appTitle: string
  inboxUrl: string
}

/** Everything there is to choose from for the action at one place. */
export function actionOptions({ definition, appTitle }: Choosing, position: number, chosen = ''): Html {
  const prefix = prefixOf(position)
  const choose = (id: string, label: string, text: string) =>
    option({ name: 'do', value: `${prefix}action:${id}`, chosen: id === chosen }, label, text)
  const deeds = visibleDeeds(definition)
  const part = (kind: 'create' | 'search', title: string) => {
    const found = deeds.filter((one) => one.kind === kind)
    if (found.length === 0) return null
    return html`<h3>${title}</h3><div class="options">${found.map(({ deed }) =>
      choose(`${kind}.${deed.key}`, `${appTitle}: ${deed.display.label}`, deed.display.description ?? ''),
    )}</div>`
  }
  return html`${deeds.length > 0 && html`<h3>Built into the sandbox</h3>`}
    <div class="options">${ownActions.map(({ id, label, description }) => choose(id, label, description))}</div>
    ${part('create', `Actions of ${appTitle}`)}${part('search', `Searches of ${appTitle}`)}`
}

/** One chosen action with all its fields. */
export function actionStep(choosing: Choosing, view: ActionView): Html {
  const { action, position } = view
  const prefix = prefixOf(position)
  const id = idOfAction(action)
  const [label, text] = wordsOf(choosing, action)
  return html`<input type="hidden" name="${prefix}action" value="${id}">
    ${chosenOption(label, text, 'Choose another action', actionOptions(choosing, position, id))}
    ${action.kind === 'post' && postPart(choosing, action, prefix)}
    ${action.kind === 'csv' && csvPart(action.fileName, prefix)}
    ${action.kind === 'mail' && mailPart(action, view, prefix)}
    ${(action.kind === 'post' || action.kind === 'csv') && mapper(action, view, prefix)}
    ${(action.kind === 'create' || action.kind === 'search') && appPart(action, view, prefix)}
    <div class="buttons end"><button class="button small danger" name="do" value="${prefix}remove-action">Remove this action</button></div>`
}

function wordsOf({ definition, appTitle }: Choosing, action: Action): [label: string, text: string] {
  if (action.kind === 'create' || action.kind === 'search') {
    const display = deedOf(definition, action)?.display
    return display
      ? [`${appTitle}: ${display.label}`, display.description ?? '']
      : [`${appTitle}: ${action.key}`, 'The integration no longer has this action.']
  }
  const own = ownActions.find(({ id }) => id === action.kind)
  return [own?.label ?? action.kind, own?.description ?? '']
}

function postPart({ inboxUrl }: Choosing, action: Extract<Action, { kind: 'post' }>, prefix: string): Html {
  const choice = (value: string, label: string) =>
    html`<label class="radio"><input type="radio" name="${prefix}post_body" value="${value}"${action.body === value && html` checked`}> ${label}</label>`
  const id = `${prefix}post_url`
  return html`<div class="field"><label for="${id}">URL (required)</label>
    <input id="${id}" name="${id}" type="url" value="${action.url}" aria-describedby="${id}-help" spellcheck="false">
    <p class="help" id="${id}-help">For trying it out, the sandbox has an inbox of its own: <a href="${new URL(inboxUrl).pathname}" target="_blank" rel="noopener">${inboxUrl}</a></p></div>
    <fieldset class="field"><legend>JSON body</legend>${choice('all', 'All fields')}${choice('mapped', 'Only the mapped fields')}</fieldset>`
}

const csvPart = (
  fileName: string,
  prefix: string,
): Html => html`<div class="field"><label for="${prefix}csv_file">File name (required)</label>
  <input id="${prefix}csv_file" name="${prefix}csv_file" value="${fileName}" aria-describedby="${prefix}csv_file-help" spellcheck="false">
  <p class="help" id="${prefix}csv_file-help">The file is kept in the data folder of the sandbox. The header row is written once.</p></div>`

function mailPart(
  action: Extract<Action, { kind: 'mail' }>,
  { offered, sample }: ActionView,
  prefix: string,
): Html {
  const list = `${prefix}placeholders`
  const line = (name: 'to' | 'subject', label: string) => {
    const id = `${prefix}mail_${name}`
    const preview = previewOf(action[name], sample)
    return html`<div class="field"><label for="${id}">${label} (required)</label>
      <input id="${id}" name="${id}" value="${action[name]}" list="${list}" autocomplete="off" spellcheck="false"${preview && html` aria-describedby="${id}-preview"`}>
      ${preview && html`<p class="help" id="${id}-preview">Sample: ${short(preview)}</p>`}</div>`
  }
  const id = `${prefix}mail_text`
  return html`<p>The mail is put into the <a href="/outbox" target="_blank" rel="noopener">mail outbox</a> of the sandbox. It stays on
    this computer; nobody receives it.</p>
    ${line('to', 'To')}${line('subject', 'Subject')}
    <div class="field"><label for="${id}">Text</label>
    <textarea id="${id}" name="${id}" rows="6" aria-describedby="${id}-help">${action.text}</textarea>
    <p class="help" id="${id}-help">A field of an earlier step is written {{key}}.</p></div>
    ${placeholders(list, offered)}
    <details><summary>Fields that can be used</summary><ul class="keys">${offered.map(({ key, label }) => html`<li>${label} <code>{{${key}}}</code></li>`)}</ul></details>`
}

function appPart(action: AppAction, { offered, sample, inputs, position }: ActionView, prefix: string): Html {
  if (inputs.state !== 'drawn') {
    const news =
      inputs.state === 'failed'
        ? notice('bad', inputs.sentence)
        : html`<p>Choose a working account above and press Continue; then its fields are shown here.</p>`
    const filled = Object.entries(action.inputs).filter(([, text]) => text !== '')
    return html`${news}${
      filled.length > 0 &&
      html`<p>Filled in so far:</p><ul>${filled.map(([key, text]) => html`<li><code>${key}</code>: ${text}</li>`)}</ul>`
    }${keptInputs(`${prefix}in.`, action.inputs)}`
  }
  const list = `${prefix}placeholders`
  const mayChange = inputs.fields.some(
    ({ altersDynamicFields, dependsOn = [] }) => altersDynamicFields || dependsOn.length > 0,
  )
  return html`<p>It is done with the account chosen above. A field takes a text of yours, <code>{{key}}</code> for a field of an
    earlier step, or both.</p>
    ${inputs.fields.map((field) => {
      const value = action.inputs[field.key] ?? ''
      return integrationInput(field, {
        prefix: `${prefix}in.`,
        value,
        offered,
        list,
        preview: previewOf(value, sample),
      })
    })}
    ${inputs.fields.length === 0 && html`<p>There is nothing to fill in.</p>`}
    ${mayChange && html`<div class="buttons"><button class="button small" name="do" value="${prefix}refresh"${position > 0 && html` aria-label="Refresh the fields of action 2"`}>Refresh the fields</button></div>`}
    ${placeholders(list, offered)}`
}

const previewOf = (text: string, sample: Item): string =>
  text.includes('{{') ? asText(fill(text, sample)) : ''

/** Rows of name and value. The picker adds one; the list of suggestions in each value works without JavaScript. */
function mapper(action: MappedAction, { offered, sample }: ActionView, prefix: string): Html {
  const [noun, title] = action.kind === 'csv' ? ['Column', 'Columns'] : ['Field', 'Mapped fields']
  const rows = [...action.mappings, { name: '', value: '' }]
  const list = `${prefix}placeholders`
  return html`<fieldset class="mapper"><legend>${title}</legend>
    <div class="picker">
      <div class="field"><label for="${prefix}pick">${prefix ? 'Field of an earlier step' : 'Field of the trigger'}</label>
        <select id="${prefix}pick" name="${prefix}pick">${fieldOptions(offered)}</select></div>
      <button class="button" name="do" value="${prefix}add-field">Add field</button>
      <button class="button" name="do" value="${prefix}add-all">Add all fields</button>
    </div>
    ${rows.map(({ name, value }, index) => {
      const isLast = index === action.mappings.length
      const preview = previewOf(value, sample)
      const id = (what: string) => `${prefix}${what}-${index}`
      return html`<div class="map-row">
        <div class="field"><label for="${id('name')}">${noun} ${index + 1} name</label><input id="${id('name')}" name="${prefix}map_name" value="${name}" spellcheck="false"></div>
        <div class="field"><label for="${id('value')}">${noun} ${index + 1} value</label><input id="${id('value')}" name="${prefix}map_value" value="${value}" list="${list}" spellcheck="false" autocomplete="off"${isLast && html` placeholder="Text or {{field}}"`}${preview && html` aria-describedby="${id('preview')}"`}>
        ${preview && html`<p class="help" id="${id('preview')}">Sample: ${short(preview)}</p>`}</div>
        ${isLast ? html`<span class="spacer"></span>` : html`<button class="button small danger" name="do" value="${prefix}remove:${index}" aria-label="Remove ${name}">Remove</button>`}
      </div>`
    })}
    ${placeholders(list, offered)}
  </fieldset>`
}

import { actionKinds } from '../engine/actions.ts'
import { type DrawnField, describeItem, type OutputField } from '../engine/fields.ts'
import { asText, fill } from '../engine/mapping.ts'
import type { Action, Connection, Zap } from '../engine/records.ts'
import { type Definition, labelOf, type Trigger, visibleTriggers } from '../host/definition.ts'
import { type Html, html, withLinks } from './html.ts'
import { notice } from './layout.ts'
import { fieldTable } from './run.ts'
import { zapName } from './words.ts'

export interface EditorView {
  definition: Definition
  zap: Zap
  isNew: boolean
  connections: readonly Connection[]
  inputs:
    | { state: 'not-yet' }
    | { state: 'failed'; sentence: string }
    | { state: 'drawn'; fields: DrawnField[] }
  maxPages: number
  inboxUrl: string
}

export function editorPage(view: EditorView): Html {
  const { zap, isNew, definition } = view
  const trigger = definition.triggers?.[zap.triggerKey]
  const isOn = zap.state === 'on'
  const fields = describeItem(trigger, zap.sample)
  return html`<p class="crumb"><a href="/">My Zaps</a>${!isNew && html` <span aria-hidden="true">›</span> <a href="/zaps/${zap.id}">${zapName(zap)}</a>`}</p>
  <form method="post" action="${isNew ? '/zaps' : `/zaps/${zap.id}/edit`}" class="editor" novalidate>
    <div class="head"><h1>${isNew ? 'New Zap' : 'Edit Zap'}</h1>
      <div class="buttons"><button class="button" name="do" value="save">Save</button>
      <a class="button" href="${isNew ? '/' : `/zaps/${zap.id}`}">Close</a></div></div>
    ${isNew && html`<input type="hidden" name="draft" value="${zap.id}">`}
    <input type="hidden" name="trigger" value="${zap.triggerKey}">
    <input type="hidden" name="action" value="${zap.action?.kind ?? ''}">
    <div class="field"><label for="name">Zap name</label><input id="name" name="name" value="${zap.name}" maxlength="120" placeholder="Name your Zap"></div>
    ${isOn && notice('note', 'This Zap is on. Turn it off to change its trigger, connection or setup.')}
    ${step('1', 'trigger-step', 'Trigger', triggerStep(view, isOn))}
    ${step('2', 'connection-step', 'Connection', connectionStep(view, isOn))}
    ${step('3', 'setup-step', 'Set up the trigger', setupStep(view, isOn))}
    ${step('4', 'sample-step', 'Sample data', sampleStep(view, trigger, fields))}
    ${step('5', 'action-step', 'Action', actionStep(view, fields))}
    ${step('6', 'finish-step', 'Turn on', finishStep(isOn))}
  </form>`
}

const step = (
  number: string,
  id: string,
  title: string,
  body: Html,
): Html => html`<section class="step" id="${id}" aria-labelledby="${id}-title">
  <h2 id="${id}-title"><span class="number" aria-hidden="true">${number}</span>${title}</h2>
  <div class="step-body">${body}</div>
</section>`

const off = (disabled: boolean): Html | null => (disabled ? html` disabled` : null)

function triggerStep({ definition, zap }: EditorView, isOn: boolean): Html {
  const triggers = visibleTriggers(definition)
  if (triggers.length === 0) return html`<p>The integration has no trigger that can be chosen.</p>`
  return html`<div class="options">${triggers.map((trigger) =>
    option(
      { name: 'do', value: `trigger:${trigger.key}`, chosen: trigger.key === zap.triggerKey, disabled: isOn },
      trigger.display.label,
      trigger.display.description ?? '',
    ),
  )}</div>`
}

interface Option {
  name: string
  value: string
  chosen: boolean
  disabled?: boolean
}

const option = ({ name, value, chosen, disabled }: Option, label: string, text: string): Html => {
  const id = `about-${value.replace(/\W/g, '-')}`
  return html`<div class="option${chosen && ' chosen'}">
  <button class="button" name="${name}" value="${value}" aria-pressed="${chosen ? 'true' : 'false'}" aria-describedby="${id}"${off(disabled === true)}>${label}</button>
  <p id="${id}">${text}</p></div>`
}

function connectionStep({ connections, zap }: EditorView, isOn: boolean): Html {
  const chosen = connections.find(({ id }) => id === zap.connectionId)
  const connect = html`<button class="button" name="do" value="connect"${off(isOn)}>Connect an account</button>`
  if (connections.length === 0)
    return html`<p>No account is connected yet.</p><div class="buttons">${connect}</div>`
  return html`<div class="field"><label for="connection">Account</label>
    <select id="connection" name="connection"${off(isOn)}>
      <option value="">Choose an account</option>
      ${connections.map(
        ({ id, label, state }) =>
          html`<option value="${id}"${id === zap.connectionId && html` selected`}>${label}${state === 'reconnect' && ' (reconnect needed)'}</option>`,
      )}
    </select></div>
    ${
      chosen?.state === 'reconnect' &&
      notice(
        'bad',
        `Reconnect needed. ${chosen.problem}`,
        html`<a class="button primary small" href="/connections/${chosen.id}/reconnect?zap=${zap.id}">Reconnect</a>`,
      )
    }
    <div class="buttons"><button class="button" name="do" value="continue"${off(isOn)}>Continue</button>${connect}</div>`
}

function setupStep({ inputs, zap, maxPages, isNew, connections }: EditorView, isOn: boolean): Html {
  if (inputs.state === 'not-yet') return html`<p>${whatComesFirst(zap, connections.length > 0)}</p>`
  if (inputs.state === 'failed') return notice('bad', inputs.sentence)
  if (inputs.fields.length === 0) return html`<p>This trigger has nothing to set up.</p>`
  return html`${inputs.fields.map((field) => triggerInput(field, zap, isOn))}
    ${
      inputs.fields.some(({ hasMore }) => hasMore) &&
      !isNew &&
      html`<p><a href="/zaps/${zap.id}/edit?pages=${maxPages * 2}#setup-step">Load more choices</a></p>`
    }`
}

function whatComesFirst(zap: Zap, hasConnections: boolean): string {
  if (!zap.triggerKey) return 'Choose a trigger first.'
  return hasConnections ? 'Choose a working account above and press Continue.' : 'Connect an account first.'
}

function triggerInput(field: DrawnField, zap: Zap, disabled: boolean): Html {
  const label = labelOf(field)
  if (field.type === 'copy') return html`<p class="help">${withLinks(field.helpText ?? label)}</p>`
  const id = `input-${field.key}`
  const value = zap.inputs[field.key] ?? field.default ?? ''
  const help = field.helpText ? `${id}-help` : null
  const common = html` id="${id}" name="input.${field.key}"${help && html` aria-describedby="${help}"`}${off(disabled)}`
  return html`<div class="field"><label for="${id}">${label}${field.required && ' (required)'}</label>
    ${control(field, value, common)}
    ${help && html`<p class="help" id="${help}">${withLinks(field.helpText ?? '')}</p>`}
    ${field.trouble && notice('bad', `The choices could not be loaded. ${field.trouble}`)}
  </div>`
}

function control(field: DrawnField, value: string, common: Html): Html {
  if (field.options) {
    const isKnown = value === '' || field.options.some((one) => one.value === value)
    return html`<select${common}>
      <option value="">${field.required ? 'Choose…' : (field.placeholder ?? 'Any')}</option>
      ${!isKnown && html`<option value="${value}" selected>${value} (no longer offered)</option>`}
      ${field.options.map((one) => html`<option value="${one.value}"${one.value === value && html` selected`}>${one.label}</option>`)}
    </select>`
  }
  if (field.type === 'text' || field.list) return html`<textarea rows="3"${common}>${value}</textarea>`
  const isNumber = field.type === 'integer' || field.type === 'number'
  return html`<input value="${value}" placeholder="${field.placeholder ?? ''}"${isNumber && html` inputmode="decimal"`}${common}>`
}

function sampleStep({ zap }: EditorView, trigger: Trigger | undefined, fields: OutputField[]): Html {
  return html`<p>${
    zap.sample
      ? zap.sampleFrom === 'app'
        ? 'This is the newest item that the app gave.'
        : 'The app has no item yet. This is the sample that the integration declares.'
      : `Fetch an item of "${trigger?.display.label ?? 'the trigger'}", so that you can see what there is to map.`
  }</p>
  <div class="buttons"><button class="button" name="do" value="load-sample">Load sample</button></div>
  ${zap.sample && html`<details class="sample" open><summary>${fields.length} fields</summary>${fieldTable(fields, { isScrolled: true })}</details>`}`
}

function actionStep(view: EditorView, fields: OutputField[]): Html {
  const { action } = view.zap
  return html`<div class="options">${actionKinds.map(({ kind, label, description }) =>
    option({ name: 'do', value: `action:${kind}`, chosen: action?.kind === kind }, label, description),
  )}</div>
  ${action?.kind === 'post' && postPart(view, action)}
  ${
    action?.kind === 'csv' &&
    html`<div class="field"><label for="csv_file">File name (required)</label>
    <input id="csv_file" name="csv_file" value="${action.fileName}" aria-describedby="csv_file-help" spellcheck="false">
    <p class="help" id="csv_file-help">The file is kept in the data folder of the sandbox. The header row is written once.</p></div>`
  }
  ${action && mapper(view, action, fields)}`
}

function postPart({ inboxUrl }: EditorView, action: Extract<Action, { kind: 'post' }>): Html {
  const choice = (value: string, label: string) =>
    html`<label class="radio"><input type="radio" name="post_body" value="${value}"${action.body === value && html` checked`}> ${label}</label>`
  return html`<div class="field"><label for="post_url">URL (required)</label>
    <input id="post_url" name="post_url" type="url" value="${action.url}" aria-describedby="post_url-help" spellcheck="false">
    <p class="help" id="post_url-help">For trying it out, the sandbox has an inbox of its own: <a href="${new URL(inboxUrl).pathname}" target="_blank" rel="noopener">${inboxUrl}</a></p></div>
    <fieldset class="field"><legend>JSON body</legend>${choice('all', 'All fields')}${choice('mapped', 'Only the mapped fields')}</fieldset>`
}

/** Rows of name and value. The picker adds one; the list of suggestions in each value works without JavaScript. */
function mapper({ zap }: EditorView, action: Action, fields: OutputField[]): Html {
  const [noun, title] = action.kind === 'csv' ? ['Column', 'Columns'] : ['Field', 'Mapped fields']
  const rows = [...action.mappings, { name: '', value: '' }]
  return html`<fieldset class="mapper"><legend>${title}</legend>
    <div class="picker">
      <div class="field"><label for="pick">Field of the trigger</label>
        <select id="pick" name="pick">${fields.map(
          ({ key, label, sample }) =>
            html`<option value="${key}">${label}${asText(sample) && ` — ${short(asText(sample))}`}</option>`,
        )}</select></div>
      <button class="button" name="do" value="add-field">Add field</button>
      <button class="button" name="do" value="add-all">Add all fields</button>
    </div>
    ${rows.map(({ name, value }, index) => {
      const isLast = index === action.mappings.length
      const preview = zap.sample && value ? asText(fill(value, zap.sample)) : ''
      return html`<div class="map-row">
        <div class="field"><label for="name-${index}">${noun} ${index + 1} name</label><input id="name-${index}" name="map_name" value="${name}" spellcheck="false"></div>
        <div class="field"><label for="value-${index}">${noun} ${index + 1} value</label><input id="value-${index}" name="map_value" value="${value}" list="placeholders" spellcheck="false" autocomplete="off"${isLast && html` placeholder="Text or {{field}}"`}${preview && html` aria-describedby="preview-${index}"`}>
        ${preview && html`<p class="help" id="preview-${index}">Sample: ${short(preview)}</p>`}</div>
        ${isLast ? html`<span class="spacer"></span>` : html`<button class="button small danger" name="do" value="remove:${index}" aria-label="Remove ${name}">Remove</button>`}
      </div>`
    })}
    <datalist id="placeholders">${fields.map(({ key, label, sample }) => html`<option value="{{${key}}}">${label}${asText(sample) && ` — ${short(asText(sample))}`}</option>`)}</datalist>
  </fieldset>`
}

const short = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text)

const finishStep = (isOn: boolean): Html =>
  isOn
    ? html`<p>The Zap is on. Changes of its name and action take effect with the next run.</p>
      <div class="buttons"><button class="button primary" name="do" value="save">Save changes</button></div>`
    : html`<p>Turning the Zap on subscribes it to the app. From then on it runs by itself.</p>
      <div class="buttons"><button class="button primary" name="do" value="turn-on">Turn on Zap</button></div>`

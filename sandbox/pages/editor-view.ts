import type { OutputField } from '../engine/fields.ts'
import type { Connection, Zap } from '../engine/records.ts'
import { type Definition, type Trigger, visibleTriggers } from '../host/definition.ts'
import { type ActionView, actionOptions, actionStep, type Inputs } from './editor-action.ts'
import { filterStep } from './editor-filter.ts'
import { chosenOption, integrationInput, keptInputs, off, option, step } from './editor-parts.ts'
import { type Html, html } from './html.ts'
import { notice } from './layout.ts'
import { fieldTable } from './run.ts'
import { zapName } from './words.ts'

export interface EditorView {
  definition: Definition
  appTitle: string
  zap: Zap
  isNew: boolean
  /** What a link asked for in vain. */
  leftOut: string[]
  connections: readonly Connection[]
  inputs: Inputs
  /** Fields of the trigger's item. */
  fields: OutputField[]
  actions: ActionView[]
  maxPages: number
  inboxUrl: string
}

export function editorPage(view: EditorView): Html {
  const { zap, isNew, definition, fields, leftOut } = view
  const trigger = definition.triggers?.[zap.triggerKey]
  const isOn = zap.state === 'on'
  const [first, second] = view.actions
  return html`<p class="crumb"><a href="/">My Zaps</a>${!isNew && html` <span aria-hidden="true">›</span> <a href="/zaps/${zap.id}">${zapName(zap)}</a>`}</p>
  ${leftOut.length > 0 && notice('warn', `The link that led here asked for what does not exist or has the wrong form. Left out: ${leftOut.join(', ')}.`)}
  <form method="post" action="${isNew ? '/zaps' : `/zaps/${zap.id}/edit`}" class="editor" novalidate>
    <div class="head"><h1>${isNew ? 'New Zap' : 'Edit Zap'}</h1>
      <div class="buttons"><button class="button" name="do" value="save">Save</button>
      <a class="button" href="${isNew ? '/' : `/zaps/${zap.id}`}">Close</a></div></div>
    ${isNew && html`<input type="hidden" name="draft" value="${zap.id}">`}
    <input type="hidden" name="trigger" value="${zap.triggerKey}">
    <div class="field"><label for="name">Zap name</label><input id="name" name="name" value="${zap.name}" maxlength="120" placeholder="Name your Zap"></div>
    ${isOn && notice('note', 'This Zap is on. Turn it off to change its trigger, connection or setup.')}
    ${step('1', 'trigger-step', 'Trigger', triggerStep(view, trigger, isOn))}
    ${step('2', 'connection-step', 'Connection', connectionStep(view, isOn))}
    ${step('3', 'setup-step', 'Set up the trigger', setupStep(view, isOn))}
    ${step('4', 'sample-step', 'Sample data', sampleStep(view, trigger))}
    ${step('5', 'filter-step', 'Filter (optional)', filterStep(zap, fields))}
    ${step('6', 'action-step', 'Action', first ? actionStep(view, first) : actionOptions(view, 0))}
    ${first && step('7', 'second-step', 'Second action (optional)', second ? actionStep(view, second) : moreActions(view))}
    ${step(first ? '8' : '7', 'finish-step', 'Turn on', finishStep(isOn))}
  </form>`
}

function triggerStep({ definition, zap }: EditorView, trigger: Trigger | undefined, isOn: boolean): Html {
  const triggers = visibleTriggers(definition)
  if (triggers.length === 0) return html`<p>The integration has no trigger that can be chosen.</p>`
  const options = html`<div class="options">${triggers.map(({ key, display }) =>
    option(
      { name: 'do', value: `trigger:${key}`, chosen: key === zap.triggerKey, disabled: isOn },
      display.label,
      display.description ?? '',
    ),
  )}</div>`
  if (!trigger || triggers.length === 1) return options
  const { label, description = '' } = trigger.display
  return chosenOption(label, description, 'Choose another trigger', options)
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
  if (inputs.state !== 'drawn') {
    const news =
      inputs.state === 'failed'
        ? notice('bad', inputs.sentence)
        : html`<p>${whatComesFirst(zap, connections.length > 0)}</p>`
    return html`${news}${!isOn && keptInputs('input.', zap.inputs)}`
  }
  if (inputs.fields.length === 0) return html`<p>This trigger has nothing to set up.</p>`
  return html`${inputs.fields.map((field) =>
    integrationInput(field, { prefix: 'input.', value: zap.inputs[field.key] ?? '', disabled: isOn }),
  )}
    ${
      inputs.fields.some(({ hasMore }) => hasMore) &&
      !isNew &&
      html`<p><a href="/zaps/${zap.id}/edit?pages=${maxPages * 2}#setup-step">Load more choices</a></p>`
    }
    ${
      inputs.fields.some(({ altersDynamicFields, waitsFor }) => altersDynamicFields || waitsFor) &&
      html`<div class="buttons"><button class="button small" name="do" value="continue"${off(isOn)}>Refresh the fields</button></div>`
    }`
}

function whatComesFirst(zap: Zap, hasConnections: boolean): string {
  if (!zap.triggerKey) return 'Choose a trigger first.'
  return hasConnections ? 'Choose a working account above and press Continue.' : 'Connect an account first.'
}

function sampleStep({ zap, fields }: EditorView, trigger: Trigger | undefined): Html {
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

const moreActions = (view: EditorView): Html =>
  html`<p>A second action runs after the first and may use what the first one gave, as <code>{{2.key}}</code>.</p>
      <details><summary>Add a second action</summary>${actionOptions(view, 1)}</details>`

const finishStep = (isOn: boolean): Html =>
  isOn
    ? html`<p>The Zap is on. Changes of its name, filter and actions take effect with the next run.</p>
      <div class="buttons"><button class="button primary" name="do" value="save">Save changes</button></div>`
    : html`<p>Turning the Zap on subscribes it to the app. From then on it runs by itself.</p>
      <div class="buttons"><button class="button primary" name="do" value="turn-on">Turn on Zap</button></div>`

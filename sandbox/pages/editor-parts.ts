import type { DrawnField, OutputField } from '../engine/fields.ts'
import { asText } from '../engine/mapping.ts'
import { labelOf } from '../host/definition.ts'
import { type Html, html, withLinks } from './html.ts'
import { notice } from './layout.ts'

/** One numbered part of the editor. */
export const step = (
  number: string,
  id: string,
  title: string,
  body: Html,
): Html => html`<section class="step" id="${id}" aria-labelledby="${id}-title">
  <h2 id="${id}-title"><span class="number" aria-hidden="true">${number}</span>${title}</h2>
  <div class="step-body">${body}</div>
</section>`

export const off = (disabled: boolean): Html | null => (disabled ? html` disabled` : null)

interface Option {
  name: string
  value: string
  chosen: boolean
  disabled?: boolean
}

/** A button that chooses one thing out of several, with a sentence about it. */
export const option = ({ name, value, chosen, disabled }: Option, label: string, text: string): Html => {
  const id = `about-${value.replace(/\W/g, '-')}`
  return html`<div class="option${chosen && ' chosen'}">
  <button class="button" name="${name}" value="${value}" aria-pressed="${chosen ? 'true' : 'false'}" aria-describedby="${id}"${off(disabled === true)}>${label}</button>
  <p id="${id}">${text}</p></div>`
}

/** What was chosen, with the other options folded away. */
export const chosenOption = (
  label: string,
  text: string,
  summary: string,
  others: Html,
): Html => html`<div class="picked">
  <p><strong>${label}</strong></p>${text && html`<p class="quiet">${text}</p>`}
  <details><summary>${summary}</summary>${others}</details></div>`

export const short = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text)

const nameOf = ({ label, sample }: OutputField) =>
  `${label}${asText(sample) && ` — ${short(asText(sample))}`}`

/** The fields as options of a select. `asPlaceholder` gives `{{key}}` instead of the key. */
export const fieldOptions = (
  offered: readonly OutputField[],
  { chosen = '', asPlaceholder = false }: { chosen?: string; asPlaceholder?: boolean } = {},
): Html =>
  html`${offered.map((field) => {
    const value = asPlaceholder ? `{{${field.key}}}` : field.key
    return html`<option value="${value}"${value === chosen && html` selected`}>${nameOf(field)}</option>`
  })}`

/** Suggestions for a text, which work without JavaScript. */
export const placeholders = (id: string, offered: readonly OutputField[]): Html =>
  html`<datalist id="${id}">${fieldOptions(offered, { asPlaceholder: true })}</datalist>`

/** What was filled in before its fields can be drawn, so that the form does not lose it. */
export const keptInputs = (prefix: string, inputs: Record<string, string>): Html =>
  html`${Object.entries(inputs).map(([key, value]) => html`<input type="hidden" name="${prefix}${key}" value="${value}">`)}`

interface Input {
  /** Start of the name of its form field, such as `input.`. */
  prefix: string
  value: string
  disabled?: boolean
  /** Fields of earlier steps that may be put in; none for the trigger's own inputs. */
  offered?: readonly OutputField[]
  /** Id of the suggestions. */
  list?: string
  /** What the placeholders in it make with the sample; "" when there is nothing to show. */
  preview?: string
}

/** One input field of the integration, drawn as its definition says. */
export function integrationInput(field: DrawnField, input: Input): Html {
  const label = labelOf(field)
  if (field.type === 'copy') return html`<p class="help">${withLinks(field.helpText ?? label)}</p>`
  const { prefix, value, preview = '', disabled = false } = input
  const id = `${prefix}${field.key}`.replace(/[^\w-]/g, '-')
  const notes = [field.helpText && `${id}-help`, preview && `${id}-preview`].filter(Boolean).join(' ')
  const common = html` id="${id}" name="${prefix}${field.key}"${notes && html` aria-describedby="${notes}"`}${off(disabled)}`
  return html`<div class="field"><label for="${id}">${label}${field.required && ' (required)'}</label>
    ${control(field, { ...input, value: value || field.default || '' }, common)}
    ${field.helpText && html`<p class="help" id="${id}-help">${withLinks(field.helpText)}</p>`}
    ${preview && html`<p class="help" id="${id}-preview">Sample: ${short(preview)}</p>`}
    ${field.waitsFor && html`<p class="help">Its choices depend on "${field.waitsFor}". Fill that in, then press "Refresh the fields".</p>`}
    ${field.trouble && notice('bad', `The choices could not be loaded. ${field.trouble}`)}
  </div>`
}

function control(field: DrawnField, { value, offered = [], list }: Input, common: Html): Html {
  if (field.options) {
    const isMapped = offered.some(({ key }) => value === `{{${key}}}`)
    const isKnown = value === '' || isMapped || field.options.some((one) => one.value === value)
    const own = html`${field.options.map((one) => html`<option value="${one.value}"${one.value === value && html` selected`}>${one.label}</option>`)}`
    return html`<select${common}>
      <option value="">${field.required ? 'Choose…' : (field.placeholder ?? (offered.length > 0 ? 'Nothing' : 'Any'))}</option>
      ${!isKnown && html`<option value="${value}" selected>${value}${!value.includes('{{') && ' (no longer offered)'}</option>`}
      ${
        offered.length > 0
          ? html`${field.options.length > 0 && html`<optgroup label="Choices">${own}</optgroup>`}
            <optgroup label="From earlier steps">${fieldOptions(offered, { chosen: value, asPlaceholder: true })}</optgroup>`
          : own
      }
    </select>`
  }
  if (field.type === 'text' || field.list) return html`<textarea rows="3"${common}>${value}</textarea>`
  const isNumber = (field.type === 'integer' || field.type === 'number') && offered.length === 0
  return html`<input value="${value}" placeholder="${field.placeholder ?? ''}"${list && html` list="${list}" autocomplete="off" spellcheck="false"`}${isNumber && html` inputmode="decimal"`}${common}>`
}

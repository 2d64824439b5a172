import type { OutputField } from '../engine/fields.ts'
import { operators } from '../engine/filter.ts'
import type { Rule, Zap } from '../engine/records.ts'
import { fieldOptions } from './editor-parts.ts'
import { type Html, html } from './html.ts'

/** The optional step between trigger and actions: "go on only if". */
export function filterStep({ filter }: Zap, fields: readonly OutputField[]): Html {
  if (filter.length === 0) {
    return html`<p>Without a filter every item goes on to the action.</p>
      <div class="buttons"><button class="button" name="do" value="add-rule:or">Add a filter</button></div>`
  }
  let index = -1
  return html`<p>The Zap goes on only if these rules are met. Texts are compared as they are written: upper and lower case
    differ.</p>
    ${filter.map(
      (rules, group) => html`${group > 0 && html`<p class="or">or</p>`}
      <fieldset class="rules"><legend>${filter.length > 1 ? `Group ${group + 1}` : 'Go on only if'}</legend>
      ${rules.map((rule, at) => {
        index += 1
        return ruleRow(rule, { index, group, isFirst: at === 0, fields })
      })}
      <div class="buttons"><button class="button small" name="do" value="add-rule:${group}"${filter.length > 1 && html` aria-label="And, in group ${group + 1}"`}>And</button></div>
      </fieldset>`,
    )}
    <div class="buttons"><button class="button small" name="do" value="add-rule:or">Or</button></div>`
}

interface Row {
  index: number
  group: number
  isFirst: boolean
  fields: readonly OutputField[]
}

function ruleRow({ field, operator, value }: Rule, { index, group, isFirst, fields }: Row): Html {
  const isKnown = field === '' || fields.some(({ key }) => key === field)
  const number = index + 1
  return html`${!isFirst && html`<p class="and">and</p>`}<div class="rule-row">
    <input type="hidden" name="filter_group" value="${group}">
    <div class="field"><label for="rule-field-${index}">Rule ${number} field</label><select id="rule-field-${index}" name="filter_field">
      <option value="">Choose a field</option>
      ${!isKnown && html`<option value="${field}" selected>${field} (not among the fields)</option>`}
      ${fieldOptions(fields, { chosen: field })}</select></div>
    <div class="field"><label for="rule-operator-${index}">Rule ${number} condition</label><select id="rule-operator-${index}" name="filter_operator">
      ${operators.map(({ id, label }) => html`<option value="${id}"${id === operator && html` selected`}>${label}</option>`)}</select></div>
    <div class="field"><label for="rule-value-${index}">Rule ${number} value</label><input id="rule-value-${index}" name="filter_value" value="${value}" autocomplete="off" spellcheck="false"></div>
    <button class="button small danger" name="do" value="remove-rule:${index}" aria-label="Remove rule ${number}">Remove</button>
  </div>`
}

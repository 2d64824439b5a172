import type { FastifyInstance } from 'fastify'
import { CHECKS, checkDefinition, type Finding } from '../../integrations/zapier/checks/d-checks.ts'
import { type Context, definitionOr, show } from './context.ts'
import { type Html, html } from './html.ts'
import { notice, pill } from './layout.ts'

/** Says which core is the latest, which only Zapier knows; the sandbox asks nobody. */
const unchecked = new Map([
  ['D027', 'Which version of the core is the latest is for Zapier to say; the sandbox asks nobody.'],
])

/** How the loaded integration stands with the checks that Zapier makes before it is published. */
export function checksRoutes(app: FastifyInstance, context: Context): void {
  app.get('/checks', async (request, reply) => {
    const definition = await definitionOr(context, request, reply)
    if (!definition) return reply
    // The definition comes from the child process with marks for functions, which is what the checks read.
    const findings = checkDefinition(definition)
    return show(context, request, reply, {
      title: 'Publishing checks',
      body: html`<div class="head"><h1>Publishing checks</h1></div>
        <p>Before Zapier takes an integration into its directory, its servers check the definition. These are the same
        questions, asked here of the integration that this sandbox runs (version ${definition.version}). They follow Zapier's
        public documentation; a clean list is no promise of Zapier's.</p>
        ${verdict(findings)}
        <div class="table-frame"><table class="stack" role="table">
        <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Check</th><th scope="col" role="columnheader">Result</th><th scope="col" role="columnheader">What it asks, and what was found</th></tr></thead>
        <tbody role="rowgroup">${CHECKS.map((check) =>
          checkRow(
            check,
            findings.filter(({ code }) => code === check.code),
          ),
        )}</tbody></table></div>`,
    })
  })
}

function verdict(findings: readonly Finding[]): Html {
  const errors = findings.filter(({ severity }) => severity === 'error').length
  const warnings = findings.length - errors
  const count = (n: number, word: string) => `${n} ${word}${n === 1 ? '' : 's'}`
  if (findings.length === 0) return notice('good', 'Every check that can be made here passes.')
  if (errors === 0) return notice('warn', `No errors, ${count(warnings, 'warning')}.`)
  return notice(
    'bad',
    `${count(errors, 'error')} and ${count(warnings, 'warning')}. Errors stop a push to Zapier.`,
  )
}

function checkRow({ code, severity, title }: (typeof CHECKS)[number], found: readonly Finding[]): Html {
  const open = unchecked.get(code)
  const state =
    found.length > 0
      ? severity === 'error'
        ? pill('bad', 'Failed')
        : pill('warn', 'Warning')
      : open
        ? pill('quiet', 'Not checked')
        : pill('good', 'Passed')
  return html`<tr role="row"><th scope="row" role="rowheader">${code}</th><td role="cell" data-label="Result">${state}</td>
    <td role="cell" data-label="Asks"><div>${title}${found.length === 0 && open && html`<p class="quiet">${open}</p>`}
    ${
      found.length > 0 &&
      html`<ul>${found.map(({ where, message }) => html`<li>${message} <code>${where}</code></li>`)}</ul>`
    }</div></td></tr>`
}

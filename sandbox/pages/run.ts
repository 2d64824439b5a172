import type { FastifyInstance } from 'fastify'
import { describeItem, fieldsOfTrigger } from '../engine/fields.ts'
import { asText } from '../engine/mapping.ts'
import type { ActionResult, Item, Run, StepRun } from '../engine/records.ts'
import type { LogLine } from '../host/protocol.ts'
import { type Context, definitionOr, goTo, idOf, notFound, show } from './context.ts'
import { type Html, html } from './html.ts'
import { code, json, time } from './layout.ts'
import { runState, stepState, zapName } from './words.ts'

export function runRoutes(app: FastifyInstance, context: Context): void {
  const { store } = context.deps

  app.get('/runs/:id', async (request, reply) => {
    const run = store.findRun(idOf(request))
    const zap = run && store.findZap(run.zapId)
    if (!run || !zap) return notFound(context, request, reply, 'This run')
    const definition = await definitionOr(context, request, reply)
    if (!definition) return reply
    const fields = describeItem(fieldsOfTrigger(definition, zap), run.item ?? asItem(run.received.body))
    return show(context, request, reply, {
      title: `Run of ${zapName(zap)}`,
      body: html`<p class="crumb"><a href="/">My Zaps</a> <span aria-hidden="true">›</span> <a href="/zaps/${zap.id}">${zapName(zap)}</a></p>
        <div class="head"><h1>Run details</h1><span data-live="/runs/${run.id}/state">${runState(run.status)}</span></div>
        <form method="post" action="/runs/${run.id}/replay" class="bar"><button class="button">Replay this run</button></form>
        <div data-live="/runs/${run.id}/part">${outcome(run)}</div>
        <h2>Data received</h2>
        ${fieldTable(fields)}
        <details><summary>Raw JSON</summary>${json('Raw JSON', run.received.body)}</details>`,
    })
  })

  app.get('/runs/:id/part', (request, reply) => {
    const run = store.findRun(idOf(request))
    if (!run) return reply.code(404).send()
    return reply.type('text/html; charset=utf-8').send(outcome(run).text)
  })

  app.get('/runs/:id/state', (request, reply) => {
    const run = store.findRun(idOf(request))
    if (!run) return reply.code(404).send()
    return reply.type('text/html; charset=utf-8').send(runState(run.status).text)
  })

  app.post('/runs/:id/replay', (request, reply) => {
    const run = store.findRun(idOf(request))
    if (!run) return notFound(context, request, reply, 'This run')
    if (run.status === 'running') {
      return goTo(context, reply, `/runs/${run.id}`, { tone: 'note', text: 'This run is still under way.' })
    }
    const again = context.runner.replay(run)
    return goTo(context, reply, `/runs/${again.id}`, { tone: 'good', text: 'The run is replayed.' })
  })
}

const asItem = (body: unknown): Item | null =>
  typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Item) : null

/** What came of the run: facts and steps, each with its log. Refreshed while the page is open. */
function outcome(run: Run): Html {
  return html`<dl class="facts">
      <div><dt>Started</dt><dd>${time(run.startedAt)}</dd></div>
      <div><dt>Duration</dt><dd>${run.durationMs === null ? '–' : `${run.durationMs} ms`}</dd></div>
      ${run.replayOf && html`<div><dt>Replay of</dt><dd><a href="/runs/${run.replayOf}">an earlier run</a></dd></div>`}
    </dl>
    ${run.reason && html`<p class="notice ${run.status === 'failed' ? 'bad' : 'note'}">${run.reason}</p>`}
    <h2>Steps</h2>
    ${
      run.steps.length > 0
        ? html`<ol class="log">${run.steps.map(stepPart)}</ol>`
        : html`<p class="quiet">${run.status === 'running' ? 'The first step is under way.' : 'No step has run.'}</p>`
    }`
}

function stepPart(step: StepRun, index: number): Html {
  const { kind, label, result, log, rules, reason, durationMs, isKept } = step
  const name = `${index + 1}. ${kind === 'action' ? label : kind === 'filter' ? 'Filter' : `Trigger: ${label}`}`
  return html`<li><div class="card-head"><h3>${name}</h3>${stepState(step)}</div>
    ${isKept && html`<p class="quiet">Taken over from the run before; it was not done again.</p>`}
    ${reason && kind !== 'filter' && html`<p class="why">${reason}</p>`}
    ${rules.length > 0 && rulesPart(step)}
    ${result && resultPart(name, result)}
    ${kind !== 'filter' && !isKept && html`<p class="quiet">${durationMs} ms</p>`}
    ${
      kind !== 'filter' &&
      (log.length > 0
        ? html`<h4>Request log</h4><ol class="log inner">${log.map(logLine)}</ol>`
        : kind === 'trigger' && html`<p class="quiet">The integration made no requests in this step.</p>`)
    }</li>`
}

const rulesPart = ({ rules }: StepRun): Html =>
  html`${rules.map(
    (group, index) =>
      html`${index > 0 && html`<p>or</p>`}<ul>${group.map(
        ({ text, found, isMet }) =>
          html`<li>${text}: <strong>${isMet ? 'met' : 'not met'}</strong>, ${found}</li>`,
      )}</ul>`,
  )}`

function resultPart(name: string, { summary, status, answer, output }: ActionResult): Html {
  return html`<p>${summary}${status !== null && html` · answered <strong>${status}</strong>`}</p>
    <details><summary>Mapped output</summary>${json(`Mapped output of ${name}`, output)}</details>
    ${answer && html`<details><summary>Answer (first 1 KiB)</summary>${code(`Answer in ${name}`, answer)}</details>`}`
}

function logLine(line: LogLine): Html {
  if (line.kind === 'console') return html`<li><span class="method">${line.level}</span> ${line.text}</li>`
  return html`<li>
    <span class="method">${line.method}</span> <span class="address">${line.url}</span>
    <span>${line.status ?? 'no answer'} · ${line.durationMs} ms</span>
    ${line.problem && html`<p class="why">${line.problem}</p>`}
    <details><summary>Details</summary>${code('Sent', line.sent)}${line.received && code('Received', line.received)}</details>
  </li>`
}

/** Labels and values of an item. With `isScrolled` it has a limited height and can be scrolled by keyboard. */
export function fieldTable(
  fields: readonly { key: string; label: string; sample: unknown }[],
  { isScrolled = false }: { isScrolled?: boolean } = {},
): Html {
  if (fields.length === 0) return html`<p class="quiet">There are no fields.</p>`
  return html`<div class="table-frame"${isScrolled && html` tabindex="0" role="region" aria-label="Fields and values"`}><table class="values">
    <thead><tr><th scope="col">Field</th><th scope="col">Value</th></tr></thead>
    <tbody>${fields.map(
      ({ key, label, sample }) => html`<tr><th scope="row">${label}<code>${key}</code></th>
      <td>${sample === undefined ? html`<em class="quiet">not sent</em>` : asText(sample) || html`<em class="quiet">empty</em>`}</td></tr>`,
    )}</tbody></table></div>`
}

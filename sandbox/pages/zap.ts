import { existsSync } from 'node:fs'
import path from 'node:path'
import type { FastifyInstance } from 'fastify'
import { labelOfActions } from '../engine/actions.ts'
import { csvFolder } from '../engine/csv-action.ts'
import { failures, findFailure, setFailure } from '../engine/failure.ts'
import { fieldsOfTrigger } from '../engine/fields.ts'
import { findOperator } from '../engine/filter.ts'
import type { Action, Connection, Rule, Run, Zap } from '../engine/records.ts'
import { deleteZap, endedByApp, hookUrl, turnOff, turnOn } from '../engine/zaps.ts'
import { type Definition, labelOf } from '../host/definition.ts'
import { type Context, definitionOr, formOf, goTo, idOf, notFound, show } from './context.ts'
import { type Html, html } from './html.ts'
import { notice, time } from './layout.ts'
import { runState, whatHappened, zapName, zapState } from './words.ts'

const runsPerPage = 20

export function zapRoutes(app: FastifyInstance, context: Context): void {
  const { deps, runner } = context
  const { store } = deps

  const connectionOf = (zap: Zap) => (zap.connectionId ? store.findConnection(zap.connectionId) : undefined)

  /** Everything on the page that changes while nobody touches it. */
  const livePart = (zap: Zap, definition: Definition, page: number): Html => {
    const connection = connectionOf(zap)
    const runs = store.listRuns(zap.id, { limit: runsPerPage, offset: (page - 1) * runsPerPage })
    return html`<div class="head"><h1>${zapName(zap)}</h1>${zapState(zap, connection)}</div>
      <div class="buttons bar">
        ${
          zap.state === 'on'
            ? html`<form method="post" action="/zaps/${zap.id}/off"><button class="button">Turn off</button></form>`
            : html`<form method="post" action="/zaps/${zap.id}/on"><button class="button primary">Turn on</button></form>`
        }
        <a class="button" href="/zaps/${zap.id}/edit">Edit</a>
        <a class="button danger" href="/zaps/${zap.id}/delete">Delete</a>
      </div>
      ${failureBanner(zap)}
      ${troubles(zap, connection, store.listHeldRuns(zap.id).length)}
      ${failedNews(zap, store.listFailedRuns(zap.id).length)}
      <dl class="facts">
        <div><dt>Trigger</dt><dd>${definition.triggers?.[zap.triggerKey]?.display.label ?? 'No trigger yet'}</dd></div>
        <div><dt>Connection</dt><dd>${connection?.label ?? 'Not connected'}</dd></div>
        ${zap.filter.length > 0 && html`<div><dt>Filter</dt><dd>${filterText(definition, zap)}</dd></div>`}
        <div><dt>${zap.actions.length > 1 ? 'Actions' : 'Action'}</dt><dd>${labelOfActions(definition, context.appTitle, zap)}${zap.actions.map((action) => actionLink(action, deps))}</dd></div>
      </dl>
      ${
        zap.hookId &&
        html`<details><summary>Hook address</summary><p>The app posts to this address. Whoever knows it can start this Zap.</p>
        <p><code>${hookUrl(deps, zap.hookId)}</code></p></details>`
      }
      <h2 id="history">Run history</h2>
      ${runsTable(zap, runs)}
      ${pages(zap, page, Math.ceil(store.countRuns(zap.id) / runsPerPage))}`
  }

  app.get('/zaps/:id', async (request, reply) => {
    const zap = store.findZap(idOf(request))
    if (!zap) return notFound(context, request, reply, 'This Zap')
    const definition = await definitionOr(context, request, reply)
    if (!definition) return reply
    const page = pageOf(request.query)
    return show(context, request, reply, {
      title: zapName(zap),
      body: html`<p class="crumb"><a href="/">My Zaps</a></p>
        <div data-live="/zaps/${zap.id}/part?page=${page}">${livePart(zap, definition, page)}</div>
        ${failureSwitch(zap)}`,
    })
  })

  app.get('/zaps/:id/part', async (request, reply) => {
    const zap = store.findZap(idOf(request))
    if (!zap) return reply.code(404).send()
    const definition = await definitionOr(context, request, reply)
    if (!definition) return reply
    return reply.type('text/html; charset=utf-8').send(livePart(zap, definition, pageOf(request.query)).text)
  })

  app.post('/zaps/:id/on', async (request, reply) => {
    const zap = store.findZap(idOf(request))
    if (!zap) return notFound(context, request, reply, 'This Zap')
    const definition = await definitionOr(context, request, reply)
    if (!definition) return reply
    const turned = await turnOn(deps, { definition, zap })
    return goTo(
      context,
      reply,
      `/zaps/${zap.id}`,
      turned.ok
        ? { tone: 'good', text: 'The Zap is on.' }
        : { tone: 'bad', text: `The Zap could not be turned on. ${turned.problem.sentence}` },
    )
  })

  app.post('/zaps/:id/off', async (request, reply) => {
    const zap = store.findZap(idOf(request))
    if (!zap) return notFound(context, request, reply, 'This Zap')
    const { untold } = await turnOff(deps, zap)
    return goTo(
      context,
      reply,
      `/zaps/${zap.id}`,
      untold
        ? { tone: 'note', text: `The Zap is off, but the app could not be told. ${untold}` }
        : { tone: 'good', text: 'The Zap is off.' },
    )
  })

  app.get('/zaps/:id/delete', (request, reply) => {
    const zap = store.findZap(idOf(request))
    if (!zap) return notFound(context, request, reply, 'This Zap')
    return show(context, request, reply, {
      title: 'Delete a Zap',
      narrow: true,
      body: html`<h1>Delete this Zap?</h1>
        <p><strong>${zapName(zap)}</strong> is turned off and deleted together with its run history.</p>
        <form method="post" action="/zaps/${zap.id}/delete"><div class="buttons">
          <button class="button danger-solid">Yes, delete</button><a class="button" href="/zaps/${zap.id}">Cancel</a>
        </div></form>`,
    })
  })

  app.post('/zaps/:id/delete', async (request, reply) => {
    const zap = store.findZap(idOf(request))
    if (!zap) return notFound(context, request, reply, 'This Zap')
    const { untold } = await deleteZap(deps, zap)
    const text = `The Zap "${zapName(zap)}" was deleted.`
    return goTo(
      context,
      reply,
      '/',
      untold
        ? { tone: 'note', text: `${text} The app could not be told: ${untold}` }
        : { tone: 'good', text },
    )
  })

  app.post('/zaps/:id/failure', (request, reply) => {
    const zap = store.findZap(idOf(request))
    if (!zap) return notFound(context, request, reply, 'This Zap')
    const chosen = findFailure(formOf(request).get('failure') ?? '')
    if (!chosen) {
      return goTo(context, reply, `/zaps/${zap.id}`, {
        tone: 'bad',
        text: 'Choose what the address answers.',
      })
    }
    setFailure(deps, zap, chosen.id)
    // While it is set, a banner says so by itself.
    const news =
      chosen.id === 'none' ? { tone: 'good' as const, text: 'The Zap answers normally again.' } : undefined
    return goTo(context, reply, `/zaps/${zap.id}`, news)
  })

  app.post('/zaps/:id/replay-failed', (request, reply) => {
    const zap = store.findZap(idOf(request))
    if (!zap) return notFound(context, request, reply, 'This Zap')
    const count = runner.replayFailed(zap.id)
    const text = count === 1 ? '1 failed run is replayed.' : `${count} failed runs are replayed.`
    return goTo(context, reply, `/zaps/${zap.id}`, { tone: 'good', text })
  })

  app.post('/zaps/:id/replay-held', (request, reply) => {
    const zap = store.findZap(idOf(request))
    if (!zap) return notFound(context, request, reply, 'This Zap')
    const count = runner.replayHeld(zap.id)
    const text = count === 1 ? '1 held run is replayed.' : `${count} held runs are replayed.`
    return goTo(context, reply, `/zaps/${zap.id}`, { tone: 'good', text })
  })
}

const pageOf = (query: unknown): number => {
  const page = Number((query as { page?: unknown }).page)
  return Number.isSafeInteger(page) && page > 0 && page < 1e6 ? page : 1
}

/** Says as long as it lasts that this Zap fails on purpose. */
function failureBanner(zap: Zap): Html | null {
  const failure = zap.failure === 'none' ? undefined : findFailure(zap.failure)
  if (!failure) return null
  const count = zap.turnedAway === 1 ? '1 delivery' : `${zap.turnedAway} deliveries`
  return notice(
    'warn',
    `The failure switch is set: ${failure.label.toLowerCase()}. ${failure.about}${zap.failure === 'slow' ? '' : ` So far ${count} ${zap.turnedAway === 1 ? 'was' : 'were'} not taken.`}`,
    html`<form method="post" action="/zaps/${zap.id}/failure"><input type="hidden" name="failure" value="none"><button class="button small">Answer normally</button></form>`,
  )
}

const failureSwitch = (zap: Zap): Html => html`<section class="gap" aria-labelledby="failure-title">
  <h2 id="failure-title">Failure switch</h2>
  <p>Choose what this Zap's address answers, and watch what the app does when a delivery fails.</p>
  <form method="post" action="/zaps/${zap.id}/failure">
    <fieldset class="field"><legend>What the address answers</legend>
    ${failures.map(
      ({ id, label, about }) =>
        html`<label class="radio"><input type="radio" name="failure" value="${id}"${zap.failure === id && html` checked`}> ${label}<span class="about">${about}</span></label>`,
    )}</fieldset>
    <button class="button">Set the switch</button>
  </form>
</section>`

function filterText(definition: Definition, zap: Zap): string {
  const fields = fieldsOfTrigger(definition, zap)
  const ruleText = ({ field, operator, value }: Rule) => {
    const asked = findOperator(operator)
    const label = labelOf(fields.find(({ key }) => key === field) ?? { key: field })
    return `${label} ${asked?.label ?? operator}${asked?.takesValue ? ` "${value}"` : ''}`
  }
  return zap.filter.map((rules) => rules.map(ruleText).join(' and ')).join(', or ')
}

const failedNews = (zap: Zap, failed: number): Html | null =>
  failed === 0
    ? null
    : notice(
        'note',
        failed === 1
          ? '1 run failed and was not replayed yet.'
          : `${failed} runs failed and were not replayed yet.`,
        html`<form method="post" action="/zaps/${zap.id}/replay-failed"><button class="button small">Replay failed runs</button></form>`,
      )

function troubles(zap: Zap, connection: Connection | undefined, held: number): Html {
  const replay = html`<form method="post" action="/zaps/${zap.id}/replay-held"><button class="button small">Replay held runs</button></form>`
  const heldText = held === 1 ? '1 run is held.' : `${held} runs are held.`
  const theyAre = held === 1 ? 'It is' : 'They are'
  if (connection?.state === 'reconnect') {
    return html`<div class="notice warn" role="status">
      <div><h2>Reconnect needed</h2>
      <p>${connection.problem || 'The connection no longer works.'} ${held > 0 ? `${heldText} ${theyAre} replayed in order when you reconnect.` : 'Runs are held until then.'}</p>
      ${zap.attention && html`<p>${zap.attention} Turn the Zap on again after reconnecting.</p>`}</div>
      <a class="button primary small" href="/connections/${connection.id}/reconnect?zap=${zap.id}">Reconnect</a>
    </div>`
  }
  return html`${
    zap.attention &&
    notice(
      'warn',
      zap.attention === endedByApp
        ? `${endedByApp} The Zap is paused; turn it on again to go on.`
        : zap.attention,
    )
  }${held > 0 && notice('note', `${heldText} ${held === 1 ? 'It' : 'They'} can be replayed now.`, replay)}`
}

function runsTable(zap: Zap, runs: readonly Run[]): Html {
  if (runs.length === 0) {
    return html`<div class="empty"><h3>No runs yet</h3><p>${
      zap.state === 'on'
        ? 'The Zap is on. A run appears here as soon as the app sends something.'
        : 'Turn the Zap on; a run appears here as soon as the app sends something.'
    }</p></div>`
  }
  return html`<div class="table-frame"><table class="stack" role="table">
    <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Started</th><th scope="col" role="columnheader">Status</th><th scope="col" role="columnheader">What happened</th><th scope="col" role="columnheader">Duration</th></tr></thead>
    <tbody role="rowgroup">${runs.map(
      (run) => html`<tr role="row">
        <th scope="row" role="rowheader"><a href="/runs/${run.id}">${time(run.startedAt)}</a></th>
        <td role="cell" data-label="Status">${runState(run.status)}</td>
        <td role="cell" data-label="What happened"><span>${whatHappened(run)}${run.replayOf && html` <em>(replay)</em>`}</span></td>
        <td role="cell" data-label="Duration">${run.durationMs === null ? '–' : `${run.durationMs} ms`}</td>
      </tr>`,
    )}</tbody></table></div>`
}

function pages(zap: Zap, page: number, last: number): Html | null {
  if (last < 2) return null
  return html`<nav class="pages" aria-label="Pages of the run history">
    ${page > 1 ? html`<a class="button small" href="/zaps/${zap.id}?page=${page - 1}#history">Newer</a>` : null}
    <span>Page ${page} of ${last}</span>
    ${page < last ? html`<a class="button small" href="/zaps/${zap.id}?page=${page + 1}#history">Older</a>` : null}
  </nav>`
}

/** Where to see what the action made: the file, the sandbox's own inbox, or the outbox. */
function actionLink(action: Action, deps: { dataDir: string; url: () => string }): Html | null {
  if (action.kind === 'csv' && existsSync(path.join(csvFolder(deps.dataDir), action.fileName))) {
    return html` · <a href="/files/${action.fileName}">Download ${action.fileName}</a>`
  }
  if (action.kind === 'mail') return html` · <a href="/outbox">Open the mail outbox</a>`
  const inbox = `${deps.url()}/inbox/`
  if (action.kind === 'post' && action.url.startsWith(inbox)) {
    return html` · <a href="/inbox/${action.url.slice(inbox.length)}">Open the inbox</a>`
  }
  return null
}

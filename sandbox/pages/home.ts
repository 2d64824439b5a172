import type { FastifyInstance } from 'fastify'
import { labelOfActions } from '../engine/actions.ts'
import type { Connection, Run, Zap } from '../engine/records.ts'
import type { Definition } from '../host/definition.ts'
import { type Context, definitionOr, show } from './context.ts'
import { type Html, html } from './html.ts'
import { pill, time } from './layout.ts'
import { connectionState, runState, zapName, zapState } from './words.ts'

export function homeRoutes(app: FastifyInstance, context: Context): void {
  const { store } = context.deps

  const zapsPart = (definition: Definition): Html => {
    const zaps = store.listZaps()
    if (zaps.length === 0) return noZaps(store.listConnections().length > 0)
    return html`<div class="table-frame"><table class="stack" role="table">
      <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Zap</th><th scope="col" role="columnheader">Status</th><th scope="col" role="columnheader">Trigger</th><th scope="col" role="columnheader">Action</th><th scope="col" role="columnheader">Last run</th></tr></thead>
      <tbody role="rowgroup">${zaps.map((zap) => zapRow(zap, definition, store.listRuns(zap.id, { limit: 1, offset: 0 })[0]))}</tbody>
    </table></div>`
  }

  const zapRow = (zap: Zap, definition: Definition, last: Run | undefined): Html => {
    const connection = zap.connectionId ? store.findConnection(zap.connectionId) : undefined
    const trigger = definition.triggers?.[zap.triggerKey]?.display.label ?? 'No trigger yet'
    return html`<tr role="row">
      <th scope="row" role="rowheader"><a href="/zaps/${zap.id}">${zapName(zap)}</a></th>
      <td role="cell" data-label="Status"><span>${zapState(zap, connection)}${zap.failure !== 'none' && html` ${pill('warn', 'Failure switch set')}`}</span></td>
      <td role="cell" data-label="Trigger">${trigger}</td>
      <td role="cell" data-label="Action">${labelOfActions(definition, context.appTitle, zap)}</td>
      <td role="cell" data-label="Last run"><span>${last ? html`${runState(last.status)} ${time(last.startedAt)}` : 'Never'}</span></td>
    </tr>`
  }

  app.get('/', async (request, reply) => {
    const definition = await definitionOr(context, request, reply)
    if (!definition) return reply
    const connections = store.listConnections()
    return show(context, request, reply, {
      title: 'My Zaps',
      body: html`<div class="head"><h1>My Zaps</h1></div>
        <div data-live="/parts/zaps">${zapsPart(definition)}</div>
        <section aria-labelledby="connections" class="gap">
          <div class="head"><h2 id="connections">Connections</h2><a class="button" href="/connections/new">Connect an account</a></div>
          <div data-live="/parts/connections">${connectionsPart(connections, context.appTitle)}</div>
        </section>`,
    })
  })

  app.get('/parts/zaps', async (request, reply) => {
    const definition = await definitionOr(context, request, reply)
    return definition ? reply.type('text/html; charset=utf-8').send(zapsPart(definition).text) : reply
  })

  app.get('/parts/connections', (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .send(connectionsPart(store.listConnections(), context.appTitle).text),
  )
}

const noZaps = (hasConnection: boolean): Html => html`<div class="empty">
  <h2>No Zaps yet</h2>
  <p>A Zap joins a trigger of the integration to an action. ${
    hasConnection
      ? 'Your account is connected, so the next step is to build one.'
      : 'Build one now; on the way you are asked to connect your account.'
  }</p>
  <a class="button primary" href="/zaps/new">Create your first Zap</a>
</div>`

function connectionsPart(connections: readonly Connection[], appTitle: string): Html {
  if (connections.length === 0) {
    return html`<div class="empty">
      <h3>No connections yet</h3>
      <p>Generate an API key in ${appTitle}, then connect your account here with the key and your Login ID.</p>
    </div>`
  }
  return html`<ul class="cards">${connections.map(
    (connection) => html`<li class="card">
      <div class="card-head"><h3>${connection.label}</h3>${connectionState(connection)}</div>
      ${connection.problem && html`<p class="why">${connection.problem}</p>`}
      <p class="quiet">${appTitle}, last checked ${time(connection.checkedAt)}</p>
      <div class="buttons">
        ${connection.state === 'reconnect' && html`<a class="button primary small" href="/connections/${connection.id}/reconnect" aria-label="Reconnect ${connection.label}">Reconnect</a>`}
        <form method="post" action="/connections/${connection.id}/test"><button class="button small" aria-label="Test ${connection.label}">Test</button></form>
        ${connection.state === 'connected' && html`<a class="button small" href="/connections/${connection.id}/reconnect" aria-label="Reconnect ${connection.label}">Reconnect</a>`}
        <a class="button small danger" href="/connections/${connection.id}/delete" aria-label="Delete ${connection.label}">Delete</a>
      </div>
    </li>`,
  )}</ul>`
}

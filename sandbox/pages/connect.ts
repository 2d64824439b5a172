import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { connect, testConnection } from '../engine/connections.ts'
import type { Connection, Zap } from '../engine/records.ts'
import { deleteConnection } from '../engine/zaps.ts'
import { authFields, type Definition, type Field, labelOf } from '../host/definition.ts'
import { type Context, definitionOr, formOf, goTo, idOf, notFound, show } from './context.ts'
import { type Html, html, withLinks } from './html.ts'
import { notice } from './layout.ts'
import { zapName } from './words.ts'

export function connectRoutes(app: FastifyInstance, context: Context): void {
  const { deps } = context
  const { store } = deps

  const page = (
    request: FastifyRequest,
    reply: FastifyReply,
    shown: {
      definition: Definition
      existing?: Connection
      zap?: Zap
      values?: Record<string, string>
      problem?: string
    },
  ) =>
    show(context, request, reply, {
      title: shown.existing ? 'Reconnect' : 'Connect an account',
      body: connectCard(context.appTitle, shown),
      narrow: true,
      status: shown.problem ? 422 : 200,
    })

  const zapAskedFor = (request: FastifyRequest, form?: URLSearchParams): Zap | undefined => {
    const { zap } = request.query as { zap?: unknown }
    const id = form?.get('zap') ?? zap
    return typeof id === 'string' ? store.findZap(id) : undefined
  }

  app.get('/connections/new', async (request, reply) => {
    const definition = await definitionOr(context, request, reply)
    const zap = zapAskedFor(request)
    return definition ? page(request, reply, { definition, zap }) : reply
  })

  app.get('/connections/:id/reconnect', async (request, reply) => {
    const existing = store.findConnection(idOf(request))
    if (!existing) return notFound(context, request, reply, 'This connection')
    const definition = await definitionOr(context, request, reply)
    const zap = zapAskedFor(request)
    return definition ? page(request, reply, { definition, existing, zap, values: existing.authData }) : reply
  })

  const submit = async (request: FastifyRequest, reply: FastifyReply, existing?: Connection) => {
    const definition = await definitionOr(context, request, reply)
    if (!definition) return reply
    const form = formOf(request)
    const zap = zapAskedFor(request, form)
    const authData = Object.fromEntries(
      authFields(definition).map(({ key }) => [key, (form.get(`field.${key}`) ?? '').trim()]),
    )
    const connected = await connect(deps, { definition, authData, existing })
    if (!connected.ok) {
      return page(request, reply, {
        definition,
        existing,
        zap,
        values: authData,
        problem: connected.problem.sentence,
      })
    }
    const { id, label } = connected.value
    const good = {
      tone: 'good' as const,
      text: `${existing ? 'Reconnected' : 'Connected'}: ${label}.${existing ? goOn(id) : ''}`,
    }
    if (!zap) return goTo(context, reply, '/', good)
    if (zap.state === 'off') store.saveZap({ ...zap, connectionId: id })
    return goTo(context, reply, existing ? `/zaps/${zap.id}` : `/zaps/${zap.id}/edit`, good)
  }

  /** Held runs are taken up again, oldest first. Zaps that the app has ended stay off until somebody turns them on. */
  const goOn = (connectionId: string): string => {
    const zaps = store.listZapsOf(connectionId)
    const count = zaps.reduce((sum, { id }) => sum + context.runner.replayHeld(id), 0)
    const replayed =
      count === 0 ? '' : ` ${count === 1 ? '1 held run is' : `${count} held runs are`} replayed.`
    const paused = zaps
      .filter((zap) => zap.state === 'off' && zap.attention)
      .map((zap) => `"${zapName(zap)}"`)
    return `${replayed}${paused.length > 0 ? ` Turn on again: ${paused.join(', ')}.` : ''}`
  }

  app.post('/connections', (request, reply) => submit(request, reply))

  app.post('/connections/:id/reconnect', async (request, reply) => {
    const existing = store.findConnection(idOf(request))
    return existing ? submit(request, reply, existing) : notFound(context, request, reply, 'This connection')
  })

  app.post('/connections/:id/test', async (request, reply) => {
    const connection = store.findConnection(idOf(request))
    if (!connection) return notFound(context, request, reply, 'This connection')
    const tested = await testConnection(deps, connection)
    if (tested.ok) return goTo(context, reply, '/', { tone: 'good', text: `${connection.label} works.` })
    const needsReconnect = store.findConnection(connection.id)?.state === 'reconnect'
    const text = needsReconnect
      ? `${connection.label} has to be reconnected. ${tested.problem.sentence}`
      : `${connection.label} could not be tested. ${tested.problem.sentence}`
    return goTo(context, reply, '/', { tone: 'bad', text })
  })

  app.get('/connections/:id/delete', (request, reply) => {
    const connection = store.findConnection(idOf(request))
    if (!connection) return notFound(context, request, reply, 'This connection')
    return show(context, request, reply, {
      title: 'Delete a connection',
      narrow: true,
      body: deleteCard(connection, store.listZapsOf(connection.id)),
    })
  })

  app.post('/connections/:id/delete', async (request, reply) => {
    const connection = store.findConnection(idOf(request))
    if (!connection) return notFound(context, request, reply, 'This connection')
    await deleteConnection(deps, connection)
    return goTo(context, reply, '/', {
      tone: 'good',
      text: `The connection ${connection.label} was deleted.`,
    })
  })
}

interface Card {
  definition: Definition
  existing?: Connection
  zap?: Zap
  values?: Record<string, string>
  problem?: string
}

function connectCard(appTitle: string, { definition, existing, zap, values, problem }: Card): Html {
  const back = zap ? (existing ? `/zaps/${zap.id}` : `/zaps/${zap.id}/edit`) : '/'
  if (definition.authentication?.type !== 'custom') {
    return html`<h1>This integration cannot be connected here</h1>
      ${notice('bad', 'The Zap sandbox connects integrations with custom authentication only.')}`
  }
  return html`<section class="connect" aria-labelledby="allow">
    <svg class="mark" viewBox="0 0 64 64" aria-hidden="true" focusable="false"><circle cx="32" cy="32" r="30"/><path d="m20 33 8 8 16-18"/></svg>
    <h1 id="allow">Allow Zapier to access your ${appTitle} Account?</h1>
    ${existing && html`<p class="quiet">Reconnecting ${existing.label}</p>`}
    ${problem && notice('bad', problem)}
    <form method="post" action="${existing ? `/connections/${existing.id}/reconnect` : '/connections'}" autocomplete="off">
      ${zap && html`<input type="hidden" name="zap" value="${zap.id}">`}
      ${authFields(definition).map((field) => authInput(field, values?.[field.key], Boolean(problem)))}
      <div class="buttons stretch">
        <button class="button primary">Yes, Continue</button>
        <a class="button" href="${back}">Cancel</a>
      </div>
    </form>
  </section>`
}

/** Secret values are never sent back to the page. */
function authInput(field: Field, value: string | undefined, refused: boolean): Html {
  const isSecret = field.type === 'password'
  const id = `field-${field.key}`
  const help = field.helpText ? `${id}-help` : null
  return html`<div class="field">
    <label for="${id}">${labelOf(field)}${field.required && ' (required)'}</label>
    <input id="${id}" name="field.${field.key}" type="${isSecret ? 'password' : 'text'}" value="${isSecret ? '' : (value ?? field.default ?? '')}"
      autocomplete="off" autocapitalize="none" spellcheck="false"${field.required && html` required`}${help && html` aria-describedby="${help}"`}${refused && html` aria-invalid="true"`}>
    ${help && html`<p class="help" id="${help}">${withLinks(field.helpText ?? '')}</p>`}
  </div>`
}

function deleteCard(connection: Connection, zaps: readonly Zap[]): Html {
  return html`<h1>Delete this connection?</h1>
    <p>The sandbox forgets the credentials of <strong>${connection.label}</strong>.</p>
    ${
      zaps.length > 0
        ? html`<p>${zaps.length === 1 ? 'This Zap uses' : 'These Zaps use'} it and will be turned off:</p>
          <ul>${zaps.map((zap) => html`<li><a href="/zaps/${zap.id}">${zapName(zap)}</a></li>`)}</ul>`
        : html`<p>No Zap uses it.</p>`
    }
    <form method="post" action="/connections/${connection.id}/delete"><div class="buttons">
      <button class="button danger-solid">Yes, delete</button><a class="button" href="/">Cancel</a>
    </div></form>`
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { labelOfAction } from '../engine/actions.ts'
import { addFields, applyForm, chooseAction, chooseTrigger, removeMapping } from '../engine/edit-zap.ts'
import { drawFields, pagesAtFirst } from '../engine/fields.ts'
import { isZapId } from '../engine/ids.ts'
import type { Connection, Zap } from '../engine/records.ts'
import { checkAction, draftZap, loadSample, turnOn } from '../engine/zaps.ts'
import { type Definition, visibleTriggers } from '../host/definition.ts'
import { type Context, definitionOr, formOf, goTo, idOf, notFound, show } from './context.ts'
import { type EditorView, editorPage } from './editor-view.ts'
import { zapName } from './words.ts'

type Step = 'trigger-step' | 'connection-step' | 'setup-step' | 'sample-step' | 'action-step' | 'finish-step'

/**
 * The Zap editor: one form, so that each of its buttons keeps everything that was filled in, with or without
 * JavaScript.
 */
export function editorRoutes(app: FastifyInstance, context: Context): void {
  const { deps } = context
  const { store } = deps

  app.get('/zaps/new', async (request, reply) => {
    const definition = await definitionOr(context, request, reply)
    if (!definition) return reply
    const { trigger, action } = request.query as { trigger?: unknown; action?: unknown }
    const connections = store.listConnections().filter(({ state }) => state === 'connected')
    let zap = draftZap(deps, { connectionId: connections.length === 1 ? (connections[0]?.id ?? null) : null })
    const only = visibleTriggers(definition)
    const key = typeof trigger === 'string' ? trigger : only.length === 1 ? only[0]?.key : undefined
    if (key) zap = chooseTrigger(definition, zap, key)
    if (typeof action === 'string') zap = chooseAction(zap, action, inboxUrl(zap))
    return draw(request, reply, { definition, zap, isNew: true })
  })

  app.get('/zaps/:id/edit', async (request, reply) => {
    const zap = store.findZap(idOf(request))
    if (!zap) return notFound(context, request, reply, 'This Zap')
    const definition = await definitionOr(context, request, reply)
    return definition ? draw(request, reply, { definition, zap, isNew: false }) : reply
  })

  app.post('/zaps', async (request, reply) => {
    const definition = await definitionOr(context, request, reply)
    if (!definition) return reply
    const form = formOf(request)
    // The form carries the id that its page was drawn with: sent twice, it still makes one Zap.
    const id = form.get('draft') ?? ''
    let zap = store.findZap(id) ?? draftZap(deps, isZapId(id) ? { id } : {})
    zap = chooseTrigger(definition, zap, form.get('trigger') ?? '')
    zap = chooseAction(zap, form.get('action') ?? '', inboxUrl(zap))
    return save(reply, { definition, zap, form })
  })

  app.post('/zaps/:id/edit', async (request, reply) => {
    const zap = store.findZap(idOf(request))
    if (!zap) return notFound(context, request, reply, 'This Zap')
    const definition = await definitionOr(context, request, reply)
    return definition ? save(reply, { definition, zap, form: formOf(request) }) : reply
  })

  const inboxUrl = (zap: Zap) => `${deps.url()}/inbox/${zap.id.replace('zap_', '')}`

  const draw = async (
    request: FastifyRequest,
    reply: FastifyReply,
    { definition, zap, isNew }: { definition: Definition; zap: Zap; isNew: boolean },
  ) => {
    const connection = zap.connectionId ? store.findConnection(zap.connectionId) : undefined
    const { pages } = request.query as { pages?: unknown }
    const maxPages = Math.min(Math.max(Number(pages) || 0, pagesAtFirst), 100)
    const view: EditorView = {
      definition,
      zap,
      isNew,
      connections: store.listConnections(),
      inputs: await inputsOf({ definition, zap, connection, maxPages }),
      maxPages,
      inboxUrl: inboxUrl(zap),
    }
    return show(context, request, reply, {
      title: isNew ? 'New Zap' : `Edit ${zapName(zap)}`,
      body: editorPage(view),
    })
  }

  const inputsOf = async (asked: {
    definition: Definition
    zap: Zap
    connection: Connection | undefined
    maxPages: number
  }): Promise<EditorView['inputs']> => {
    const { connection, zap, definition, maxPages } = asked
    if (!zap.triggerKey || !connection || connection.state === 'reconnect') return { state: 'not-yet' }
    const drawn = await drawFields(deps, { definition, zap, connection, maxPages })
    return drawn.ok
      ? { state: 'drawn', fields: drawn.value }
      : { state: 'failed', sentence: drawn.problem.sentence }
  }

  /** Keeps the form and then does what the pressed button asks for. */
  const save = async (
    reply: FastifyReply,
    { definition, zap: before, form }: { definition: Definition; zap: Zap; form: URLSearchParams },
  ) => {
    let zap = withDefaultName(definition, applyForm(before, form))
    if (zap.connectionId && !store.findConnection(zap.connectionId)) zap = { ...zap, connectionId: null }
    const [what, detail = ''] = split(form.get('do') ?? 'save')
    const keep = (kept: Zap) => store.saveZap(kept)
    const back = (step: Step | '', flash?: Parameters<typeof goTo>[3]) => {
      deps.changed()
      return goTo(context, reply, `/zaps/${zap.id}/edit${step && `#${step}`}`, flash)
    }
    keep(zap)

    switch (what) {
      case 'trigger':
        keep(chooseTrigger(definition, zap, detail))
        return back('connection-step')
      case 'connect':
        return goTo(context, reply, `/connections/new?zap=${zap.id}`)
      case 'continue':
        return back('setup-step')
      case 'load-sample': {
        const loaded = await loadSample(deps, { definition, zap })
        // News are shown at the top of the page; a loaded sample shows itself.
        if (!loaded.ok)
          return back('', { tone: 'bad', text: `The sample could not be loaded. ${loaded.problem.sentence}` })
        return back('sample-step')
      }
      case 'action':
        keep(chooseAction(zap, detail, inboxUrl(zap)))
        return back('action-step')
      case 'add-field':
        keep(addFields(definition, asMapped(zap), [form.get('pick') ?? '']))
        return back('action-step')
      case 'add-all':
        keep(addFields(definition, asMapped(zap), 'all'))
        return back('action-step')
      case 'remove':
        keep(removeMapping(zap, Number(detail)))
        return back('action-step')
      case 'turn-on': {
        const turned = await turnOn(deps, { definition, zap })
        if (turned.ok)
          return goTo(context, reply, `/zaps/${zap.id}`, { tone: 'good', text: 'The Zap is on.' })
        return back('', { tone: 'bad', text: `The Zap could not be turned on. ${turned.problem.sentence}` })
      }
      default: {
        const checked = zap.action ? checkAction(zap) : undefined
        if (checked && !checked.ok)
          return back('', { tone: 'note', text: `Saved. Still to do: ${checked.problem.sentence}` })
        return back('', { tone: 'good', text: 'Saved.' })
      }
    }
  }
}

const split = (text: string): [string, string?] => {
  const at = text.indexOf(':')
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

/** Adding a field says that the mapped fields are wanted. */
const asMapped = (zap: Zap): Zap =>
  zap.action?.kind === 'post' ? { ...zap, action: { ...zap.action, body: 'mapped' } } : zap

function withDefaultName(definition: Definition, zap: Zap): Zap {
  const trigger = definition.triggers?.[zap.triggerKey]?.display.label
  if (zap.name || !trigger || !zap.action) return zap
  return { ...zap, name: `${trigger}: ${labelOfAction(zap.action)}` }
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { labelOfActions } from '../engine/actions.ts'
import { filledInputs, placeOf } from '../engine/app-action.ts'
import {
  addFields,
  addRule,
  applyForm,
  chooseAction,
  chooseTrigger,
  prefixOf,
  removeAction,
  removeMapping,
  removeRule,
} from '../engine/edit-zap.ts'
import {
  type Asked,
  describeItem,
  drawFields,
  fieldsOfTrigger,
  type OutputField,
  pagesAtFirst,
  withComputedFields,
} from '../engine/fields.ts'
import { isZapId } from '../engine/ids.ts'
import { prefill } from '../engine/prefill.ts'
import type { Action, Connection, Item, Zap } from '../engine/records.ts'
import { outputOf } from '../engine/step-output.ts'
import { checkSteps, draftZap, keepEdited, loadSample, turnOn } from '../engine/zaps.ts'
import { type Definition, visibleTriggers } from '../host/definition.ts'
import { type Context, definitionOr, formOf, goTo, idOf, notFound, show } from './context.ts'
import type { Inputs } from './editor-action.ts'
import { type EditorView, editorPage } from './editor-view.ts'
import { zapName } from './words.ts'

type Step =
  | 'trigger-step'
  | 'connection-step'
  | 'setup-step'
  | 'sample-step'
  | 'filter-step'
  | 'action-step'
  | 'second-step'
  | 'finish-step'

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
    const connections = store.listConnections().filter(({ state }) => state === 'connected')
    const blank = draftZap(deps, {
      connectionId: connections.length === 1 ? (connections[0]?.id ?? null) : null,
    })
    const link = new URL(request.url, deps.url()).searchParams
    const { zap, leftOut } = prefill(link, { definition, zap: blank, inboxUrl: inboxUrl(blank) })
    const only = visibleTriggers(definition)
    const chosen = only.length === 1 && only[0] ? chooseTrigger(definition, zap, only[0].key) : zap
    return draw(request, reply, { definition, zap: chosen, isNew: true, leftOut })
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
    for (const position of [0, 1]) {
      const id = form.get(`${prefixOf(position)}action`) ?? ''
      zap = chooseAction(zap, { definition, position, id, inboxUrl: inboxUrl(zap) })
    }
    return save(reply, { definition, zap, form })
  })

  app.post('/zaps/:id/edit', async (request, reply) => {
    const zap = store.findZap(idOf(request))
    if (!zap) return notFound(context, request, reply, 'This Zap')
    const definition = await definitionOr(context, request, reply)
    if (!definition) return reply
    // Looked up anew: it may have been paused while the definition was read.
    return save(reply, { definition, zap: store.findZap(zap.id) ?? zap, form: formOf(request) })
  })

  const inboxUrl = (zap: Zap) => `${deps.url()}/inbox/${zap.id.replace('zap_', '')}`

  const draw = async (
    request: FastifyRequest,
    reply: FastifyReply,
    drawn: { definition: Definition; zap: Zap; isNew: boolean; leftOut?: string[] },
  ) => {
    const { definition, isNew, leftOut = [] } = drawn
    const zap = await withComputedFields(deps, drawn)
    const connection = zap.connectionId ? store.findConnection(zap.connectionId) : undefined
    const { pages } = request.query as { pages?: unknown }
    const maxPages = Math.min(Math.max(Number(pages) || 0, pagesAtFirst), 100)
    const asked = { definition, connection, maxPages }
    const view: EditorView = {
      definition,
      appTitle: context.appTitle,
      zap,
      isNew,
      leftOut,
      connections: store.listConnections(),
      inputs: await inputsOf(asked, zap.triggerKey && `triggers.${zap.triggerKey}`, zap.inputs),
      fields: describeItem(fieldsOfTrigger(definition, zap), zap.sample),
      actions: await Promise.all(
        zap.actions.map(async (action, position) => {
          const offered = await offeredTo(definition, zap, position)
          const sample = Object.fromEntries(offered.map((field) => [field.key, field.sample]))
          return { action, position, offered, sample, inputs: await actionInputs(asked, action, sample) }
        }),
      ),
      maxPages,
      inboxUrl: inboxUrl(zap),
    }
    return show(context, request, reply, {
      title: isNew ? 'New Zap' : `Edit ${zapName(zap)}`,
      body: editorPage(view),
    })
  }

  type Drawing = Pick<Asked, 'definition' | 'maxPages'> & { connection: Connection | undefined }

  const inputsOf = async (
    { connection, ...asked }: Drawing,
    place: string,
    inputs: Record<string, string>,
  ): Promise<Inputs> => {
    if (!place || connection?.state !== 'connected') return { state: 'not-yet' }
    const drawn = await drawFields(deps, { ...asked, connection, place, inputs })
    return drawn.ok
      ? { state: 'drawn', fields: drawn.value }
      : { state: 'failed', sentence: drawn.problem.sentence }
  }

  /** Choices may hang on what a placeholder will hold, so the sample stands in for it. */
  const actionInputs = (asked: Drawing, action: Action, sample: Item): Promise<Inputs> | Inputs =>
    action.kind === 'create' || action.kind === 'search'
      ? inputsOf(asked, placeOf(action), filledInputs(action.inputs, sample))
      : { state: 'not-yet' }

  /** What the texts of an action may use: fields of the trigger, and what the action before it gives. */
  const offeredTo = async (definition: Definition, zap: Zap, position: number): Promise<OutputField[]> => {
    const own = describeItem(fieldsOfTrigger(definition, zap), zap.sample)
    const before = position > 0 ? zap.actions[position - 1] : undefined
    if (!before) return own
    return [...own, ...(await outputOf(deps, { definition, zap, action: before, position: position - 1 }))]
  }

  /** Keeps the form and then does what the pressed button asks for. */
  const save = async (
    reply: FastifyReply,
    { definition, zap: before, form }: { definition: Definition; zap: Zap; form: URLSearchParams },
  ) => {
    let zap = withDefaultName(definition, applyForm(before, form))
    if (zap.connectionId && !store.findConnection(zap.connectionId)) zap = { ...zap, connectionId: null }
    const [what, detail = ''] = split(form.get('do') ?? 'save')
    const keep = (kept: Zap) => keepEdited(deps, kept)
    const back = (step: Step | '', flash?: Parameters<typeof goTo>[3]) => {
      deps.changed()
      return goTo(context, reply, `/zaps/${zap.id}/edit${step && `#${step}`}`, flash)
    }
    store.saveZap(zap)

    const position = what.startsWith(prefixOf(1)) ? 1 : 0
    const actionStep: Step = position === 0 ? 'action-step' : 'second-step'

    switch (what.slice(prefixOf(position).length)) {
      case 'trigger':
        keep(chooseTrigger(definition, zap, detail))
        return back('connection-step')
      case 'connect':
        return goTo(context, reply, `/connections/new?zap=${zap.id}`)
      case 'continue':
        keep(await withComputedFields(deps, { definition, zap }))
        return back('setup-step')
      case 'load-sample': {
        const loaded = await loadSample(deps, { definition, zap })
        // News are shown at the top of the page; a loaded sample shows itself.
        if (!loaded.ok)
          return back('', { tone: 'bad', text: `The sample could not be loaded. ${loaded.problem.sentence}` })
        return back('sample-step')
      }
      case 'add-rule':
        keep(addRule(zap, detail === 'or' ? 'or' : Number(detail)))
        return back('filter-step')
      case 'remove-rule':
        keep(removeRule(zap, Number(detail)))
        return back('filter-step')
      case 'action':
        keep(chooseAction(zap, { definition, position, id: detail, inboxUrl: inboxUrl(zap) }))
        return back(actionStep)
      case 'remove-action':
        keep(removeAction(zap, position))
        return back('action-step')
      case 'refresh':
        return back(actionStep)
      case 'add-field':
      case 'add-all': {
        const known = await withComputedFields(deps, { definition, zap })
        const offered = await offeredTo(definition, known, position)
        const keys = what.endsWith('add-all') ? 'all' : [form.get(`${prefixOf(position)}pick`) ?? '']
        keep(addFields(asMapped(known, position), { position, offered, keys }))
        return back(actionStep)
      }
      case 'remove':
        keep(removeMapping(zap, position, Number(detail)))
        return back(actionStep)
      case 'turn-on': {
        const turned = await turnOn(deps, { definition, zap })
        if (turned.ok)
          return goTo(context, reply, `/zaps/${zap.id}`, { tone: 'good', text: 'The Zap is on.' })
        return back('', { tone: 'bad', text: `The Zap could not be turned on. ${turned.problem.sentence}` })
      }
      default: {
        const checked = checkSteps(zap)
        if (!checked.ok && (zap.actions.length > 0 || zap.filter.length > 0))
          return back('', { tone: 'note', text: `Saved. Still to do: ${checked.problem.sentence}` })
        return back('', { tone: 'good', text: 'Saved.' })
      }
    }
  }

  const withDefaultName = (definition: Definition, zap: Zap): Zap => {
    const trigger = definition.triggers?.[zap.triggerKey]?.display.label
    if (zap.name || !trigger || zap.actions.length === 0) return zap
    const name = `${trigger}: ${labelOfActions(definition, context.appTitle, zap)}`
    return { ...zap, name: name.slice(0, 120) }
  }
}

const split = (text: string): [string, string?] => {
  const at = text.indexOf(':')
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

/** Adding a field says that the mapped fields are wanted. */
const asMapped = (zap: Zap, position: number): Zap => ({
  ...zap,
  actions: zap.actions.map((action, at) =>
    at === position && action.kind === 'post' ? { ...action, body: 'mapped' } : action,
  ),
})

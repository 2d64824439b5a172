import { ok, type Result } from '#kit/result.ts'
import { isPlainObject } from './curlies.ts'
import type { Host } from './host.ts'
import type { CallProblem } from './protocol.ts'

/** One field of an authentication, a trigger or an output, as the definition declares it. */
export interface Field {
  key: string
  label?: string
  helpText?: string
  type?: string
  required?: boolean
  default?: string
  placeholder?: string
  isNoSecret?: boolean
  list?: boolean
  /** `trigger_key.id_field.label_field`: the choices come from a hidden trigger. */
  dynamic?: string
  /** Fixed choices, or `{ perform }` when the integration fetches them. */
  choices?: unknown
  children?: Field[]
  /** Which fields there are depends on this one. */
  altersDynamicFields?: boolean
  /** Keys of the fields that have to be filled in before this one's choices can be fetched. */
  dependsOn?: string[]
}

export interface Trigger {
  key: string
  noun?: string
  display: { label: string; description?: string; hidden?: boolean }
  operation: {
    type?: string
    inputFields?: unknown[]
    outputFields?: unknown[]
    canPaginate?: boolean
    sample?: Record<string, unknown>
    performSubscribe?: unknown
    performUnsubscribe?: unknown
    performList?: unknown
  }
}

/** A create or a search: something the integration can do. */
export interface AppDeed {
  key: string
  noun?: string
  display: { label: string; description?: string; hidden?: boolean }
  operation: { inputFields?: unknown[]; outputFields?: unknown[]; sample?: Record<string, unknown> }
}

/** The definition with functions replaced by marks; only the parts the sandbox uses are typed. */
export interface Definition {
  version: string
  authentication?: { type: string; fields?: Field[]; connectionLabel?: string; test?: unknown }
  triggers?: Record<string, Trigger>
  creates?: Record<string, AppDeed>
  searches?: Record<string, AppDeed>
}

export async function readDefinition(host: Host): Promise<Result<Definition, CallProblem>> {
  const { outcome } = await host.call('definition')
  return outcome.ok ? ok(outcome.value as Definition) : outcome
}

/** The triggers a person may choose: those that are not hidden. */
export const visibleTriggers = (definition: Definition): Trigger[] =>
  Object.values(definition.triggers ?? {}).filter((trigger) => !trigger.display.hidden)

/** What the integration can do, creates before searches, without what it hides. */
export const visibleDeeds = (definition: Definition): { kind: 'create' | 'search'; deed: AppDeed }[] =>
  [
    ...Object.values(definition.creates ?? {}).map((deed) => ({ kind: 'create' as const, deed })),
    ...Object.values(definition.searches ?? {}).map((deed) => ({ kind: 'search' as const, deed })),
  ].filter(({ deed }) => !deed.display.hidden)

/** The fields in a list that hold still; those that a function computes are left out. */
export const staticFields = (fields: readonly unknown[] | undefined): Field[] =>
  (fields ?? []).filter(
    (field): field is Field => isPlainObject(field) && typeof (field as { key?: unknown }).key === 'string',
  )

export const hasComputedFields = (fields: readonly unknown[] | undefined): boolean =>
  (fields ?? []).some((field) => typeof field === 'string' && field.startsWith('$func$'))

export const labelOf = (field: Pick<Field, 'key' | 'label'>): string =>
  field.label || field.key.replace(/_+/g, ' ').replace(/^./, (first) => first.toUpperCase())

/** Authentication fields are required unless they say otherwise; input fields only when they say so. */
export const authFields = (definition: Definition): Field[] =>
  (definition.authentication?.fields ?? []).map((field) => ({ ...field, required: field.required !== false }))

import {
  findZapApp,
  findZapTemplate,
  type ZapApp,
  type ZapTemplate,
  zapApps,
  zapTemplates,
} from '#domain/zapier/zap-templates.ts'

export type Sort = 'popular' | 'name'

/** What a person has chosen on the page, all of it in the address, so that it works without scripts and can be shared. */
export interface Choice {
  /** In the order of choosing. None: the popular Zaps. */
  appIds: string[]
  wanted: string
  sort: Sort
  /** The Zap whose steps are open. */
  templateId: string | undefined
}

const here = '/settings/other/zapier/add-zaps'
const popularCount = 12

/** What the address does not know is left out, so that an old link still shows something. */
export const choiceOf = (search: URLSearchParams): Choice => ({
  appIds: [...new Set(search.getAll('app'))].filter(findZapApp),
  wanted: (search.get('q') ?? '').trim().slice(0, 60),
  sort: search.get('sort') === 'name' ? 'name' : 'popular',
  templateId: findZapTemplate(search.get('zap') ?? '')?.id,
})

/** The address of this page after a change. */
export function addressOf(choice: Choice, change: Partial<Choice> = {}): string {
  const { appIds, wanted, sort, templateId } = { ...choice, ...change }
  const search = new URLSearchParams()
  for (const id of appIds) search.append('app', id)
  if (wanted) search.append('q', wanted)
  if (sort !== 'popular') search.append('sort', sort)
  if (templateId) search.append('zap', templateId)
  return search.size === 0 ? here : `${here}?${search}`
}

/** One press chooses an app, the next gives it up. */
export const toggled = (appIds: string[], id: string): string[] =>
  appIds.includes(id) ? appIds.filter((each) => each !== id) : [...appIds, id]

const plain = (text: string): string => text.normalize('NFKD').toLowerCase()

/** The apps whose name has every word that was typed. */
export function appsFor({ wanted, sort }: Choice): ZapApp[] {
  const words = plain(wanted).split(/\s+/).filter(Boolean)
  const found = zapApps.filter(({ name }) => words.every((word) => plain(name).includes(word)))
  return sort === 'name' ? found.toSorted((a, b) => a.name.localeCompare(b.name, 'en')) : found
}

/** One section per chosen app, or the popular Zaps where none is chosen. */
export function sectionsFor({
  appIds,
  sort,
}: Choice): { id: string; heading: string; templates: ZapTemplate[] }[] {
  const sorted = (templates: ZapTemplate[]) =>
    sort === 'name' ? templates.toSorted((a, b) => a.title.localeCompare(b.title, 'en')) : templates
  if (appIds.length === 0)
    return [
      { id: 'popular', heading: 'Popular Zaps', templates: sorted(zapTemplates.slice(0, popularCount)) },
    ]
  return appIds.flatMap(findZapApp).flatMap((app) =>
    app
      ? [
          {
            id: app.id,
            heading: app.name,
            templates: sorted(zapTemplates.filter(({ steps }) => steps.some((step) => step.app === app.id))),
          },
        ]
      : [],
  )
}

/** A piece of HTML that is safe to put into another one as it is. Only `html` makes them. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Part = Html | string | number | boolean | null | undefined | readonly Part[]

const marks: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

export const escaped = (text: string): string => text.replace(/[&<>"']/g, (mark) => marks[mark] ?? '')

/**
 * Template tag: everything put in is escaped unless it is HTML made by this tag. Null, undefined and booleans
 * leave nothing, so `${condition && html`…`}` reads well. Attributes have to be quoted.
 */
export function html(texts: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(
    texts.map((text, index) => text + (index < parts.length ? written(parts[index]) : '')).join(''),
  )
}

function written(part: Part): string {
  if (part instanceof Html) return part.text
  if (Array.isArray(part)) return part.map(written).join('')
  if (part === null || part === undefined || typeof part === 'boolean') return ''
  return escaped(String(part))
}

/** Help texts hold Markdown links and `code`. Only http and https addresses become links; all else stays text. */
export function withLinks(markdown: string): Html {
  const pieces = markdown.split(/(\[[^\]]+\]\([^)\s]+\)|`[^`]+`)/)
  return html`${pieces.map((piece) => {
    if (/^`[^`]+`$/.test(piece)) return html`<code>${piece.slice(1, -1)}</code>`
    const [, text, address] = /^\[([^\]]+)\]\(([^)\s]+)\)$/.exec(piece) ?? []
    if (!text || !address || !/^https?:\/\//i.test(address) || !URL.canParse(address)) return piece
    return html`<a href="${new URL(address).href}" target="_blank" rel="noopener noreferrer">${text}</a>`
  })}`
}

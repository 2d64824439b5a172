/**
 * A mail as blocks, and its two renderings. Whatever stands in a block is text: it is escaped here, in one place, so nothing a
 * customer types is ever markup.
 */
export type Block =
  | { kind: 'paragraph'; text: string }
  /** Terms with their values; empty values are left out. */
  | { kind: 'facts'; facts: [string, string][] }
  | { kind: 'button'; text: string; href: string }
  | { kind: 'link'; text: string; href: string }

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character] ?? '')

const lines = (text: string): string => escaped(text).replace(/\r\n?|\n/g, '<br>')

function htmlOfBlock(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return `<p style="margin:0 0 16px">${lines(block.text)}</p>`
    case 'facts':
      return `<table role="presentation" style="border-collapse:collapse;margin:0 0 16px;width:100%">${block.facts
        .filter(([, value]) => value !== '')
        .map(
          ([term, value]) =>
            `<tr><td style="padding:6px 16px 6px 0;color:#57636e;vertical-align:top;white-space:nowrap">${escaped(term)}</td>` +
            `<td style="padding:6px 0;vertical-align:top;word-break:break-word">${lines(value)}</td></tr>`,
        )
        .join('')}</table>`
    case 'button':
      return `<p style="margin:0 0 16px"><a href="${escaped(block.href)}" style="display:inline-block;padding:12px 24px;border-radius:6px;background:#0b5cad;color:#ffffff;font-weight:600;text-decoration:none">${escaped(block.text)}</a></p>`
    case 'link':
      return `<p style="margin:0 0 16px"><a href="${escaped(block.href)}" style="color:#0b5cad">${escaped(block.text)}</a></p>`
  }
}

/** Tables and inline styles: what mail programs understand. */
export function htmlOf({ heading, tone, blocks }: Layout): string {
  const color = tone === 'good' ? '#1a7f37' : tone === 'bad' ? '#b42318' : '#0b5cad'
  const body = blocks.map(htmlOfBlock)
  return (
    '<!doctype html><html lang="en"><head><meta charset="utf-8">' +
    '<meta name="viewport" content="width=device-width">' +
    `<title>${escaped(heading)}</title></head>` +
    '<body style="margin:0;background:#f2f5f8;font:16px/1.5 system-ui,-apple-system,Segoe UI,Roboto,sans-serif;color:#1d2730">' +
    '<div style="max-width:600px;margin:0 auto;padding:24px 16px">' +
    `<div style="background:#ffffff;border:1px solid #d9e0e6;border-top:6px solid ${color};border-radius:8px;padding:24px">` +
    `<h1 style="margin:0 0 16px;font-size:22px;line-height:1.3">${escaped(heading)}</h1>${body.join('')}` +
    '</div></div></body></html>'
  )
}

export function textOf({ heading, blocks }: Layout): string {
  const parts = blocks.map((block) => {
    switch (block.kind) {
      case 'paragraph':
        return block.text
      case 'facts':
        return block.facts
          .filter(([, value]) => value !== '')
          .map(([term, value]) => `${term}: ${value}`)
          .join('\n')
      default:
        return `${block.text}:\n${block.href}`
    }
  })
  return `${[heading, ...parts].join('\n\n').replace(/\r\n?/g, '\n')}\n`
}

export interface Layout {
  heading: string
  tone: 'good' | 'bad' | 'plain'
  blocks: Block[]
}

/** One line, without controls: for subjects and names (RFC 5322, section 2.2). */
export const oneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .trim()
    .slice(0, 200)

import type { ReactNode } from 'react'

const css = `
  body { margin: 0; background: #f4f6f8; color: #1c2733; font: 17px/1.55 'Open Sans', system-ui, -apple-system, 'Segoe UI', Roboto, Arial, sans-serif }
  .plain { box-sizing: border-box; max-width: 34rem; margin: 0 auto; padding: 14vh 1.5rem 3rem }
  .plain svg { display: block; width: 44px; height: 44px; margin-bottom: 1.25rem }
  .plain h1 { margin: 0 0 .5rem; font-size: 1.75rem; line-height: 1.25 }
  .plain p { margin: 0 0 1rem }
  .plain a { color: #005a96 }
  .plain a.go { display: inline-block; padding: .55rem 1.1rem; border-radius: 8px; background: #006bb1; color: #fff; font-weight: 600; text-decoration: none }
  .plain a:focus-visible { outline: 3px solid #00487a; outline-offset: 2px }
`

/** A page that stands alone: it needs no stylesheet, no script and no data, so it works when those are what failed. */
export const PlainPage = ({
  nonce,
  mark,
  title,
  children,
}: {
  nonce: string | undefined
  mark: ReactNode
  title: string
  children: ReactNode
}) => (
  <main className="plain">
    <style nonce={nonce} suppressHydrationWarning>
      {css}
    </style>
    {mark}
    <h1>{title}</h1>
    {children}
  </main>
)

import type { Tone } from '../engine/flash.ts'
import { type Html, html } from './html.ts'

interface Page {
  title: string
  body: Html
  flash?: { tone: Tone; text: string } | undefined
  /** The element that shows the page's news; the connection page uses a narrow column. */
  narrow?: boolean
}

/** The frame around every page. */
export const layout = ({ title, body, flash, narrow }: Page): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Zap sandbox</title>
<link rel="stylesheet" href="/public/sandbox.css">
<link rel="icon" href="/public/mark.svg" type="image/svg+xml">
<script src="/public/live.js" defer></script>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top">
  <div class="top-inner">
    <a class="brand" href="/">
      <svg class="brand-mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="M13 2 5 14h6l-1 8 9-13h-7z"/></svg>
      <span>Zap sandbox</span>
    </a>
    <p class="tagline">a local test bench</p>
    <nav aria-label="Main">
      <a href="/">My Zaps</a>
      <a href="/#connections">Connections</a>
      <a href="/outbox">Mail outbox</a>
      <a href="/checks">Publishing checks</a>
      <a class="button primary small" href="/zaps/new">Create Zap</a>
    </nav>
  </div>
</header>
<main id="main" tabindex="-1"${narrow ? html` class="narrow"` : null}>
${flash ? notice(flash.tone, flash.text) : null}
${body}
</main>
<footer class="foot">
  <p>The Zap sandbox runs one integration on this computer so that you can try it. It is not Zapier and does not replace it.</p>
</footer>
</body>
</html>`

/** A message about what just happened or what is wrong: bad news is announced at once, good news politely. */
export const notice = (
  tone: Tone,
  text: string | Html,
  action?: Html,
): Html => html`<div class="notice ${tone}" role="${tone === 'bad' ? 'alert' : 'status'}">
  <p>${text}</p>${action}
</div>`

const clock = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeStyle: 'medium' })

/** An instant in the zone of this computer. */
export const time = (ms: number): Html =>
  html`<time datetime="${new Date(ms).toISOString()}">${clock.format(ms)}</time>`

export const pill = (tone: string, text: string): Html => html`<span class="pill ${tone}">${text}</span>`

/** Text that may be wide or long; it scrolls by itself and can be reached with the keyboard. */
export const code = (label: string, text: string): Html =>
  html`<pre class="code" tabindex="0" role="region" aria-label="${label}">${text}</pre>`

export const json = (label: string, value: unknown): Html => code(label, JSON.stringify(value, null, 2))

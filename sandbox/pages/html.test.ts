import { expect, test } from 'vitest'
import { html, withLinks } from './html.ts'

test('escapes everything but HTML of its own making', () => {
  const inner = html`<b>${'<i>&"\''}</b>`
  expect(html`<p title="${'"'}">${inner}${['<', html`<br>`]}${null}${false}${0}</p>`.text).toBe(
    '<p title="&quot;"><b>&lt;i&gt;&amp;&quot;&#39;</b>&lt;<br>0</p>',
  )
})

test('makes links of http and https addresses only', () => {
  const text = withLinks('[key](https://a.example/k) [bad](javascript:alert(1)) [no](/local) `code` <b>').text
  expect(text).toContain('<a href="https://a.example/k" target="_blank" rel="noopener noreferrer">key</a>')
  expect(text).toContain('<code>code</code> &lt;b&gt;')
  expect(text.match(/<a /g)).toHaveLength(1)
})

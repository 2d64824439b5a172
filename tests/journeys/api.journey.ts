import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, type Page, test } from '@playwright/test'
import { listenForComplaints, look } from './look.ts'
import { bookOn, invite, setUp } from './people.ts'
import { type RunningProgram, runHourwire } from './run-hourwire.ts'

let hourwire: RunningProgram
/** What came to the receiver, and what it answers. */
let received: { body: string; signature: string }[] = []
let answer = 200
const receiver = createServer(async (request, reply) => {
  let body = ''
  for await (const part of request.setEncoding('utf8')) body += part
  received.push({ body, signature: String(request.headers['oncehub-signature']) })
  reply.writeHead(answer).end(answer === 200 ? 'thank you' : 'out of order')
})
let target = ''

test.beforeEach(async () => {
  received = []
  answer = 200
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  target = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
  hourwire = await runHourwire({ ALLOW_PRIVATE_TARGETS: target })
})
test.afterEach(async () => {
  await hourwire.close()
  receiver.closeAllConnections()
  await new Promise((resolve) => receiver.close(resolve))
})

const keysPage = '/settings/other/api'

test('an Administrator makes a key, a program uses it, and once revoked it is refused', async ({
  page,
  browser,
}) => {
  test.setTimeout(120_000)
  const complaints = listenForComplaints(page)
  const rows = page.getByRole('table', { name: 'API keys' }).getByRole('row')
  const newKey = page.getByRole('region', { name: /Your new API key/ })
  const statusWith = async (key: string) =>
    (await fetch(`${hourwire.url}/v2/test`, { headers: { 'api-key': key } })).status
  await setUp(page, hourwire.url)

  await test.step('the screen is found under the gear, and says what keys are for', async () => {
    await page.goto(`${hourwire.url}/settings/other`)
    await page.getByRole('link', { name: 'Open API & Webhooks' }).click()
    await expect(page.getByRole('heading', { name: 'No API keys yet' })).toBeVisible()
    await expect(page.getByRole('textbox', { name: 'Address:' })).toHaveText(`${hourwire.url}/v2`)
    await look(page, '120-api-keys-none')
  })

  const key = await test.step('a key is shown once, with a button that copies it', async () => {
    await page.getByRole('link', { name: 'Create API key' }).click()
    const dialog = page.getByRole('dialog', { name: 'Create API key' })
    await look(page, '121-create-api-key')
    await dialog.getByRole('button', { name: 'Create API key' }).click()
    await expect(dialog.getByText('Give the key a name.')).toBeVisible()
    await expect(dialog.getByRole('textbox', { name: 'Name' })).toBeFocused()
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Reports')
    await dialog.getByLabel('Only reading').check()
    await dialog.getByRole('button', { name: 'Create API key' }).click()
    await expect(newKey.getByText('it is shown this once and never again', { exact: false })).toBeVisible()
    await expect(newKey.getByRole('button', { name: 'Copy API key' })).toBeVisible()
    await look(page, '122-new-api-key')
    const text = await newKey.getByRole('textbox', { name: 'API key:' }).innerText()
    expect(text).toMatch(/^hwk_/)
    expect(page.url()).not.toContain(text.slice(4, 20))
    for (const { value } of await page.context().cookies()) expect(value).not.toContain(text.slice(4, 20))
    return text
  })

  await test.step('a program uses it, and the list says when and from where; meanwhile the key stays in sight', async () => {
    expect(await statusWith(key)).toBe(200)
    await expect(rows.nth(1)).toContainText('from 127.0.0.1')
    await expect(newKey.getByText(key)).toBeVisible()
  })

  await test.step('a reload shows it no more, and makes no second one', async () => {
    await page.reload()
    await expect(rows).toHaveCount(2)
    await expect(newKey).toHaveCount(0)
    expect(await page.content()).not.toContain(key)
    await expect(rows.nth(1)).toContainText('Only reading')
    await expect(rows.nth(1)).toContainText('by Ana Martin')
    await look(page, '123-api-keys')
  })

  await test.step('the reference, open to everybody, tries a call with the key and forgets it with the tab', async () => {
    await page.getByRole('link', { name: 'API reference' }).click()
    await expect(page.getByRole('heading', { name: 'API reference' })).toBeVisible()
    await page.getByRole('button', { name: 'get /test Try an API key', exact: false }).first().click()
    await page.getByRole('button', { name: 'Authorize' }).first().click()
    await page.getByRole('textbox', { name: 'Value' }).fill(key)
    await page.getByRole('button', { name: 'Apply credentials' }).click()
    await page.getByRole('button', { name: 'Close', exact: true }).click()
    await page.getByRole('button', { name: 'Try it out' }).click()
    await page.getByRole('button', { name: 'Execute' }).click()
    await expect(page.getByText('for the account of ana@example.com', { exact: false })).toBeVisible()
    await look(page, '125-api-reference')
    const kept = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage, document.cookie]))
    expect(kept).not.toContain(key.slice(4, 20))
    await page.goto(hourwire.url + keysPage)
  })

  await test.step('without scripts it is made as well, and a form that is sent again makes no second one', async () => {
    const plain = await withoutScripts(page)
    await plain.goto(`${hourwire.url}${keysPage}?do=create`)
    await plain.getByRole('textbox', { name: 'Name' }).fill('n8n')
    await plain.getByRole('button', { name: 'Create API key' }).click()
    await expect(plain.getByText(/^hwk_/)).toBeVisible()
    const sent = await plain.reload()
    expect(sent?.request().method()).toBe('POST')
    await expect(plain.getByText('There is a key with this name.', { exact: false })).toBeVisible()
    await expect(plain.getByText(/^hwk_/)).toHaveCount(0)
    await plain.context().close()
    await expect(rows).toHaveCount(3)
  })

  await test.step('revoking asks first, by name; then the program is refused', async () => {
    await page.getByRole('link', { name: 'Revoke Reports' }).click()
    const dialog = page.getByRole('dialog', { name: 'Revoke the API key “Reports”?' })
    await look(page, '124-revoke-api-key')
    await dialog.getByRole('link', { name: 'Cancel' }).click()
    await expect(dialog).toHaveCount(0)
    expect(await statusWith(key)).toBe(200)
    await page.getByRole('link', { name: 'Revoke Reports' }).click()
    await dialog.getByRole('button', { name: 'Yes, revoke key' }).click()
    await expect(page.getByText('The API key was revoked.')).toBeVisible()
    expect(await statusWith(key)).toBe(401)
    await expect(rows).toHaveCount(2)
  })

  await test.step('25 keys are the most, which is said in words', async () => {
    const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
    const create = (name: string) =>
      fetch(`${hourwire.url}${keysPage}`, {
        method: 'POST',
        headers: { cookie, origin: hourwire.url },
        body: new URLSearchParams({ intent: 'create', name, scope: 'read' }),
      })
    for (let number = 2; number <= 25; number += 1) {
      const made = await create(`Program ${number}`)
      expect([made.status, made.headers.get('cache-control')]).toEqual([200, 'no-store'])
    }
    await page.goto(`${hourwire.url}${keysPage}?do=create`)
    const dialog = page.getByRole('dialog', { name: 'Create API key' })
    await dialog.getByRole('textbox', { name: 'Name' }).fill('One more')
    await dialog.getByRole('button', { name: 'Create API key' }).click()
    await expect(dialog.getByText('An account can have 25 API keys.', { exact: false })).toBeVisible()
  })

  await test.step('a Member is told of no such page', async () => {
    const bo = await (await browser.newContext({ viewport: page.viewportSize() })).newPage()
    await invite(page, bo, hourwire.url)
    for (const path of [keysPage, `${keysPage}/webhooks`])
      expect((await bo.goto(hourwire.url + path))?.status()).toBe(404)
    await bo.goto(`${hourwire.url}/settings/other`)
    await expect(bo.getByRole('link', { name: 'Zapier', exact: true })).toBeVisible()
    await expect(bo.getByRole('link', { name: 'API & Webhooks' })).toHaveCount(0)
    await bo.context().close()
  })

  expect(complaints).toEqual([])
})

test('an Administrator makes a webhook, checks its signature, mends a failure, and deletes it', async ({
  page,
  browser,
}) => {
  test.setTimeout(120_000)
  const complaints = listenForComplaints(page)
  const rows = page.getByRole('table', { name: 'Webhooks' }).getByRole('row')
  const deliveries = page.getByRole('list', { name: 'Deliveries' }).getByRole('listitem')
  const button = (name: string) => page.getByRole('button', { name })
  const typesReceived = () => received.map(({ body }) => JSON.parse(body).type)
  await setUp(page, hourwire.url)

  await test.step('before there is one the page says what it is for', async () => {
    await page.goto(hourwire.url + keysPage)
    await page.getByRole('link', { name: 'Webhooks', exact: true }).click()
    await expect(page.getByRole('heading', { name: 'No webhooks yet' })).toBeVisible()
    await look(page, '126-webhooks-none')
  })

  await test.step('what is wrong is said at its field', async () => {
    await page.getByRole('link', { name: 'Create webhook' }).click()
    const dialog = page.getByRole('dialog', { name: 'Create webhook' })
    await expect(dialog.getByRole('checkbox', { name: 'All booking events' })).toBeChecked()
    await look(page, '127-create-webhook')
    await dialog.getByRole('textbox', { name: 'Name' }).fill('CRM')
    await dialog.getByRole('textbox', { name: 'Address' }).fill('http://10.0.0.1/hook')
    await dialog.getByRole('button', { name: 'Create webhook' }).click()
    await expect(dialog.getByText('The target address cannot be called', { exact: false })).toBeVisible()
    await expect(dialog.getByRole('textbox', { name: 'Address' })).toBeFocused()
    await dialog.getByRole('textbox', { name: 'Address' }).fill(`${target}/crm`)
    await dialog.getByRole('button', { name: 'Create webhook' }).click()
    await expect(page.getByText('The webhook is on.', { exact: false })).toBeVisible()
  })

  await test.step('a test event arrives, signed with the secret that is shown on demand', async () => {
    await button('Send test event').click()
    await expect(page.getByText('A test event is on its way.', { exact: false })).toBeVisible()
    await expect.poll(() => received.length).toBe(1)
    await button('Show the signing secret').click()
    await expect(button('Copy Signing secret')).toBeVisible()
    const secret = await page.getByRole('textbox', { name: 'Signing secret:' }).innerText()
    const [, time, signature] = /^t=(\d+),s=(\w+)$/.exec(received[0]?.signature ?? '') ?? []
    const expected = createHmac('sha256', secret).update(`${time}.${received[0]?.body}`)
    expect(signature).toBe(expected.digest('hex'))
    await button('Make a new secret').click()
    await expect(page.getByText('There is a new signing secret.', { exact: false })).toBeVisible()
  })

  await test.step('a receiver that fails is named; the delivery is tried now, and arrives', async () => {
    answer = 500
    await bookOn(browser, { url: hourwire.url, slug: 'ana-martin', name: 'Lena Novak' })
    await expect(page.getByText('Failing')).toBeVisible()
    await deliveries.first().locator('summary').click()
    await expect(deliveries.first().getByText('out of order').first()).toBeVisible()
    await page.evaluate(() => scrollTo(0, 0))
    await look(page, '128-webhook')
    answer = 200
    await button('Try now').click()
    await expect(page.getByText('The delivery is sent again.')).toBeVisible()
    await expect(deliveries.first()).toContainText('Delivered')
    expect(typesReceived().at(-1)).toBe('booking.scheduled')
    await deliveries.first().getByRole('link', { name: 'Show what is sent' }).click()
    await expect(page.getByRole('region', { name: 'Body' })).toContainText('"type": "booking.scheduled"')
  })

  await test.step('paused it waits, and the list says so', async () => {
    await button('Pause').click()
    await expect(page.getByText('The webhook is paused.', { exact: false })).toBeVisible()
    await bookOn(browser, { url: hourwire.url, slug: 'ana-martin', name: 'Max Weber' })
    await page.getByRole('link', { name: '← All webhooks' }).click()
    await expect(rows.nth(1)).toContainText('Paused')
    await expect(rows.nth(1)).toContainText('1 held until you go on')
    await look(page, '129-webhooks')
    const count = received.length
    await rows.getByRole('link', { name: 'CRM' }).click()
    await button('Go on').click()
    await expect.poll(() => received.length).toBe(count + 1)
  })

  await test.step('deleting asks first, by name, also without scripts; the name is free again', async () => {
    const plain = await withoutScripts(page)
    await plain.goto(`${page.url().split('?')[0]}?confirm=delete`)
    await expect(plain.getByRole('heading', { name: 'Delete the webhook “CRM”?' })).toBeVisible()
    await plain.getByRole('button', { name: 'Yes, delete webhook' }).click()
    await expect(plain.getByText('The webhook was deleted.')).toBeVisible()
    await plain.goto(`${hourwire.url}${keysPage}/webhooks?do=create`)
    await plain.getByRole('textbox', { name: 'Name' }).fill('CRM')
    await plain.getByRole('textbox', { name: 'Address', exact: true }).fill(`${target}/again`)
    await plain.getByRole('button', { name: 'Create webhook' }).click()
    await expect(plain.getByText('The webhook is on.', { exact: false })).toBeVisible()
    await plain.context().close()
  })
  expect(complaints).toEqual([])
})

/** The same signed-in user in a browser that runs no scripts. */
async function withoutScripts(page: Page): Promise<Page> {
  const context = await page
    .context()
    .browser()
    ?.newContext({
      javaScriptEnabled: false,
      storageState: await page.context().storageState(),
    })
  if (!context) throw new Error('The browser is gone')
  return await context.newPage()
}

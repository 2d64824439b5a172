import { expect, type Page, test } from '@playwright/test'
import { listenForComplaints, look } from './look.ts'
import { invite, setUp } from './people.ts'
import { type RunningProgram, runHourwire } from './run-hourwire.ts'

let hourwire: RunningProgram
test.beforeEach(async () => {
  hourwire = await runHourwire()
})
test.afterEach(async () => {
  await hourwire.close()
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
    expect((await bo.goto(hourwire.url + keysPage))?.status()).toBe(404)
    await bo.goto(`${hourwire.url}/settings/other`)
    await expect(bo.getByRole('link', { name: 'Zapier', exact: true })).toBeVisible()
    await expect(bo.getByRole('link', { name: 'API & Webhooks' })).toHaveCount(0)
    await bo.context().close()
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

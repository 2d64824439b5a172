import { type Browser, expect, type Page } from '@playwright/test'

/** What several stories begin with: the account, a second user, a booking. `url` is the server's. */

export const anasPassword = 'tuesday lantern 26'

/** Ana sets the account up, and is signed in. */
export async function setUp(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/set-up`)
  await page.getByRole('textbox', { name: 'Name' }).fill('Ana Martin')
  await page.getByRole('textbox', { name: 'Email address' }).fill('ana@example.com')
  await page.getByLabel('Password', { exact: true }).fill(anasPassword)
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByRole('heading', { name: 'Activity' })).toBeVisible()
}

/** Bo is invited by the signed-in Administrator, and accepts. */
export async function invite(page: Page, bo: Page, url: string): Promise<void> {
  await page.goto(`${url}/users`)
  await page.getByRole('link', { name: 'Add User' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add User' })
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Bo Ek')
  await dialog.getByRole('textbox', { name: 'Email address' }).fill('bo@example.com')
  await dialog.getByRole('button', { name: 'Create user and send invitation' }).click()
  await expect(page.getByText('Bo Ek is invited', { exact: false })).toBeVisible()
  const mail = page.getByRole('link', { name: 'Ana Martin invites you to Hourwire' })
  await expect(async () => {
    await page.goto(`${url}/settings/other/mailbox`)
    await expect(mail).toHaveCount(1, { timeout: 500 })
  }).toPass()
  await mail.click()
  await page.getByRole('link', { name: 'Text', exact: true }).click()
  const link = /https?:\/\/\S+\/invitation\/[\w-]+/.exec(await page.locator('pre').innerText())?.[0] ?? ''
  await bo.goto(link)
  await bo.getByLabel('Password', { exact: true }).fill('thursday lantern 27')
  await bo.getByRole('button', { name: 'Accept and sign in' }).click()
  await expect(bo.getByRole('heading', { name: 'Activity' })).toBeVisible()
}

/** A customer takes the first free half hour of a page, with scripts off: it is quick, and works. */
export async function bookOn(
  browser: Browser,
  { url, slug, name }: { url: string; slug: string; name: string },
): Promise<void> {
  const context = await browser.newContext({ javaScriptEnabled: false })
  const customer = await context.newPage()
  await customer.goto(`${url}/${slug}`)
  await customer.getByRole('link', { name: /30 minute meeting/ }).click()
  await customer.locator('a[href*="/30-minute-meeting/20"]').first().click()
  await customer.getByLabel(/Your name/).fill(name)
  await customer.getByLabel(/Your email/).fill(`${name.toLowerCase().replaceAll(' ', '.')}@example.org`)
  await customer.getByRole('button', { name: 'Confirm booking' }).click()
  await expect(customer.getByRole('heading', { name: 'Your booking is confirmed' })).toBeVisible()
  await context.close()
}

import { readFileSync } from 'node:fs'
import path from 'node:path'
import { type BrowserContext, expect, type Page, test } from '@playwright/test'
import { listenForComplaints, look } from './look.ts'
import { type RunningProgram, runHourwire } from './run-hourwire.ts'

let hourwire: RunningProgram

test.beforeAll(async () => {
  hourwire = await runHourwire()
})
test.afterAll(async () => {
  await hourwire.close()
})

const password = 'tuesday lantern 26'

test('from a bare machine to a Zap triggered by a booking', async ({ page, context, browser }) => {
  test.setTimeout(180_000)
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const complaints = listenForComplaints(page)
  let apiKey = ''

  await test.step('1. the first visit leads to the set-up page, which makes the account', async () => {
    await page.goto(hourwire.url)
    await expect(page).toHaveURL(/\/set-up$/)
    await look(page, '01-set-up')
    await page.getByRole('textbox', { name: 'Name' }).fill('Ana Martin')
    await page.getByRole('textbox', { name: 'Email address' }).fill('Ana@Example.com')
    await page.getByLabel('Password', { exact: true }).fill('password123')
    await page.getByRole('button', { name: 'Create account' }).click()
    await expect(
      page.getByText('This password is among the first a guesser tries', { exact: false }),
    ).toBeVisible()
    await look(page, '02-set-up-refused')
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Create account' }).click()
    await expect(page.getByRole('heading', { name: 'Activity' })).toBeVisible()
    await look(page, '03-activity-first-steps')
    await page.goto(`${hourwire.url}/set-up`)
    await expect(page).not.toHaveURL(/set-up/)
    await page.goto(`${hourwire.url}/booking-pages`)
    await expect(page.getByText(`${hourwire.url}/ana-martin`)).toBeVisible()
    await look(page, '04-booking-pages')
  })

  await test.step('2. gear, Other settings, Zapier, API key: a key appears beside the Login ID', async () => {
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByRole('menuitem', { name: 'Other settings' }).click()
    await expect(page.getByRole('heading', { name: 'Other settings' })).toBeVisible()
    await look(page, '05-other-settings')
    await page
      .getByRole('main')
      .getByRole('link', { name: /Zapier/ })
      .first()
      .click()
    await expect(page.getByRole('heading', { name: 'Zapier integration' })).toBeVisible()
    for (const tab of ['Add Zaps', 'Manage Zaps', 'API key'])
      await expect(tabs(page).getByRole('link', { name: tab, exact: true })).toBeVisible()
    await tabs(page).getByRole('link', { name: 'API key', exact: true }).click()
    await look(page, '06-api-key-none')
    await page.getByRole('button', { name: 'Generate API Key' }).click()
    await page.getByRole('button', { name: 'Copy API key' }).click()
    apiKey = await page.evaluate(() => navigator.clipboard.readText())
    expect(apiKey).toMatch(/^hwz_[0-9A-Za-z]{8}_[0-9A-Za-z]{38}$/)
    await page.getByRole('button', { name: 'Copy Login ID' }).click()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('ana@example.com')
    await look(page, '07-api-key')
    await page.goto(`${hourwire.url}/Integration-Zapier.aspx`)
    await expect(page.getByRole('heading', { name: 'Zapier integration' })).toBeVisible()
    await tabs(page).getByRole('link', { name: 'Add Zaps', exact: true }).click()
    await expect(page.getByRole('link', { name: 'Try it in the sandbox' }).first()).toBeVisible()
    await look(page, '08-add-zaps')
    await tabs(page).getByRole('link', { name: 'Manage Zaps', exact: true }).click()
    await look(page, '09-manage-zaps-none')
  })

  const sandbox = await context.newPage()
  const sandboxComplaints = listenForComplaints(sandbox)
  await test.step('3. the sandbox asks to be let in: a wrong half is refused in a sentence, the right pair connects', async () => {
    await sandbox.goto(hourwire.sandboxUrl)
    await look(sandbox, '10-sandbox')
    await sandbox.getByRole('link', { name: 'Connect an account' }).first().click()
    await expect(
      sandbox.getByRole('heading', { name: 'Allow Zapier to access your Hourwire Account?' }),
    ).toBeVisible()
    await expect(sandbox.getByRole('link', { name: 'Cancel' })).toBeVisible()
    await expect(sandbox.locator(`a[href="${hourwire.url}/settings/other/zapier/api-key"]`)).toBeVisible()
    await look(sandbox, '11-connect')
    await sandbox.getByLabel('API Key (required)').fill(apiKey)
    await sandbox.getByLabel('Hourwire Login ID (required)').fill('bo@example.com')
    await sandbox.getByRole('button', { name: 'Yes, Continue' }).click()
    await expect(sandbox.getByRole('alert')).toContainText('Login ID')
    await look(sandbox, '12-connect-refused')
    await sandbox.goto(hourwire.sandboxUrl)
    await expect(sandbox.getByText('Ana Martin')).toHaveCount(0)
    await sandbox.getByRole('link', { name: 'Connect an account' }).first().click()
    await sandbox.getByLabel('API Key (required)').fill(apiKey)
    await sandbox.getByLabel('Hourwire Login ID (required)').fill('ana@example.com')
    await sandbox.getByRole('button', { name: 'Yes, Continue' }).click()
    await expect(sandbox.getByText('Connected: Ana Martin (ana@example.com).')).toBeVisible()
  })

  await test.step('4. two Zaps on Booking Scheduled, and a booking that runs both', async () => {
    await turnOnZap(sandbox, 'New bookings to my inbox', 'POST to a URL', '13-zap-editor-post')
    await turnOnZap(
      sandbox,
      'New bookings to a spreadsheet',
      'Append a row to a CSV file',
      '14-zap-editor-csv',
    )

    const customer = await browser.newContext({
      timezoneId: 'America/New_York',
      viewport: page.viewportSize(),
    })
    await bookAsCustomer(customer, hourwire.url)
    // The open page shows the run by itself. How fast is measured in bench/.
    await expect(sandbox.getByText('Success').first()).toBeVisible()
    await look(sandbox, '20-zap-page')
    await sandbox
      .getByRole('link', { name: /\d{2}:\d{2}/ })
      .first()
      .click()
    await expect(sandbox.getByRole('heading', { name: 'Run details' })).toBeVisible()
    await expect(sandbox.getByRole('cell', { name: 'lena@example.org' }).first()).toBeVisible()
    await look(sandbox, '21-run')
    const csv = () => readFileSync(path.join(hourwire.dataDir, 'sandbox/csv/bookings.csv'), 'utf8')
    await expect.poll(csv).toContain('Lena Novak')
    await customer.close()
  })

  await test.step('5. Manage Zaps shows the Zaps with trigger, state and last delivery; a revoked key stops them', async () => {
    await page.goto(`${hourwire.url}/settings/other/zapier/manage-zaps`)
    await expect(page.getByText('Booking Scheduled').first()).toBeVisible()
    await expect(page.getByText('On', { exact: true }).first()).toBeVisible()
    await expect(page.getByText(/Delivered/).first()).toBeVisible()
    await look(page, '22-manage-zaps')
    await page.getByRole('main').locator('a[href*="/manage-zaps/WHK-"]').first().click()
    await page.locator('summary').first().click()
    await expect(page.getByText(/answered 200/).first()).toBeVisible()
    await look(page, '23-zap-deliveries')
    await page.goto(hourwire.url)
    await expect(page.getByText('Lena Novak')).toBeVisible()
    await look(page, '24-activity')

    await page.goto(`${hourwire.url}/settings/other/zapier/api-key`)
    await page.getByRole('link', { name: 'Revoke key' }).click()
    const dialog = page.getByRole('dialog')
    await expect(dialog).toContainText('Booking Scheduled')
    await look(page, '25-revoke-key')
    await dialog.getByRole('button', { name: 'Yes, revoke key' }).click()
    await expect(page.getByRole('button', { name: 'Generate API Key' })).toBeVisible()

    await sandbox.goto(hourwire.sandboxUrl)
    await expect(sandbox.getByText('Needs attention').first()).toBeVisible()
    await sandbox.getByRole('button', { name: /^Test/ }).first().click()
    await expect(sandbox.getByText('Reconnect needed').first()).toBeVisible()
    await look(sandbox, '26-sandbox-reconnect')
    await page.goto(`${hourwire.url}/settings/other/zapier/manage-zaps`)
    await expect(page.getByText('Ended').first()).toBeVisible()
    await look(page, '27-manage-zaps-ended')
  })

  await test.step('after kill -9 and a second start nothing is lost', async () => {
    // Open pages look for news by themselves; what they say of a dead server is not the question here.
    await page.goto('about:blank')
    await sandbox.goto('about:blank')
    await hourwire.kill()
    await hourwire.startAgain()
    await page.goto(hourwire.url)
    await expect(page.getByText('Lena Novak')).toBeVisible()
  })

  await test.step('signing out and in again: one sentence for any wrong half', async () => {
    await page.getByRole('button', { name: /Your account/ }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
    await look(page, '28-sign-in')
    await page.goto(`${hourwire.url}/settings/other/zapier/api-key`)
    await expect(page).toHaveURL(/\/sign-in\?next=/)
    await page.getByRole('textbox', { name: 'Login ID' }).fill('ana@example.com')
    await page.getByLabel('Password', { exact: true }).fill('not my password')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByRole('alert')).toContainText('Login ID or password is wrong')
    await look(page, '29-sign-in-refused')
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page).toHaveURL(/\/settings\/other\/zapier\/api-key$/)
  })

  await test.step('an address that is not there says so, kindly', async () => {
    const answer = await page.goto(`${hourwire.url}/nobody-is-here/not/at/all`)
    expect(answer?.status()).toBe(404)
    await look(page, '30-not-found')
  })
  expect(complaints).toEqual([])
  expect(sandboxComplaints).toEqual([])
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false, timezoneId: 'Asia/Tokyo' })
  test('a customer books, and is told when the time was just taken', async ({ page, browser }) => {
    await setUpWithoutScripts(page)
    await page.goto(`${hourwire.url}/ana-martin`)
    await page.getByRole('link', { name: /60 minute meeting/ }).click()
    await expect(page.getByRole('heading', { name: 'Pick a date and time' })).toBeVisible()
    await page.locator('a[href*="/60-minute-meeting/20"]').first().click()
    const sameTime = page.url()
    await page.getByLabel(/Your name/).fill('Kenji Sato')
    await page.getByLabel(/Your email/).fill('not an address')
    await page.getByRole('button', { name: 'Confirm booking' }).click()
    await expect(page.getByRole('alert')).toBeVisible()
    await page.getByLabel(/Your email/).fill('kenji@example.org')

    const rival = await (await browser.newContext({ javaScriptEnabled: false })).newPage()
    await rival.goto(sameTime)
    await rival.getByLabel(/Your name/).fill('Rival')
    await rival.getByLabel(/Your email/).fill('rival@example.org')
    await rival.getByRole('button', { name: 'Confirm booking' }).click()
    await expect(rival.getByRole('heading', { name: 'Your booking is confirmed' })).toBeVisible()
    await rival.context().close()

    await page.getByRole('button', { name: 'Confirm booking' }).click()
    await expect(page.getByText('This time was just booked').first()).toBeVisible()
    await page.getByRole('radio').first().check()
    await page.getByRole('button', { name: 'Confirm booking' }).click()
    await expect(page.getByRole('heading', { name: 'Your booking is confirmed' })).toBeVisible()
    await expect(page.getByText('Kenji Sato').first()).toBeVisible()
  })

  test('bad requests get a clear answer and the right status, and nothing breaks', async ({
    page,
    request,
  }) => {
    await setUpWithoutScripts(page)
    const slot = `${hourwire.url}/ana-martin/30-minute-meeting/2026-01-05T09:00Z`
    const form = { name: 'Lena', email: 'lena@example.org', zone: 'UTC', idempotencyKey: crypto.randomUUID() }
    const origin = { origin: hourwire.url }
    const past = await request.post(slot, { form, headers: origin })
    expect([past.status(), await past.text()]).toEqual([409, expect.stringContaining('This time has passed')])
    const foreign = await request.post(slot, { form, headers: { origin: 'https://evil.example' } })
    expect([foreign.status(), await foreign.text()]).toEqual([403, 'This request came from another site.'])
    const large = await request.post(slot, { form: { ...form, note: 'x'.repeat(300_000) }, headers: origin })
    expect([large.status(), await large.text()]).toEqual([413, 'The request is too large.'])
    const json = await request.post(slot, { data: form, headers: origin })
    expect(json.status()).toBe(415)
    const bad = await request.post(slot, { form: { ...form, email: 'nobody', name: '' }, headers: origin })
    expect(bad.status()).toBe(400)
    for (const address of [
      '/nobody-here',
      '/ana-martin/no-such-type',
      '/ana-martin/30-minute-meeting/yesterday',
      '/my-booking/BKNG-00000000000000000000000000/forged',
      '/my-booking/garbage/garbage',
    ]) {
      const answer = await page.request.get(hourwire.url + address)
      expect([address, answer.status()]).toEqual([address, 404])
      expect(await answer.text()).not.toMatch(/node_modules|at \w+ \(/)
    }
  })
})

const tabs = (page: Page) => page.getByRole('navigation', { name: 'Zapier integration' })

/** The set-up page works without JavaScript too; when the journey before has done it, there is nothing to do. */
async function setUpWithoutScripts(page: Page): Promise<void> {
  await page.goto(`${hourwire.url}/set-up`)
  if (!page.url().endsWith('/set-up')) return
  await page.getByRole('textbox', { name: 'Name' }).fill('Ana Martin')
  await page.getByRole('textbox', { name: 'Email address' }).fill('ana@example.com')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('combobox', { name: 'Time zone' }).selectOption('Europe/Berlin')
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByRole('heading', { name: 'Activity' })).toBeVisible()
}

async function turnOnZap(sandbox: Page, name: string, action: string, screenshot: string): Promise<void> {
  await sandbox.goto(`${hourwire.sandboxUrl}/zaps/new`)
  await sandbox.getByRole('button', { name: 'Booking Scheduled' }).click()
  await sandbox.getByRole('button', { name: 'Load sample' }).click()
  await sandbox.getByRole('button', { name: action }).click()
  await sandbox.getByLabel('Zap name').fill(name)
  if (action.startsWith('Append')) {
    await sandbox.getByLabel('File name (required)').fill('bookings.csv')
    await sandbox.getByRole('button', { name: 'Add all fields' }).click()
  }
  await look(sandbox, screenshot)
  await sandbox.getByRole('button', { name: 'Turn on Zap' }).click()
  await expect(sandbox.getByText('The Zap is on.', { exact: true })).toBeVisible()
}

/** Picks the first free time of the 30 minute meeting and books it, after a first try with nothing filled in. */
async function bookAsCustomer(context: BrowserContext, url: string): Promise<void> {
  const page = await context.newPage()
  const complaints = listenForComplaints(page)
  await page.goto(`${url}/ana-martin`)
  await look(page, '15-pick-event-type')
  await page.getByRole('link', { name: /30 minute meeting/ }).click()
  // The visitor's own zone, found by the one small script.
  await expect(page).toHaveURL(/zone=America(%2F|\/)New_York/)
  await look(page, '16-pick-time')
  await page.locator('a[href*="/30-minute-meeting/20"]').first().click()
  await expect(page.getByRole('heading', { name: 'Provide information' })).toBeVisible()
  await look(page, '17-provide-information')
  await page.getByRole('button', { name: 'Confirm booking' }).click()
  await page.getByLabel(/Your name/).fill('Lena Novak')
  await page.getByLabel(/Your email/).fill('lena@example.org')
  await page.getByLabel(/Phone/).fill('+1 (202) 555-0195')
  await page.getByLabel(/Note/i).fill('Please show the reports.')
  await page.getByRole('button', { name: 'Confirm booking' }).click()
  await expect(page.getByRole('heading', { name: 'Your booking is confirmed' })).toBeVisible()
  await look(page, '18-confirmed')
  expect(complaints).toEqual([])
}

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts'
import { type HourwireDouble, rightPair, startHourwireDouble } from '../../sandbox/testing/hourwire-double.ts'
import { listenForComplaints, look } from './look.ts'

/** The sandbox with Hourwire's own integration; the server is a double, so this story starts at once. */
let double: HourwireDouble
let sandbox: Sandbox
let dataDir: string

test.beforeAll(async () => {
  double = await startHourwireDouble()
  dataDir = mkdtempSync(path.join(os.tmpdir(), 'hourwire-sandbox-'))
  sandbox = await startSandbox({ port: 0, host: '127.0.0.1', dataDir, hourwireBaseUrl: double.url })
})
test.afterAll(async () => {
  await sandbox.close()
  await double.close()
  rmSync(dataDir, { recursive: true, force: true })
})

const item = {
  id: 'EVNT-1',
  event: 'booking.canceled',
  booking_id: 'BKNG-1',
  booking_subject: 'Intro call',
  customer_name: 'Bo Chen',
  customer_email: 'bo@example.org',
}

const deliver = (more: Partial<typeof item> = {}) =>
  fetch([...double.subscriptions.values()].at(-1)?.target_url ?? '', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...item, ...more }),
  })

const connect = async (page: Page) => {
  await page.getByLabel('API Key (required)').fill(rightPair.apiKey)
  await page.getByLabel('Hourwire Login ID (required)').fill(rightPair.loginId)
  await page.getByRole('button', { name: 'Yes, Continue' }).click()
}

test('a template becomes a Zap with a filter and two actions; it fails, is replayed and reconnected', async ({
  page,
}) => {
  test.setTimeout(120_000)
  const complaints = listenForComplaints(page)

  await test.step('a link opens the editor with a draft; connecting on the way loses nothing', async () => {
    const template = new URLSearchParams({
      name: 'Canceled: look up and file',
      trigger: 'booking_lifecycle',
      filter: 'event|exactly-matches|booking.canceled',
      action: 'search.find_contact',
      map: 'email={{customer_email}}',
    })
    template.append('action', 'csv')
    template.append('file', 'canceled.csv')
    template.append('map', 'Contact={{2.name}}')
    await page.goto(`${sandbox.url}/zaps/new?${template}`)
    await look(page, '60-sandbox-template')
    await page.getByRole('button', { name: 'Connect an account' }).click()
    await connect(page)
    await expect(page.getByLabel('Zap name')).toHaveValue('Canceled: look up and file')
    await expect(page.getByLabel('Column 1 value')).toHaveValue('{{2.name}}')
  })

  await test.step('rules are added with and, or, and taken away again', async () => {
    await page.getByRole('button', { name: 'Load sample' }).click()
    await page.getByRole('button', { name: 'And', exact: true }).click()
    await page.getByLabel('Rule 2 field').selectOption('customer_email')
    await page.getByLabel('Rule 2 condition').selectOption('is not empty')
    await page.getByRole('button', { name: 'Or', exact: true }).click()
    await expect(page.getByRole('group', { name: 'Group 2' })).toBeVisible()
    await look(page, '61-sandbox-filter')
    await page.getByRole('button', { name: 'Remove rule 3' }).click()
    await expect(page.getByLabel('Rule 2 condition')).toHaveValue('is-not-empty')
  })

  await test.step('an action of Hourwire has its own fields, with choices of the account', async () => {
    const second = page.getByRole('region', { name: 'Second action (optional)' })
    await second.getByText('Choose another action').click()
    await second.getByRole('button', { name: 'Hourwire: Schedule Booking' }).click()
    await second.getByLabel('Booking Page (required)').selectOption({ label: 'Page 2' })
    await second.getByLabel('Event Type (required)').selectOption({ label: 'Type 1' })
    await second.getByRole('button', { name: 'Refresh the fields' }).click()
    await expect(second.getByLabel('Starting Time (required)')).toContainText('Free on BP-2')
    await look(page, '62-sandbox-action')
    await second.getByText('Choose another action').click()
    await second.getByRole('button', { name: 'Append a row to a CSV file' }).click()
    await second.getByLabel('File name (required)').fill('canceled.csv')
    await second.getByLabel('Column 1 name').fill('Contact')
    await second.getByLabel('Column 1 value').fill('{{2.name}}')
    await page.getByRole('button', { name: 'Turn on Zap' }).click()
    await expect(page.getByText('The Zap is on.', { exact: true })).toBeVisible()
  })

  await test.step('what the filter stops is recorded with its rule; the rest runs through', async () => {
    await deliver({ event: 'booking.scheduled' })
    await expect(page.getByText('Filtered', { exact: true })).toBeVisible()
    await deliver()
    await expect(page.getByText('Success', { exact: true })).toBeVisible()
    expect(readFileSync(path.join(dataDir, 'csv/canceled.csv'), 'utf8')).toBe('Contact\r\nBo Chen\r\n')
    await page
      .getByRole('link', { name: /\d{2}:\d{2}/ })
      .last()
      .click()
    await expect(page.getByText('not met', { exact: false }).first()).toBeVisible()
    await look(page, '63-sandbox-filtered')
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'My Zaps' }).click()
    await page.getByRole('link', { name: 'Canceled: look up and file' }).click()
  })

  await test.step('the failure switch turns deliveries away and says so', async () => {
    await page.getByLabel('Answer 429').check()
    await page.getByRole('button', { name: 'Set the switch' }).click()
    expect((await deliver()).status).toBe(429)
    await expect(page.getByText('So far 1 delivery was not taken', { exact: false })).toBeVisible()
    await look(page, '64-sandbox-failure-switch')
    await page.getByRole('button', { name: 'Answer normally' }).click()
    await expect(page.getByText('The Zap answers normally again.')).toBeVisible()
  })

  await test.step('runs are held while the key is refused, and go on after the reconnect', async () => {
    double.behavior.pair = null
    await deliver({ id: 'EVNT-2' })
    await expect(page.getByText('1 run is held.', { exact: false })).toBeVisible()
    await look(page, '65-sandbox-held')
    double.behavior.pair = rightPair
    await page.getByRole('link', { name: 'Reconnect' }).click()
    await connect(page)
    await expect(page.getByText('1 held run is replayed.', { exact: false })).toBeVisible()
    await expect(page.getByText('Success', { exact: true })).toHaveCount(2)
    expect(readFileSync(path.join(dataDir, 'csv/canceled.csv'), 'utf8').split('\r\n')).toHaveLength(4)
  })

  await test.step('a mail stays in the outbox', async () => {
    const template = new URLSearchParams({ trigger: 'booking_canceled', action: 'mail' })
    template.append('to', '{{customer_email}}')
    template.append('subject', 'Sorry, {{customer_name}}')
    template.append('text', 'Your booking {{booking_id}} is canceled.')
    await page.goto(`${sandbox.url}/zaps/new?${template}`)
    await look(page, '66-sandbox-mail')
    await page.getByRole('button', { name: 'Turn on Zap' }).click()
    await expect(page.getByText('The Zap is on.', { exact: true })).toBeVisible()
    await page.getByRole('link', { name: 'Open the mail outbox' }).click()
    await look(page, '67-sandbox-outbox-empty')
    await deliver()
    await expect(page.getByRole('heading', { name: 'Sorry, Bo Chen' })).toBeVisible()
    await look(page, '68-sandbox-outbox')
  })

  await test.step('the publishing checks pass', async () => {
    await page.getByRole('link', { name: 'Publishing checks' }).click()
    await expect(page.getByText('Every check that can be made here passes.')).toBeVisible()
    await look(page, '69-sandbox-checks')
  })
  expect(complaints).toEqual([])
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })
  test('a Zap is built from a filter and a mail, button by button', async ({ page }) => {
    await page.goto(`${sandbox.url}/zaps/new`)
    await page.getByRole('button', { name: 'Contact Captured' }).click()
    await page.getByRole('button', { name: 'Add a filter' }).click()
    await page.getByLabel('Rule 1 field').selectOption('contact_email')
    await page.getByLabel('Rule 1 condition').selectOption('contains')
    await page.getByLabel('Rule 1 value').fill('@example.org')
    await page.getByRole('button', { name: 'Write a mail' }).click()
    await page.getByLabel('To (required)').fill('{{contact_email}}')
    await page.getByLabel('Subject (required)').fill('Hello')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await expect(page.getByText('Saved.', { exact: true })).toBeVisible()
    await expect(page.getByLabel('Rule 1 value')).toHaveValue('@example.org')
    await expect(page.getByLabel('To (required)')).toHaveValue('{{contact_email}}')
  })
})

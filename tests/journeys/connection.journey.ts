import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { listenForComplaints, look } from './look.ts'
import { anasPassword, bookOn, invite, setUp } from './people.ts'
import { type RunningProgram, runHourwire } from './run-hourwire.ts'

let hourwire: RunningProgram
test.beforeEach(async () => {
  hourwire = await runHourwire()
})
test.afterEach(async () => {
  await hourwire.close()
})

const keyPage = '/settings/other/zapier/api-key'
const zapsPage = '/settings/other/zapier/manage-zaps'

test('what breaks a connection, seen from both sides: a new key, a grace, another Login ID, a failing target, the end', async ({
  page,
  context,
  browser,
}) => {
  test.setTimeout(180_000)
  const complaints = listenForComplaints(page)
  const sandbox = await context.newPage()
  const sandboxComplaints = listenForComplaints(sandbox)
  const to = (address: string) => page.goto(hourwire.url + address)
  const csv = () => rowsOf('bookings.csv')
  await setUp(page, hourwire.url)
  let pair = { key: await makeKey(page), loginId: 'ana@example.com' }
  await turnOn(sandbox, { name: 'New bookings', file: 'bookings.csv', pair })

  await test.step('Regenerate lists the Zap first; then Zapier is refused, and what happens is held', async () => {
    await bookOn(browser, { url: hourwire.url, slug: 'ana-martin', name: 'Lena First' })
    await expect.poll(csv).toEqual(['Lena First'])
    await to(keyPage)
    await expect(page.getByText('Connected since', { exact: false })).toContainText('from 127.0.0.1')
    await look(page, '31-api-key-connected')
    await page.getByRole('link', { name: 'Regenerate key' }).click()
    const dialog = page.getByRole('dialog')
    await expect(dialog).toContainText('Booking Scheduled')
    await expect(dialog.getByLabel('Let the old key go on for 24 hours')).not.toBeChecked()
    await look(page, '32-regenerate-key')
    await dialog.getByRole('button', { name: 'Yes, regenerate key' }).click()
    await expect(page.getByText('You have a new API key. 1 Zap waits', { exact: false })).toBeVisible()
    const former = pair.key
    pair = { ...pair, key: await shownKey(page) }
    expect(pair.key).not.toBe(former)
    await to(zapsPage)
    await expect(page.getByText('Needs reconnect')).toBeVisible()
    await bookOn(browser, { url: hourwire.url, slug: 'ana-martin', name: 'Lena Held' })
    await expect(page.getByText('1 held until you reconnect')).toBeVisible()
    await look(page, '33-manage-zaps-held')
    await sandbox.goto(hourwire.sandboxUrl)
    await sandbox.getByRole('button', { name: /^Test/ }).first().click()
    await expect(sandbox.getByText('Reconnect needed').first()).toBeVisible()
    expect(csv()).toEqual(['Lena First'])
  })

  await test.step('the reconnect brings the Zap back, with what was held', async () => {
    await reconnect(sandbox, pair)
    await expect.poll(csv).toEqual(['Lena First', 'Lena Held'])
    await expect(page.getByText('On', { exact: true })).toBeVisible()
  })

  await test.step('with a grace the old key goes on, and the page says until when', async () => {
    await to(keyPage)
    await page.getByRole('link', { name: 'Regenerate key' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Let the old key go on for 24 hours').check()
    await dialog.getByRole('button', { name: 'Yes, regenerate key' }).click()
    await expect(page.getByText('Your old key goes on until', { exact: false })).toBeVisible()
    await look(page, '34-api-key-grace')
    pair = { ...pair, key: await shownKey(page) }
    await bookOn(browser, { url: hourwire.url, slug: 'ana-martin', name: 'Lena Grace' })
    await expect.poll(csv).toContain('Lena Grace')
    await reconnect(sandbox, pair)
    await to(keyPage)
    await expect(page.getByText('Connected since', { exact: false })).toBeVisible()
  })

  await test.step('another Login ID breaks the connection as well, until both halves are right again', async () => {
    await to('/profile')
    await page.getByRole('link', { name: 'Change Login ID' }).click()
    const dialog = page.getByRole('dialog', { name: 'Change Login ID' })
    await expect(dialog.getByRole('list', { name: 'Zaps that stop' }).getByRole('listitem')).toHaveCount(1)
    await dialog.getByLabel('New Login ID').fill('ana.martin@example.com')
    await dialog.getByLabel('Your password').fill(anasPassword)
    await dialog.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByText('The Login ID is changed. 1 Zap waits', { exact: false })).toBeVisible()
    await to(zapsPage)
    await expect(page.getByText('Needs reconnect')).toBeVisible()
    pair = { ...pair, loginId: 'ana.martin@example.com' }
    await reconnect(sandbox, pair)
    await expect(page.getByText('On', { exact: true })).toBeVisible()
  })

  await test.step('a target that fails is named; the delivery is tried now, shown as it is sent, and arrives', async () => {
    await openZap(sandbox)
    await sandbox.getByLabel('Answer 500').check()
    await sandbox.getByRole('button', { name: 'Set the switch' }).click()
    await bookOn(browser, { url: hourwire.url, slug: 'ana-martin', name: 'Lena Late' })
    await expect(page.getByText('Failing')).toBeVisible()
    await look(page, '35-manage-zaps-failing')
    await page.getByRole('main').locator('a[href*="/manage-zaps/WHK-"]').first().click()
    await page.locator('summary').first().click()
    await expect(page.getByText('Will be tried again')).toBeVisible()
    await look(page, '36-zap-failing')
    await sandbox.reload()
    await sandbox.getByRole('button', { name: 'Answer normally' }).click()
    await expect(sandbox.getByText('The Zap answers normally again.')).toBeVisible()
    await page.getByRole('button', { name: 'Try now' }).click()
    await expect(page.getByText('The delivery is sent again.')).toBeVisible()
    await expect.poll(csv).toContain('Lena Late')
    await page.getByRole('link', { name: 'Show what is sent' }).first().click()
    await expect(page.getByRole('region', { name: 'Body' })).toContainText('"customer_name": "Lena Late"')
    await expect(page.getByText(`${hourwire.sandboxUrl}/…`, { exact: false })).toBeVisible()
    await look(page, '37-zap-request')
  })

  await test.step('paused, a Zap waits; a test event arrives', async () => {
    await page.getByRole('button', { name: 'Pause' }).click()
    await expect(page.getByText('The Zap is paused.', { exact: false })).toBeVisible()
    await bookOn(browser, { url: hourwire.url, slug: 'ana-martin', name: 'Lena Paused' })
    await expect(page.getByText('1 held until you go on')).toBeVisible()
    await page.getByRole('button', { name: 'Go on' }).click()
    await expect.poll(csv).toContain('Lena Paused')
    await page.getByRole('button', { name: 'Send test event' }).click()
    await expect.poll(csv).toContain('Lena Novak')
    await expect(page.getByText('Test event').first()).toBeVisible()
    await page.getByRole('button', { name: 'Show the signing secret' }).click()
    await expect(page.getByText(/^whsec_/)).toBeVisible()
    await look(page, '38-zap-test-event')
    await bookOn(browser, { url: hourwire.url, slug: 'ana-martin', name: 'Lena Meanwhile' })
    await expect(page.getByRole('list', { name: 'Deliveries' }).getByRole('listitem').first()).toContainText(
      'Booking scheduled',
    )
    await expect(page.getByText(/^whsec_/)).toBeVisible()
  })

  await test.step('Revoke ends the Zap, and the other side shows it off', async () => {
    await to(keyPage)
    await page.getByRole('link', { name: 'Revoke key' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Yes, revoke key' }).click()
    await expect(page.getByText('The API key was revoked. 1 Zap ended.')).toBeVisible()
    await sandbox.goto(hourwire.sandboxUrl)
    await expect(sandbox.getByText('Needs attention').first()).toBeVisible()
    await to(zapsPage)
    await expect(page.getByText('The API key was revoked')).toBeVisible()
    await to('/settings/other/mailbox')
    for (const subject of [
      'Zapier is connected to your account',
      'Your Zapier API key was replaced',
      'Your Zapier API key was revoked',
    ])
      await expect(page.getByRole('link', { name: subject }).first()).toBeVisible()
    await page.getByRole('link', { name: 'Your Zapier API key was replaced' }).first().click()
    await expect(page.locator('iframe[sandbox]')).toBeVisible()
    await look(page, '39-mail-key-replaced')
  })
  expect([...complaints, ...sandboxComplaints]).toEqual([])
})

test('the permission journey: two users, two pages, and who gets which booking', async ({
  page,
  context,
  browser,
}) => {
  test.setTimeout(120_000)
  const sandbox = await context.newPage()
  await setUp(page, hourwire.url)
  const bo = await (
    await browser.newContext({ viewport: page.viewportSize(), reducedMotion: 'reduce' })
  ).newPage()
  await invite(page, bo, hourwire.url)

  await test.step('each connects the own account and sends new bookings to a file', async () => {
    const anas = { key: await makeKey(page), loginId: 'ana@example.com' }
    const bos = { key: await makeKey(bo), loginId: 'bo@example.com' }
    await turnOn(sandbox, { name: 'Bookings for Ana', file: 'ana.csv', pair: anas })
    await turnOn(sandbox, { name: 'Bookings for Bo', file: 'bo.csv', pair: bos, another: true })
  })

  await test.step('by default a booking reaches the Zaps of its page’s owner only', async () => {
    await bookOn(browser, { url: hourwire.url, slug: 'ana-martin', name: 'Lena At Anas' })
    await bookOn(browser, { url: hourwire.url, slug: 'bo-ek', name: 'Lena At Bos' })
    await expect.poll(() => rowsOf('ana.csv')).toEqual(['Lena At Anas'])
    await expect.poll(() => rowsOf('bo.csv')).toEqual(['Lena At Bos'])
  })

  await test.step('with the permission an Administrator’s Zaps act on both pages, from the next booking on', async () => {
    await page.goto(`${hourwire.url}/profile#permissions`)
    await page.getByRole('checkbox', { name: 'Trigger Zaps from all Booking pages' }).check()
    await page.getByRole('region', { name: 'Permissions' }).getByRole('button', { name: 'Save' }).click()
    const dialog = page.getByRole('dialog', { name: 'Trigger Zaps from all Booking pages' })
    await expect(dialog.getByText('Bo Ek: 1 Zap')).toBeVisible()
    await dialog.getByRole('button', { name: 'Yes' }).click()
    await expect(page.getByText('Your Zaps act on all booking pages from now on.')).toBeVisible()
    await bookOn(browser, { url: hourwire.url, slug: 'bo-ek', name: 'Lena For Both' })
    await expect.poll(() => rowsOf('ana.csv')).toEqual(['Lena At Anas', 'Lena For Both'])
    await expect.poll(() => rowsOf('bo.csv')).toEqual(['Lena At Bos', 'Lena For Both'])
    await bookOn(browser, { url: hourwire.url, slug: 'ana-martin', name: 'Lena At Anas Again' })
    await expect.poll(() => rowsOf('ana.csv')).toContain('Lena At Anas Again')
    expect(rowsOf('bo.csv')).toEqual(['Lena At Bos', 'Lena For Both'])
  })
  await bo.context().close()
})

async function makeKey(page: Page): Promise<string> {
  await page.goto(hourwire.url + keyPage)
  await page.getByRole('button', { name: 'Generate API Key' }).click()
  return await shownKey(page)
}

async function shownKey(page: Page): Promise<string> {
  await expect(page.getByText(/hwz_/)).toBeVisible()
  return /hwz_\w+/.exec(await page.getByRole('main').innerText())?.[0] ?? ''
}

interface Pair {
  key: string
  loginId: string
}

async function fillPair(sandbox: Page, { key, loginId }: Pair): Promise<void> {
  await sandbox.getByLabel('API Key (required)').fill(key)
  await sandbox.getByLabel('Hourwire Login ID (required)').fill(loginId)
  await sandbox.getByRole('button', { name: 'Yes, Continue' }).click()
}

/** A Zap that writes the customer's name of each new booking into a file. */
async function turnOn(
  sandbox: Page,
  { name, file, pair, another = false }: { name: string; file: string; pair: Pair; another?: boolean },
): Promise<void> {
  if (another) {
    await sandbox.goto(`${hourwire.sandboxUrl}/connections/new`)
    await fillPair(sandbox, pair)
    await expect(sandbox.getByText('Connected:', { exact: false })).toBeVisible()
  }
  const link = new URLSearchParams({ name, trigger: 'booking_scheduled', action: 'csv' })
  link.append('file', file)
  link.append('map', 'Customer={{customer_name}}')
  await sandbox.goto(`${hourwire.sandboxUrl}/zaps/new?${link}`)
  if (another) await sandbox.getByLabel('Account').selectOption({ label: `Bo Ek (${pair.loginId})` })
  else {
    await sandbox.getByRole('button', { name: 'Connect an account' }).click()
    await fillPair(sandbox, pair)
  }
  await sandbox.getByRole('button', { name: 'Turn on Zap' }).click()
  await expect(sandbox.getByText('The Zap is on.', { exact: true })).toBeVisible()
}

async function openZap(sandbox: Page): Promise<void> {
  await sandbox.goto(hourwire.sandboxUrl)
  await sandbox.getByRole('link', { name: 'New bookings' }).click()
}

async function reconnect(sandbox: Page, pair: Pair): Promise<void> {
  await sandbox.goto(hourwire.sandboxUrl)
  await sandbox.getByRole('link', { name: 'Reconnect' }).first().click()
  await fillPair(sandbox, pair)
  await expect(sandbox.getByText('Connected:', { exact: false }).first()).toBeVisible()
}

/** What a Zap has written, without the head line; nothing where it has not written yet. */
function rowsOf(file: string): string[] {
  try {
    const text = readFileSync(path.join(hourwire.dataDir, 'sandbox/csv', file), 'utf8')
    return text.split('\r\n').slice(1, -1)
  } catch {
    return []
  }
}

import { expect, type Page, test } from '@playwright/test'
import { listenForComplaints, look } from './look.ts'
import { setUp } from './people.ts'
import { type RunningProgram, runHourwire } from './run-hourwire.ts'

let hourwire: RunningProgram

test.beforeAll(async () => {
  hourwire = await runHourwire()
})
test.afterAll(async () => {
  await hourwire.close()
})

async function createKey(page: Page): Promise<string> {
  await page.goto(`${hourwire.url}/settings/other/api`)
  await page.getByRole('link', { name: 'Create API key' }).click()
  const dialog = page.getByRole('dialog', { name: 'Create API key' })
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Invitations')
  await dialog.getByRole('button', { name: 'Create API key' }).click()
  const newKey = page.getByRole('region', { name: /Your new API key/ })
  return await newKey.getByRole('textbox', { name: 'API key:' }).innerText()
}

test('a one-time link fills the form in, books once, and says so kindly afterwards', async ({
  page,
  browser,
}) => {
  test.setTimeout(120_000)
  const complaints = listenForComplaints(page)
  await setUp(page, hourwire.url)
  const key = await createKey(page)
  const api = async (path: string, body?: object) => {
    const answer = await fetch(`${hourwire.url}/v2${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { 'api-key': key, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    expect(answer.status).toBe(200)
    return await answer.json()
  }
  const calendars = (await api('/booking-calendars')).data
  const calendar = calendars.find((one: { duration_minutes: number }) => one.duration_minutes === 30)
  const { url } = await api(`/booking-calendars/${calendar.id}/one-time-links`, {
    booking_form: { name: 'Lena Novak', email: 'lena@example.org' },
  })
  expect(url).toMatch(/\/\.[A-Z0-9]{12}$/)
  const address = hourwire.url + new URL(url).pathname
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: page.viewportSize() })
  const slow = await context.newPage()
  const firstTime = 'a[href*="/30-minute-meeting/20"]'

  await test.step('two people open it and pick a time; the form is filled in', async () => {
    for (const guest of [page, slow]) {
      await guest.goto(address)
      await expect(guest.getByRole('heading', { name: 'Pick a date and time' })).toBeVisible()
      await expect(guest.getByRole('link', { name: 'Change event type' })).toHaveCount(0)
    }
    await slow.locator(firstTime).nth(1).click()
    await expect(slow.getByLabel(/Your name/)).toHaveValue('Lena Novak')
    await page.getByRole('combobox', { name: 'Time zone' }).selectOption('Asia/Tokyo')
    await expect(page).toHaveURL(/zone=Asia(%2F|\/)Tokyo/)
    await page.locator(firstTime).first().click()
    await expect(page.getByLabel(/Your email/)).toHaveValue('lena@example.org')
  })

  await test.step('the first books', async () => {
    await page.getByRole('button', { name: 'Confirm booking' }).click()
    await expect(page.getByRole('heading', { name: 'Your booking is confirmed' })).toBeVisible()
  })

  await test.step('the other one, and whoever opens it later, is told that it was used; nothing more is booked', async () => {
    await slow.getByRole('button', { name: 'Confirm booking' }).click()
    await expect(slow.getByRole('heading', { name: 'This link was used already' })).toBeVisible()
    const later = await page.goto(address)
    expect(later?.status()).toBe(410)
    await expect(page.getByRole('heading', { name: 'This link was used already' })).toBeVisible()
    await look(page, '127-used-link')
    expect((await api('/bookings')).data).toHaveLength(1)
    expect((await page.goto(`${hourwire.url}/.AAAAAAAAAAAA`))?.status()).toBe(404)
    await expect(page.getByRole('heading', { name: 'This page does not exist' })).toBeVisible()
  })

  expect(complaints.filter((text) => !/status of 410/.test(text))).toEqual([])
  await context.close()
})

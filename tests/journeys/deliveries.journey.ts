import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, type Page, test } from '@playwright/test'
import { listenForComplaints, look } from './look.ts'
import { bookOn, invite, setUp } from './people.ts'
import { type RunningProgram, runHourwire } from './run-hourwire.ts'

let hourwire: RunningProgram
/** What the receiver answers at each path; 200 where nothing is said. */
const answers = new Map<string, number>()
/** What it was asked and answered. */
let received: { path: string; status: number }[] = []
const receiver = createServer((request, reply) => {
  request.resume().on('end', () => {
    const path = request.url ?? ''
    const status = answers.get(path) ?? 200
    received.push({ path, status })
    reply.writeHead(status).end(status === 200 ? 'thank you' : 'the receiver is out of order')
  })
})
let target = ''

test.beforeEach(async () => {
  answers.clear()
  received = []
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  target = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
  hourwire = await runHourwire({ ALLOW_PRIVATE_TARGETS: target, METRICS: '1' })
})
test.afterEach(async () => {
  await hourwire.close()
  receiver.closeAllConnections()
  await new Promise((resolve) => receiver.close(resolve))
})

test('an Administrator sees what became of everybody’s deliveries, finds a failure, and sends it again', async ({
  page,
  browser,
}) => {
  test.setTimeout(180_000)
  const complaints = listenForComplaints(page)
  const to = (path: string) => page.goto(hourwire.url + path)
  const deliveries = '/settings/other/deliveries'
  const bo = await (await browser.newContext({ viewport: page.viewportSize() })).newPage()
  const list = page.getByRole('list', { name: 'Deliveries, newest first' })
  const bosRow = list.getByRole('listitem').filter({ hasText: 'Bo Ek' }).first()
  await setUp(page, hourwire.url)

  await test.step('before anything was sent the page says what will appear', async () => {
    await to('/settings/other')
    await page.getByRole('link', { name: 'Open the deliveries' }).click()
    await expect(page.getByRole('heading', { name: 'Nothing was sent yet' })).toBeVisible()
    await look(page, '110-deliveries-empty')
    await page.getByRole('link', { name: 'Last 24 hours' }).click()
    await expect(page.getByText('Nothing was sent in the last 24 hours', { exact: false })).toBeVisible()
    await expect(page.getByRole('heading', { name: 'No Zap is on' })).toBeVisible()
  })

  await test.step('the Zaps of two users receive; one target is out of order, and it shows within seconds', async () => {
    await invite(page, bo, hourwire.url)
    answers.set('/bo', 500)
    await turnOn(page, { login: 'ana@example.com', path: '/ana' })
    await turnOn(bo, { login: 'bo@example.com', path: '/bo' })
    await bookOn(browser, { url: hourwire.url, slug: 'ana-martin', name: 'Lena Novak' })
    await bookOn(browser, { url: hourwire.url, slug: 'bo-ek', name: 'Max Weber' })
    await to(deliveries)
    await expect(bosRow).toContainText('Will be tried again')
    await expect(bosRow).toContainText('The target answered 500 (Internal Server Error).')
    await expect(list).toContainText('Ana Martin')
    await expect(list.getByText('Delivered', { exact: true })).toBeVisible()
    await look(page, '111-deliveries')
  })

  await test.step('it opens to every attempt and the answer; of the target no more is shown than its host', async () => {
    await bosRow.locator('summary').click()
    await expect(bosRow.getByText('the receiver is out of order').first()).toBeVisible()
    await expect(bosRow.getByRole('link', { name: /^BKNG-/ })).toBeVisible()
    expect(await page.content()).not.toContain(`${target}/bo`)
    await look(page, '112-delivery-open')
  })

  await test.step('the filter stands in the address, by user, state and failures', async () => {
    await page.getByText('Filter', { exact: true }).click()
    await page.getByLabel('User').selectOption({ label: 'Ana Martin' })
    await page.getByRole('button', { name: 'Show' }).click()
    await expect(page).toHaveURL(/user=USR-/)
    await expect(list.getByRole('listitem').filter({ hasText: 'Bo Ek' })).toHaveCount(0)
    await look(page, '113-deliveries-filter')
    await page.getByLabel('Failed only', { exact: false }).check()
    await page.getByRole('button', { name: 'Show' }).click()
    await expect(page.getByRole('heading', { name: 'Nothing fits this filter' })).toBeVisible()
    await page.getByRole('link', { name: 'Clear the filter' }).click()
    await expect(bosRow).toBeVisible()
  })

  await test.step('the last 24 hours in pictures, with the numbers behind them, and how each Zap does', async () => {
    await page.getByRole('link', { name: 'Last 24 hours' }).click()
    await expect(page.getByRole('img', { name: /^Attempts per hour\. \d+ attempts in all/ })).toBeVisible()
    await expect(page.getByRole('img', { name: /^Time an attempt takes\./ })).toBeVisible()
    await expect(page.getByRole('img', { name: /^Failed attempts per hour\. \d+ failed/ })).toBeVisible()
    const health = page.getByRole('table', { name: 'How each Zap does' })
    const bosZap = health.getByRole('row').filter({ hasText: 'Bo Ek' })
    await expect(bosZap).toContainText('Failing')
    await expect(bosZap).toContainText('0 %')
    await expect(health.getByRole('row').filter({ hasText: 'Ana Martin' })).toContainText('100 %')
    await page.getByText('Show the numbers').click()
    await expect(page.getByRole('table', { name: 'Attempts by hour' }).getByRole('row')).toHaveCount(25)
    await look(page, '114-deliveries-last-day')
    await bosZap.getByRole('link', { name: 'Booking Scheduled' }).click()
    await expect(page).toHaveURL(/zap=WHK-/)
    await expect(list.getByRole('listitem').filter({ hasText: 'Ana Martin' })).toHaveCount(0)
  })

  await test.step('once the target is mended, one press sends it again, also without scripts', async () => {
    const context = await browser.newContext({
      javaScriptEnabled: false,
      storageState: await page.context().storageState(),
    })
    const plain = await context.newPage()
    await plain.goto(`${hourwire.url}${deliveries}?failed=1`)
    const row = plain.getByRole('listitem').filter({ hasText: 'Bo Ek' }).first()
    await row.locator('summary').click()
    // Mended only now: before, the next attempt would come by itself and leave nothing to press for.
    answers.clear()
    await row.getByRole('button', { name: 'Try now' }).click()
    await expect(plain.getByText('The delivery is sent again.')).toBeVisible()
    await expect(plain).toHaveURL(/failed=1/)
    await to(deliveries)
    await expect(bosRow).toContainText('Delivered')
    await context.close()
  })

  await test.step('a Member is told of no such page', async () => {
    for (const path of [deliveries, `${deliveries}/last-day`]) {
      const answer = await bo.goto(hourwire.url + path)
      expect(answer?.status()).toBe(404)
      await expect(bo.getByText('Ana Martin')).toHaveCount(0)
    }
    await bo.goto(`${hourwire.url}/settings/other`)
    await expect(bo.getByRole('link', { name: 'Zapier', exact: true })).toBeVisible()
    await expect(bo.getByRole('link', { name: 'Deliveries' })).toHaveCount(0)
  })

  await test.step('the operator’s numbers say the same, and name nobody', async () => {
    const answer = await page.request.get(`${hourwire.url}/metrics`)
    expect(answer.headers()['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
    const text = await answer.text()
    const value = (series: string) =>
      Number(
        text
          .split('\n')
          .find((line) => line.startsWith(`${series} `))
          ?.split(' ')
          .at(-1),
      )
    expect(value('hourwire_bookings_total{outcome="booked"}')).toBe(2)
    expect(value('hourwire_deliveries_planned_total')).toBe(2)
    const answered = (status: number) => received.filter((answer) => answer.status === status).length
    expect(value('hourwire_attempts_total{kind="delivery",result="delivered",outcome="answered-2xx"}')).toBe(
      answered(200),
    )
    expect(value('hourwire_attempts_total{kind="delivery",result="failed",outcome="answered-5xx"}')).toBe(
      answered(500),
    )
    expect(value('hourwire_http_answers_total{door="pages",status="404"}')).toBeGreaterThanOrEqual(2)
    expect(value('hourwire_outbox_events')).toBe(0)
    expect(text).not.toMatch(/example\.com|127\.0\.0\.1|hwz_|Ana|Lena/)
    const ready = await page.request.get(`${hourwire.url}/ready`)
    expect(await ready.json()).toEqual({
      ready: true,
      checks: { database: 'ok', migrations: 'ok', outbox: 'ok', timeZones: 'ok', disk: 'ok' },
    })
  })

  expect(complaints).toEqual([])
  await bo.context().close()
})

/** A Zap of the signed-in user that sends to a path of the receiver, turned on as Zapier does. */
async function turnOn(page: Page, { login, path }: { login: string; path: string }): Promise<void> {
  await page.goto(`${hourwire.url}/settings/other/zapier/api-key`)
  await page.getByRole('button', { name: 'Generate API Key' }).click()
  await expect(page.getByText(/hwz_/)).toBeVisible()
  const key = /hwz_\w+/.exec(await page.getByRole('main').innerText())?.[0] ?? ''
  const turnedOn = await page.request.post(`${hourwire.url}/zapier/v1/subscriptions`, {
    headers: { authorization: `Bearer ${key}`, 'x-hourwire-login-id': login },
    data: { trigger: 'booking_scheduled', target_url: target + path },
  })
  expect(turnedOn.status()).toBe(201)
}

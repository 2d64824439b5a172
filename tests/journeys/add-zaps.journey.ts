import { expect, type Page, test } from '@playwright/test'
import { listenForComplaints, look } from './look.ts'
import { type RunningProgram, runHourwire } from './run-hourwire.ts'

let hourwire: RunningProgram

test.beforeAll(async () => {
  hourwire = await runHourwire({ ZAPIER_APP: 'App12345@1.1.0' })
})
test.afterAll(async () => {
  await hourwire.close()
})

const tab = '/settings/other/zapier/add-zaps'
const tiles = (page: Page) => page.getByRole('region', { name: 'Pick your app' }).getByRole('listitem')
const tile = (page: Page, name: string) => tiles(page).getByRole('link', { name, exact: true })
const chips = (page: Page) => page.getByRole('list', { name: 'Chosen apps' }).getByRole('listitem')
const section = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

test('from an app to a Zap: search, choose, read what it sends, add it, try it in the sandbox', async ({
  page,
  context,
}) => {
  test.setTimeout(120_000)
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const complaints = listenForComplaints(page)
  await setUp(page)

  await test.step('the popular Zaps come first', async () => {
    await page.goto(hourwire.url + tab)
    await expect(page.getByRole('heading', { name: 'Pick your app' })).toBeVisible()
    await expect(tile(page, 'Popular Zaps')).toHaveAttribute('aria-current', 'true')
    await expect(section(page, 'Popular Zaps').getByText('Add Zap')).toHaveCount(12)
    await look(page, '08-add-zaps')
  })

  await test.step('searching while typing, and an answer to what is not there', async () => {
    const search = page.getByRole('searchbox', { name: 'Search for an app' })
    await search.fill('fax')
    await expect(page.getByText('No app here is called “fax”', { exact: false })).toBeVisible()
    await look(page, '90-add-zaps-nothing-found')
    await search.fill('calendar')
    await expect(tiles(page)).toHaveText([/Google Calendar$/])
    await search.fill('')
    await page.getByLabel('Sort by:').selectOption('A to Z')
    await expect(tiles(page).nth(1)).toHaveText(/ActiveCampaign$/)
  })

  await test.step('two apps make two sections; the popular Zaps step back; chips take apps away', async () => {
    await tile(page, 'Slack').click()
    await expect(tile(page, 'Popular Zaps')).not.toHaveAttribute('aria-current')
    await tile(page, 'Google Sheets').click()
    await expect(section(page, 'Slack')).toBeVisible()
    await expect(section(page, 'Google Sheets')).toBeVisible()
    await expect(page.getByText('Popular Zaps', { exact: true })).toHaveCount(1)
    await expect(chips(page)).toHaveText(['Slack ×', 'Google Sheets ×'])
    await page.getByText('What it sends: Keep a row in Google Sheets for every new booking').click()
    await expect(section(page, 'Google Sheets').getByText('Customer - Email').first()).toBeVisible()
    await page.evaluate(() => scrollTo(0, 0))
    await look(page, '91-add-zaps-apps')

    await page.getByRole('link', { name: 'Remove Slack' }).click()
    await expect(section(page, 'Slack')).toHaveCount(0)
    await expect(page.getByRole('heading', { name: 'Pick your app' })).toBeFocused()
    await tile(page, 'Slack').press('Enter')
    await expect(chips(page)).toHaveCount(2)
    await page.getByRole('link', { name: 'Clear all' }).click()
    await expect(tile(page, 'Popular Zaps')).toHaveAttribute('aria-current', 'true')
    await expect(chips(page)).toHaveCount(0)
  })

  await test.step('Add Zap opens Zapier with our trigger, and here the steps with what to copy; Escape and Close lead back to the choice', async () => {
    const filledIn = `https://zapier.com/webintent/create-zap?${new URLSearchParams({
      'steps[0][app]': 'App12345CLIAPI@1.1.0',
      'steps[0][type]': 'read',
      'steps[0][action]': 'booking_lifecycle',
    })}`
    // Zapier itself is not asked.
    await context.route('https://zapier.com/**', (route) => route.fulfill({ body: 'The editor' }))
    const zapier = context.waitForEvent('page')
    await tile(page, 'Discord').click()
    await page.getByRole('link', { name: /^Add Zap: Post changes of bookings in a Discord/ }).click()
    const panel = page.getByRole('dialog', { name: 'Add Zap' })
    expect((await zapier).url()).toBe(filledIn)
    await (await zapier).close()
    await expect(panel.getByText('Booking Lifecycle Event')).toBeVisible()
    await expect(panel.getByText('(Text) Does not exactly match')).toBeVisible()
    await expect(panel.getByRole('link', { name: /^Open Zapier’s editor/ })).toHaveAttribute('href', filledIn)
    await panel.getByRole('button', { name: 'Copy for Message Text' }).click()
    await expect(panel.getByRole('button', { name: 'Copied for Message Text' })).toBeVisible()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(
      '{{Booking - Status}}: {{Booking - Subject}} with {{Customer - Name}}',
    )
    await panel.evaluate((shown) => {
      shown.scrollTo(0, 0)
      scrollTo(0, 0)
    })
    await look(page, '92-add-zap')
    await page.keyboard.press('Escape')
    await expect(panel).toHaveCount(0)
    await page.goBack()
    await expect(panel).toBeVisible()
    await panel.getByRole('link', { name: 'Close' }).click()
    await expect(panel).toHaveCount(0)
    await expect(chips(page)).toHaveText(['Discord ×'])
  })

  await test.step('the sandbox opens with the same Zap filled in', async () => {
    const opened = context.waitForEvent('page')
    await page.getByRole('link', { name: /^Try it in the sandbox: Post changes of bookings/ }).click()
    const sandbox = await opened
    await expect(sandbox.getByLabel('Zap name')).toHaveValue(
      'Post changes of bookings in a Discord channel, but not that they are over',
    )
    await expect(sandbox.getByText('Booking Lifecycle Event').first()).toBeVisible()
    await expect(sandbox.getByText('left out', { exact: false })).toHaveCount(0)
    await look(sandbox, '93-sandbox-filled')
  })
  expect(complaints).toEqual([])
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })
  test('everything on the tab works by links and one form', async ({ page }) => {
    await setUp(page)
    await page.goto(hourwire.url + tab)
    await page.getByRole('searchbox', { name: 'Search for an app' }).fill('slack')
    await page.getByLabel('Sort by:').selectOption('A to Z')
    await page.getByRole('button', { name: 'Search', exact: true }).click()
    await expect(tiles(page)).toHaveText([/Slack$/])
    // The menu that stands in for the one with scripts must not make a phone's page wider.
    const sideways = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    expect(await sideways()).toBeLessThanOrEqual(0)
    await tile(page, 'Slack').click()
    await page.getByText('What it sends: Tell a Slack channel when a booking is canceled').click()
    await expect(section(page, 'Slack').getByText('Cancel/reschedule - Reason').first()).toBeVisible()
    await page
      .getByRole('link', { name: 'The steps in Zapier: Tell a Slack channel when a booking is canceled' })
      .click()
    const panel = page.getByRole('dialog', { name: 'Add Zap' })
    await expect(panel.getByText('Booking Canceled', { exact: true })).toBeVisible()
    await panel.getByRole('link', { name: 'Close' }).click()
    await expect(panel).toHaveCount(0)
    await expect(page).toHaveURL(`${hourwire.url}${tab}?app=slack&q=slack&sort=name`)
  })
})

async function setUp(page: Page): Promise<void> {
  await page.goto(`${hourwire.url}/set-up`)
  if (page.url().endsWith('/set-up')) {
    await page.getByRole('textbox', { name: 'Name' }).fill('Ana Martin')
    await page.getByRole('textbox', { name: 'Email address' }).fill('ana@example.com')
    await page.getByLabel('Password', { exact: true }).fill('tuesday lantern 26')
    // Without scripts the page cannot know the zone, and asks with a plain list.
    const zone = page.locator('select').and(page.getByLabel('Time zone'))
    if (await zone.isVisible()) await zone.selectOption('Europe/Berlin')
    await page.getByRole('button', { name: 'Create account' }).click()
  } else {
    await page.goto(`${hourwire.url}/sign-in`)
    await page.getByRole('textbox', { name: 'Login ID' }).fill('ana@example.com')
    await page.getByLabel('Password', { exact: true }).fill('tuesday lantern 26')
    await page.getByRole('button', { name: 'Sign in' }).click()
  }
  await expect(page.getByRole('heading', { name: 'Activity' })).toBeVisible()
}

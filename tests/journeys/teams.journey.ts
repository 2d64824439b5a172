import { expect, test } from '@playwright/test'
import { listenForComplaints, look } from './look.ts'
import { anasPassword, invite, setUp } from './people.ts'
import { type RunningProgram, runHourwire } from './run-hourwire.ts'

let hourwire: RunningProgram

test.beforeAll(async () => {
  hourwire = await runHourwire()
})
test.afterAll(async () => {
  await hourwire.close()
})

test('teams are added, filled, renamed and deleted, with and without scripts', async ({ page, browser }) => {
  test.setTimeout(180_000)
  const complaints = listenForComplaints(page)
  const { url } = hourwire
  const bo = await (await browser.newContext()).newPage()

  await test.step('an empty list says what to do; a name is asked for', async () => {
    await setUp(page, url)
    await invite(page, bo, url)
    await page.goto(`${url}/users`)
    await page.getByRole('link', { name: 'Teams', exact: true }).click()
    await expect(page.getByRole('heading', { name: 'No teams yet' })).toBeVisible()
    await look(page, '92-no-teams')
    await page.getByRole('link', { name: 'Add Team' }).click()
    const dialog = page.getByRole('dialog', { name: 'Add Team' })
    await dialog.getByRole('button', { name: 'Create team' }).click()
    await expect(dialog.getByText('Enter a name.')).toBeVisible()
    await expect(dialog.getByRole('textbox', { name: 'Name' })).toBeFocused()
    await look(page, '93-add-team-refused')
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Sales')
    await dialog.getByRole('button', { name: 'Create team' }).click()
    await expect(page.getByText('The team is there.', { exact: false })).toBeVisible()
  })

  await test.step('members are chosen, and stand in the list', async () => {
    await page.getByRole('checkbox', { name: 'Bo Ek' }).check()
    await page.getByRole('textbox', { name: 'Name' }).fill('Sales EU')
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByText('Saved.')).toBeVisible()
    await expect(page.getByRole('heading', { name: 'Sales EU' })).toBeVisible()
    await look(page, '94-team')
    await page.goto(`${url}/users/teams`)
    await expect(page.getByRole('listitem').filter({ hasText: 'Sales EU' })).toContainText('Bo Ek')
    await look(page, '95-teams')
  })

  await test.step('without scripts as well; a name that is taken is refused', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false, viewport: page.viewportSize() })
    const plain = await context.newPage()
    await plain.goto(`${url}/sign-in`)
    await plain.getByLabel('Login ID').fill('ana@example.com')
    await plain.getByLabel('Password', { exact: true }).fill(anasPassword)
    await plain.getByRole('button', { name: 'Sign in' }).click()
    await plain.goto(`${url}/users/teams`)
    await plain.getByRole('link', { name: 'Add Team' }).click()
    await plain.getByRole('textbox', { name: 'Name' }).fill('sales eu')
    await plain.getByRole('button', { name: 'Create team' }).click()
    await expect(plain.getByText('Another team is called so.', { exact: false })).toBeVisible()
    await plain.getByRole('textbox', { name: 'Name' }).fill('Support')
    await plain.getByRole('button', { name: 'Create team' }).click()
    await plain.getByRole('checkbox', { name: 'Ana Martin' }).check()
    await plain.getByRole('button', { name: 'Save' }).click()
    await expect(plain.getByRole('checkbox', { name: 'Ana Martin' })).toBeChecked()
    await plain.getByRole('link', { name: 'Delete team' }).click()
    await plain.getByRole('button', { name: 'Yes, delete' }).click()
    await expect(plain.getByText('The team Support was deleted.')).toBeVisible()
    await context.close()
  })

  await test.step('Cancel deletes nothing; to a Member teams do not exist', async () => {
    await page.getByRole('link', { name: 'Sales EU' }).click()
    await page.getByRole('link', { name: 'Delete team' }).click()
    const dialog = page.getByRole('dialog', { name: 'Delete the team Sales EU?' })
    await expect(dialog.getByText('Its member stays a user', { exact: false })).toBeVisible()
    await look(page, '96-delete-team')
    await dialog.getByRole('link', { name: 'Cancel' }).click()
    await expect(dialog).toHaveCount(0)
    await expect(page.getByRole('checkbox', { name: 'Bo Ek' })).toBeChecked()
    await page.getByRole('link', { name: 'Delete team' }).click()
    await dialog.getByRole('button', { name: 'Yes, delete' }).click()
    await expect(page.getByText('The team Sales EU was deleted.')).toBeVisible()
    await expect(page.getByRole('heading', { name: 'No teams yet' })).toBeVisible()
    expect((await bo.goto(`${url}/users/teams`))?.status()).toBe(404)
  })

  expect(complaints).toEqual([])
  await bo.context().close()
})

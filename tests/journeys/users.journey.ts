import { type Browser, expect, type Page, test } from '@playwright/test'
import { listenForComplaints, look } from './look.ts'
import { type RunningProgram, runHourwire } from './run-hourwire.ts'

let hourwire: RunningProgram

test.beforeAll(async () => {
  hourwire = await runHourwire()
})
test.afterAll(async () => {
  await hourwire.close()
})

const anasPassword = 'tuesday lantern 26'
const bosPassword = 'thursday lantern 27'
const bosNewPassword = 'saturday harbour 31'

/** Another person at another desk. */
async function anotherPerson(browser: Browser, page: Page) {
  const context = await browser.newContext({
    locale: 'en-GB',
    timezoneId: 'America/New_York',
    viewport: page.viewportSize(),
    reducedMotion: 'reduce',
  })
  const other = await context.newPage()
  return { other, complaints: listenForComplaints(other) }
}

/** The link in the newest mail of this subject, as it stands in its text. */
async function linkInMail(page: Page, subject: string): Promise<string> {
  await page.goto(`${hourwire.url}/settings/other/mailbox`)
  await page.getByRole('link', { name: subject }).first().click()
  await page.getByRole('link', { name: 'Text', exact: true }).click()
  const text = await page.locator('pre').innerText()
  const link = /https?:\/\/\S+\/(?:invitation|reset-password)\/[\w-]+/.exec(text)?.[0]
  if (!link) throw new Error(`No link in: ${text}`)
  return link
}

async function signIn(page: Page, loginId: string, password: string): Promise<void> {
  await page.goto(`${hourwire.url}/sign-in`)
  await page.getByLabel('Login ID').fill(loginId)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

test('a user is invited, keeps to their own things, changes Login ID, and leaves', async ({
  page,
  browser,
}) => {
  test.setTimeout(240_000)
  const complaints = listenForComplaints(page)
  const to = (path: string) => page.goto(hourwire.url + path)
  const { other: bo, complaints: bosComplaints } = await anotherPerson(browser, page)
  let invitation = ''
  let bosKey = ''

  await test.step('the Administrator invites a user; an address that is taken is refused', async () => {
    await to('/set-up')
    await page.getByRole('textbox', { name: 'Name' }).fill('Ana Martin')
    await page.getByRole('textbox', { name: 'Email address' }).fill('ana@example.com')
    await page.getByLabel('Password', { exact: true }).fill(anasPassword)
    await page.getByRole('button', { name: 'Create account' }).click()
    await expect(page.getByRole('heading', { name: 'Activity' })).toBeVisible()
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByRole('menuitem', { name: 'Users' }).click()
    await expect(page.getByRole('heading', { name: 'Users' })).toBeVisible()
    await page.getByRole('link', { name: 'Add User' }).click()
    const dialog = page.getByRole('dialog', { name: 'Add User' })
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Bo Ek')
    await dialog.getByRole('textbox', { name: 'Email address' }).fill('ANA@example.com')
    await dialog.getByRole('button', { name: 'Create user and send invitation' }).click()
    await expect(dialog.getByText('A user with this address exists already.', { exact: false })).toBeVisible()
    await look(page, '80-add-user-refused')
    await dialog.getByRole('textbox', { name: 'Email address' }).fill('bo@example.com')
    await dialog.getByRole('button', { name: 'Create user and send invitation' }).click()
    await expect(dialog).toHaveCount(0)
    await expect(page.getByText('Bo Ek is invited', { exact: false })).toBeVisible()
    await expect(page.getByText('Invited (pending)')).toBeVisible()
    await look(page, '81-users')
  })

  await test.step('sent again, the first link works no more; the mail is in the mailbox', async () => {
    const first = await linkInMail(page, 'Ana Martin invites you to Hourwire')
    await to('/users')
    await page.getByRole('button', { name: 'Actions for Bo Ek' }).click()
    await look(page, '82-users-menu')
    await page.getByRole('menuitem', { name: 'Resend invitation' }).click()
    await expect(page.getByText('Bo Ek is invited', { exact: false })).toBeVisible()
    await expect
      .poll(async () => {
        invitation = await linkInMail(page, 'Ana Martin invites you to Hourwire')
        return invitation === first
      })
      .toBe(false)
    await bo.goto(first)
    await expect(bo.getByRole('heading', { name: 'This invitation works no more' })).toBeVisible()
    await look(bo, '83-invitation-ended')
  })

  await test.step('the user accepts with a password and a time zone, and is signed in', async () => {
    await bo.goto(invitation)
    await expect(bo.getByRole('heading', { name: 'Welcome, Bo Ek' })).toBeVisible()
    await bo.getByLabel('Password', { exact: true }).fill('bo@example.com')
    await bo.getByRole('button', { name: 'Accept and sign in' }).click()
    await expect(bo.getByText('Use a password that is not your e-mail address.')).toBeVisible()
    await look(bo, '84-invitation-refused')
    await bo.getByLabel('Password', { exact: true }).fill(bosPassword)
    await bo.getByRole('button', { name: 'Accept and sign in' }).click()
    await expect(bo.getByRole('heading', { name: 'Activity' })).toBeVisible()
    await bo.goto(invitation)
    await expect(bo.getByRole('heading', { name: 'This invitation works no more' })).toBeVisible()
  })

  await test.step('a Member sees only the own things', async () => {
    await bo.goto(`${hourwire.url}/booking-pages`)
    await expect(bo.getByText(`${hourwire.url}/bo-ek`)).toBeVisible()
    await expect(bo.getByText('America/New York', { exact: false })).toBeVisible()
    await expect(bo.getByText('Ana Martin')).toHaveCount(0)
    await bo.getByRole('button', { name: 'Settings' }).click()
    await expect(bo.getByRole('menuitem', { name: 'Other settings' })).toBeVisible()
    await expect(bo.getByRole('menuitem', { name: 'Users' })).toHaveCount(0)
    await bo.getByRole('menuitem', { name: 'My profile' }).click()
    await expect(bo.getByRole('heading', { name: 'My profile' })).toBeVisible()
    await expect(bo.getByRole('heading', { name: 'Permissions' })).toHaveCount(0)
    await expect(bo.getByRole('link', { name: 'Change role' })).toHaveCount(0)
    await look(bo, '85-profile-member')
    await to('/users')
    const anotherProfile = await page.getByRole('link', { name: 'Bo Ek' }).getAttribute('href')
    for (const path of ['/users', anotherProfile ?? '', '/settings/other/mailbox']) {
      const answer = await bo.goto(hourwire.url + path)
      expect([path, answer?.status()]).toEqual([path, 404])
    }
    await look(bo, '86-users-as-member')
  })

  await test.step('the own password: the current one is asked for', async () => {
    await bo.goto(`${hourwire.url}/profile`)
    await bo.getByLabel('Current password').fill('not the password')
    await bo.getByLabel('New password').fill(bosNewPassword)
    await bo.getByRole('button', { name: 'Change password' }).click()
    await expect(bo.getByText('This is not your password.')).toBeVisible()
    await bo.getByLabel('Current password').fill(bosPassword)
    await bo.getByLabel('New password').fill(bosNewPassword)
    await bo.getByRole('button', { name: 'Change password' }).click()
    await expect(bo.getByText('Your password is changed.', { exact: false })).toBeVisible()
    await bo.getByRole('button', { name: 'Your account, Bo Ek' }).click()
    await bo.getByRole('menuitem', { name: 'Sign out' }).click()
    await expect(bo).toHaveURL(/\/sign-in$/)
    await signIn(bo, 'bo@example.com', bosPassword)
    await expect(bo.getByText('Login ID or password is wrong.')).toBeVisible()
  })

  await test.step('a forgotten password: the same answer for everybody, a link by mail, used once', async () => {
    await bo.getByRole('link', { name: 'Forgot your password?' }).click()
    for (const loginId of ['nobody@example.com', 'bo@example.com']) {
      await bo.goto(`${hourwire.url}/reset-password`)
      await bo.getByLabel('Login ID').fill(loginId)
      await bo.getByRole('button', { name: 'Send the link' }).click()
      await expect(bo.getByRole('heading', { name: 'Look into your mail' })).toBeVisible()
      await expect(bo.getByText(`If ${loginId} is somebody’s Login ID here`, { exact: false })).toBeVisible()
    }
    await look(bo, '87-forgot-password')
    await expect(async () => {
      await to('/settings/other/mailbox')
      await expect(page.getByRole('link', { name: 'Set a new password' })).toHaveCount(1, { timeout: 500 })
    }).toPass()
    const link = await linkInMail(page, 'Set a new password')
    await bo.goto(link)
    await look(bo, '88-new-password')
    await bo.getByLabel('New password').fill('sunday harbour 32')
    await bo.getByRole('button', { name: 'Set password' }).click()
    await expect(bo.getByText('Your new password is set. Sign in with it.')).toBeVisible()
    await look(bo, '89-sign-in-after-reset')
    await bo.goto(link)
    await expect(bo.getByRole('heading', { name: 'This link works no more' })).toBeVisible()
    await signIn(bo, 'bo@example.com', 'sunday harbour 32')
    await expect(bo.getByRole('heading', { name: 'Activity' })).toBeVisible()
  })

  await test.step('the Login ID changes: the dialog lists the Zap it stops, and asks for the password', async () => {
    await bo.goto(`${hourwire.url}/settings/other/zapier/api-key`)
    await bo.getByRole('button', { name: 'Generate API Key' }).click()
    await expect(bo.getByText(/hwz_/)).toBeVisible()
    bosKey = /hwz_\w+/.exec(await bo.getByRole('main').innerText())?.[0] ?? ''
    const connected = await page.request.post(`${hourwire.url}/zapier/v1/subscriptions`, {
      headers: { authorization: `Bearer ${bosKey}`, 'x-hourwire-login-id': 'bo@example.com' },
      data: { trigger: 'booking_scheduled', target_url: `${hourwire.sandboxUrl}/hooks/users-journey` },
    })
    expect(connected.status()).toBe(201)
    await bo.goto(`${hourwire.url}/profile`)
    await bo.getByRole('link', { name: 'Change Login ID' }).click()
    const dialog = bo.getByRole('dialog', { name: 'Change Login ID' })
    await expect(dialog.getByRole('list', { name: 'Zaps that stop' }).getByRole('listitem')).toHaveCount(1)
    await dialog.getByLabel('New Login ID').fill('bo.ek@example.com')
    await dialog.getByLabel('Your password').fill('not the password')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await expect(dialog.getByText('This is not your password.')).toBeVisible()
    await look(bo, '90-change-login-id')
    await dialog.getByLabel('Your password').fill('sunday harbour 32')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await expect(bo.getByText('The Login ID is changed. 1 Zap waits', { exact: false })).toBeVisible()
    await expect(bo.getByText('bo.ek@example.com').first()).toBeVisible()
    const refused = await page.request.get(`${hourwire.url}/zapier/v1/me`, {
      headers: { authorization: `Bearer ${bosKey}`, 'x-hourwire-login-id': 'bo@example.com' },
    })
    expect(refused.status()).toBe(401)
    await bo.goto(`${hourwire.url}/settings/other/zapier/manage-zaps`)
    await expect(bo.getByText('Needs reconnect').first()).toBeVisible()
    await to('/settings/other/mailbox')
    await expect(page.getByText('To Bo Ek <bo@example.com>').first()).toBeVisible()
    await expect(page.getByText('To Bo Ek <bo.ek@example.com>').first()).toBeVisible()
  })

  await test.step('the permission needs a key, warns of what acts twice, and counts at once', async () => {
    await to('/profile#permissions')
    const box = page.getByRole('checkbox', { name: 'Trigger Zaps from all Booking pages' })
    await expect(box).toBeDisabled()
    await expect(page.getByText('Needs a Zapier API key', { exact: false })).toBeVisible()
    await look(page, '91-profile-administrator')
    await page.getByRole('link', { name: 'Generate an API key' }).click()
    await page.getByRole('button', { name: 'Generate API Key' }).click()
    await expect(page.getByText(/hwz_/)).toBeVisible()
    await to('/profile')
    await box.check()
    await page.getByRole('region', { name: 'Permissions' }).getByRole('button', { name: 'Save' }).click()
    const dialog = page.getByRole('dialog', { name: 'Trigger Zaps from all Booking pages' })
    await expect(dialog.getByText('Bo Ek: 1 Zap')).toBeVisible()
    await look(page, '92-all-pages')
    await dialog.getByRole('button', { name: 'Yes' }).click()
    await expect(page.getByText('Your Zaps act on all booking pages from now on.')).toBeVisible()
    await expect(box).toBeChecked()
    await to('/settings/other/zapier/api-key')
    await expect(page.getByText('every booking page of your account', { exact: false })).toBeVisible()
    await to('/users')
    await page.getByRole('link', { name: 'Bo Ek' }).click()
    await expect(page.getByText('Bo Ek is a Member.', { exact: false })).toBeVisible()
    await look(page, '93-user')
  })

  await test.step('the user is made an Administrator; the last one who can sign in has to stay', async () => {
    await page.getByRole('link', { name: 'Change role' }).click()
    const dialog = page.getByRole('dialog', { name: 'Change role' })
    await dialog.getByRole('radio', { name: 'Administrator' }).check()
    await look(page, '94-change-role')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByText('The role is changed.')).toBeVisible()
    await bo.goto(`${hourwire.url}/users`)
    await expect(bo.getByRole('link', { name: 'Ana Martin' })).toBeVisible()
    await page.getByRole('link', { name: 'Change role' }).click()
    await dialog.getByRole('radio', { name: 'Member' }).check()
    await dialog.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByText('The role is changed.')).toBeVisible()
    await to('/profile?do=role')
    await expect(page.getByText('No other Administrator has signed in yet', { exact: false })).toBeVisible()
  })

  await test.step('the user is deleted: pages go to an Administrator, the Zap ends, the session too', async () => {
    await to('/users')
    await page.getByRole('button', { name: 'Actions for Bo Ek' }).click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    const dialog = page.getByRole('dialog', { name: 'Delete Bo Ek?' })
    await expect(dialog.getByRole('list', { name: 'Booking pages' })).toContainText('Bo Ek')
    await expect(dialog.getByRole('list', { name: 'Zaps that end' }).getByRole('listitem')).toHaveCount(1)
    await expect(dialog.getByLabel('Who takes them over')).toContainText('Ana Martin (ana@example.com)')
    await look(page, '95-delete-user')
    await dialog.getByRole('button', { name: 'Yes, delete' }).click()
    await expect(page.getByText('Bo Ek was deleted.')).toBeVisible()
    await expect(page.getByRole('link', { name: 'Bo Ek' })).toHaveCount(0)
    await to('/booking-pages')
    await expect(page.getByText(`${hourwire.url}/bo-ek`)).toBeVisible()
    await expect(page.getByText('Owned by you')).toHaveCount(2)
    await bo.goto(`${hourwire.url}/profile`)
    await expect(bo).toHaveURL(/\/sign-in/)
    await signIn(bo, 'bo.ek@example.com', 'sunday harbour 32')
    await expect(bo.getByText('Login ID or password is wrong.')).toBeVisible()
    const refused = await page.request.get(`${hourwire.url}/zapier/v1/me`, {
      headers: { authorization: `Bearer ${bosKey}`, 'x-hourwire-login-id': 'bo.ek@example.com' },
    })
    expect(refused.status()).toBe(401)
    await to('/settings/other/mailbox')
    await expect(page.getByRole('link', { name: 'Your user was deleted' })).toBeVisible()
    await expect(page.getByRole('link', { name: 'Bo Ek was deleted' })).toBeVisible()
  })

  await test.step('without scripts: add, look, delete', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false, viewport: page.viewportSize() })
    const plain = await context.newPage()
    await signIn(plain, 'ana@example.com', anasPassword)
    await plain.goto(`${hourwire.url}/users`)
    await plain.getByRole('link', { name: 'Add User' }).click()
    await plain.getByRole('textbox', { name: 'Name', exact: true }).fill('Cleo Day')
    await plain.getByRole('textbox', { name: 'Email address' }).fill('cleo@example.com')
    await plain.getByRole('button', { name: 'Create user and send invitation' }).click()
    await expect(plain.getByText('Cleo Day is invited', { exact: false })).toBeVisible()
    await plain.getByRole('link', { name: 'Cleo Day' }).click()
    await plain.getByRole('link', { name: 'Delete this user' }).click()
    await plain.getByRole('button', { name: 'Yes, delete' }).click()
    await expect(plain.getByText('Cleo Day was deleted.')).toBeVisible()
    await context.close()
  })

  expect([...complaints, ...bosComplaints]).toEqual([])
  await bo.context().close()
})

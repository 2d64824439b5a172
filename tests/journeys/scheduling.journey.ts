import { expect, type Page, test } from '@playwright/test'
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

/** A picture of 1 × 1. */
const image = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

test('a page is set up, and a booking goes through its whole life', async ({ page, browser }) => {
  test.setTimeout(240_000)
  const complaints = listenForComplaints(page)
  const to = (path: string) => page.goto(hourwire.url + path)
  const saved = () => expect(page.getByRole('status').filter({ hasText: 'Saved.' })).toBeVisible()

  await test.step('an account, and an event type with a price and a category', async () => {
    await to('/set-up')
    await page.getByRole('textbox', { name: 'Name' }).fill('Ana Martin')
    await page.getByRole('textbox', { name: 'Email address' }).fill('ana@example.com')
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Create account' }).click()
    await expect(page.getByRole('heading', { name: 'Activity' })).toBeVisible()
    await to('/categories')
    await page.getByRole('textbox', { name: 'New category' }).first().fill('Treatments')
    await page.getByRole('checkbox', { name: 'Shown to customers' }).first().check()
    await page.getByRole('button', { name: 'Add' }).first().click()
    await saved()
    // The page has its new data, and its forms are as they stay.
    await expect(page.getByRole('link', { name: 'Delete Treatments' })).toBeVisible()
    await page.getByRole('textbox', { name: 'New category' }).last().fill('Clinics')
    await page.getByRole('button', { name: 'Add' }).last().click()
    await expect(page.getByRole('link', { name: 'Delete Clinics' })).toBeVisible()
    await look(page, '40-categories')
    await to('/event-types/new')
    await page.getByRole('textbox', { name: 'Public name' }).fill('Physiotherapy')
    await page.getByRole('combobox', { name: 'Duration' }).selectOption('45')
    await page.getByRole('combobox', { name: 'Category' }).selectOption({ label: 'Treatments' })
    await page.getByRole('textbox', { name: 'Price' }).fill('80')
    await page.getByRole('textbox', { name: 'Currency' }).fill('eur')
    await page.getByRole('button', { name: 'Add event type' }).click()
    await saved()
    await look(page, '41-event-type')
    await to('/event-types')
    await look(page, '42-event-types')
  })

  await test.step('a booking form with questions of its own', async () => {
    await to('/booking-forms')
    await look(page, '43-booking-forms-none')
    await page.getByRole('link', { name: 'New booking form' }).click()
    await page.getByRole('textbox', { name: 'Name of the form' }).fill('Patients')
    await page.getByRole('button', { name: 'Remove Company' }).click()
    await page.getByRole('textbox', { name: 'Name of the form' }).fill('')
    for (let added = 0; added < 2; added++) await page.getByRole('button', { name: 'Add a question' }).click()
    await page.getByRole('button', { name: 'Add form' }).click()
    // All that is wrong is marked, and the first of it has the focus.
    await expect(page.getByText('Must not be empty.')).toHaveCount(3)
    await expect(page.getByRole('textbox', { name: 'Name of the form' })).toBeFocused()
    await look(page, '43-booking-form-refused')
    await page.getByRole('textbox', { name: 'Name of the form' }).fill('Patients')
    await page.getByRole('button', { name: 'Remove', exact: true }).first().click()
    await expect(page.getByText('Must not be empty.')).toHaveCount(2)
    const added = page.getByRole('listitem').filter({ hasText: 'New question' })
    await added.getByRole('combobox', { name: 'Answer' }).selectOption('checkbox')
    await added.getByRole('textbox', { name: 'Options' }).fill('Back\nKnee\nShoulder')
    await added.getByRole('checkbox', { name: 'Required' }).check()
    await added.getByRole('textbox', { name: 'Question' }).fill('What hurts?')
    await page.getByRole('button', { name: 'Add form' }).click()
    await saved()
    await look(page, '44-booking-form')
  })

  await test.step('a new page: hours, options, place, content, link', async () => {
    await to('/booking-pages/new')
    await page.getByRole('textbox', { name: 'Public name' }).fill('Harbour Clinic')
    await page.getByRole('textbox', { name: 'Public link' }).fill('ana-martin')
    await page.getByRole('button', { name: 'Save & edit' }).click()
    await expect(page.getByText('This link is taken.')).toBeVisible()
    await look(page, '45-new-booking-page-refused')
    await page.getByRole('textbox', { name: 'Public link' }).fill('clinic')
    await page.getByRole('button', { name: 'Save & edit' }).click()
    await expect(page.getByRole('heading', { name: 'Booking page: Harbour Clinic' })).toBeVisible()
    await look(page, '46-booking-page-overview')

    await section(page, 'Event types')
    for (const name of ['15 minute meeting', '30 minute meeting', '60 minute meeting', 'Physiotherapy'])
      await page.getByLabel(name).uncheck()
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByText('Nothing to book', { exact: true })).toBeVisible()
    await expect(page.getByText('Choose at least one event type.')).toBeVisible()
    for (const name of ['60 minute meeting', 'Physiotherapy']) await page.getByLabel(name).check()
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByText('Accepts bookings', { exact: true })).toBeVisible()
    await look(page, '47-booking-page-event-types')

    await section(page, 'Availability')
    await page.getByLabel('Monday, from').fill('08:00')
    await page.getByLabel('Monday, to').fill('12:00')
    await page.getByRole('button', { name: 'Add hours on Monday' }).click()
    await page.getByLabel('Monday, from').nth(1).fill('13:00')
    await page.getByLabel('Monday, to').nth(1).fill('12:30')
    await expect(page.getByText('next day')).toBeVisible()
    await page.getByLabel('Monday, to').nth(1).fill('18:00')
    await page.getByRole('button', { name: 'Copy Monday’s hours' }).click()
    await page.getByRole('textbox', { name: 'Date', exact: true }).fill('2027-12-24')
    await page.getByRole('textbox', { name: 'Last date' }).fill('2027-12-26')
    await page.getByRole('button', { name: 'Add, closed all day' }).click()
    await expect(page.getByText('Saturday, December 25, 2027', { exact: true })).toBeVisible()
    await page.getByRole('button', { name: 'Save' }).click()
    await saved()
    await page.reload()
    await expect(page.getByLabel('Friday, to').nth(1)).toHaveValue('18:00')
    await look(page, '48-booking-page-availability')

    await section(page, 'Scheduling options')
    await page.getByRole('combobox', { name: 'Booking form' }).selectOption({ label: 'Patients' })
    await page.getByRole('combobox', { name: 'Minimum notice' }).selectOption({ label: '1 hour' })
    const firstDays = page.getByRole('spinbutton', { name: 'Only the first days' })
    const perDay = page.getByRole('spinbutton', { name: 'Bookings per day' })
    await firstDays.fill('99')
    await perDay.fill('0')
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByText('Must be a whole number from 1 to 30 days.')).toBeVisible()
    await expect(page.getByText('Must be a whole number from 1 to 1000.')).toBeVisible()
    await expect(firstDays).toBeFocused()
    await firstDays.fill('')
    await perDay.fill('')
    await page.getByRole('combobox', { name: 'Reason' }).selectOption('mandatory')
    await page.getByRole('button', { name: 'Save' }).click()
    await saved()
    await look(page, '49-booking-page-scheduling')

    await section(page, 'Location')
    await page.getByRole('radio', { name: 'Online or by phone, provided by the customer' }).check()
    await expect(page.getByRole('textbox', { name: 'Header' })).toHaveValue('Phone or meeting link')
    await page.getByRole('radio', { name: 'In person, at the owner’s place' }).check()
    await expect(page.getByRole('textbox', { name: 'Header' })).toHaveValue('Address')
    await page.getByRole('textbox', { name: 'Address' }).fill('Quay 7, 20457 Hamburg')
    await page.getByLabel('Show the address before booking').check()
    await page.getByRole('button', { name: 'Save' }).click()
    await saved()
    await look(page, '50-booking-page-location')

    await section(page, 'Public content')
    await page.getByRole('textbox', { name: 'Welcome message' }).fill('We look forward to seeing you.')
    await page.getByRole('button', { name: 'Save' }).click()
    await saved()
    await page.locator('input[type=file]').setInputFiles({
      name: 'photo.png',
      mimeType: 'image/png',
      buffer: image,
    })
    await page.getByRole('button', { name: 'Upload image' }).click()
    await expect(page.getByRole('img', { name: 'Image of this page' })).toBeVisible()
    await look(page, '51-booking-page-public-content')

    await section(page, 'Overview')
    await page.getByRole('combobox', { name: 'Category' }).selectOption({ label: 'Clinics' })
    await page.getByRole('button', { name: 'Save' }).first().click()
    await saved()
    await to('/booking-pages')
    await expect(
      page
        .getByRole('region', { name: 'Clinics' })
        .getByRole('link', { name: 'Harbour Clinic', exact: true }),
    ).toBeVisible()
    await page.getByRole('link', { name: 'Harbour Clinic', exact: true }).click()
    await page.getByRole('textbox', { name: /Change it/ }).fill('harbour-clinic')
    await page.getByRole('button', { name: 'Change link' }).click()
    await saved()
    await to('/my-hours')
    await look(page, '52-my-hours')
  })

  const customer = await (
    await browser.newContext({ timezoneId: 'America/New_York', viewport: page.viewportSize() })
  ).newPage()
  const customerComplaints = listenForComplaints(customer)
  let myBooking = ''
  let kept = ''

  await test.step('the former link leads to the page; the form asks what it should', async () => {
    await customer.goto(`${hourwire.url}/clinic`)
    await expect(customer).toHaveURL(/\/harbour-clinic/)
    await expect(customer.getByRole('heading', { name: 'Treatments' })).toBeVisible()
    await expect(customer.getByText('80 EUR')).toBeVisible()
    await expect(customer.getByText('Address: Quay 7, 20457 Hamburg')).toBeVisible()
    await look(customer, '53-clinic')
    await customer.getByRole('link', { name: /Physiotherapy/ }).click()
    await expect(customer).toHaveURL(/zone=/)
    await customer.locator('a[href*="/physiotherapy/20"]').first().click()
    await customer.getByLabel('Your name *').fill('Lena Novak')
    await customer.getByLabel('Your email *').fill('lena@example.org')
    await customer.getByRole('button', { name: 'Confirm booking' }).click()
    await expect(customer.getByRole('alert')).toContainText('Choose an answer: What hurts?')
    await look(customer, '54-clinic-form')
    await customer.getByLabel('Knee').check()
    await customer.getByLabel('Back').check()
    const formAddress = customer.url()
    await customer.getByRole('button', { name: 'Confirm booking' }).click()
    await expect(customer.getByRole('heading', { name: 'Your booking is confirmed' })).toBeVisible()
    await expect(customer.getByText('Back, Knee')).toBeVisible()
    // The calendar file and both links name the same instant.
    const file = await (await customer.request.get(`${customer.url()}&format=ics`)).text()
    const start = /DTSTART:(\d{8}T\d{6}Z)/.exec(file)?.[1] ?? 'none'
    const google = customer.getByRole('link', { name: 'Google Calendar' })
    await expect(google).toHaveAttribute(
      'href',
      new RegExp(`^https://calendar.google.com/.*dates=${start}%2F`),
    )
    const outlook = customer.getByRole('link', { name: 'Outlook.com' })
    const spelled = start.replace(/(....)(..)(..T..)(..)(..Z)/, '$1-$2-$3%3A$4%3A$5')
    await expect(outlook).toHaveAttribute(
      'href',
      new RegExp(`^https://outlook.live.com/.*startdt=${spelled}&.*location=Quay%207`),
    )
    myBooking = customer.url().replace('?new=1', '')
    await look(customer, '55-clinic-confirmed')
    const late = await customer.request.get(formAddress)
    expect([late.status(), await late.text()]).toEqual([
      409,
      expect.stringMatching(/This time was just booked.*Nearest free times/s),
    ])
  })

  await test.step('the customer reschedules, with a reason', async () => {
    await customer.goto(myBooking)
    await customer.getByRole('link', { name: 'Reschedule' }).click()
    await look(customer, '56-my-booking-reschedule')
    await customer.getByRole('link', { name: 'See available times' }).click()
    await expect(customer.getByRole('heading', { name: 'Pick a new date and time' })).toBeVisible()
    await look(customer, '57-pick-new-time')
    await customer.locator('a[href*="/physiotherapy/20"]').nth(4).click()
    await customer.getByRole('button', { name: 'Confirm the new time' }).click()
    await expect(customer.getByRole('alert')).toContainText('Say why')
    await customer.getByLabel(/Reason/).fill('A meeting came up')
    await look(customer, '58-confirm-new-time')
    await customer.getByRole('button', { name: 'Confirm the new time' }).click()
    await expect(customer.getByRole('heading', { name: 'Your booking is rescheduled' })).toBeVisible()
  })

  await test.step('Activity shows it; the owner asks for another time', async () => {
    await to('/')
    await look(page, '59-activity')
    await page.getByText('Lena Novak').first().click()
    await page.getByRole('link', { name: /^Open to/ }).click()
    await expect(page.getByRole('heading', { name: 'Physiotherapy' })).toBeVisible()
    await expect(page.getByText('A meeting came up').first()).toBeVisible()
    await expect(page.getByText('Back, Knee')).toBeVisible()
    await look(page, '60-booking')
    await page.getByRole('link', { name: 'Cancel or request reschedule' }).click()
    await look(page, '61-cancel-selection')
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByRole('textbox', { name: /Reason/ }).fill('The room is being painted')
    await page.getByRole('button', { name: 'Next' }).click()
    await look(page, '62-cancel-review')
    await page.getByRole('button', { name: 'Request reschedule' }).click()
    await expect(page.getByRole('status').first()).toBeVisible()
    await customer.goto(myBooking)
    await expect(customer.getByRole('heading', { name: 'Please choose another time' })).toBeVisible()
    await expect(customer.getByText('The room is being painted')).toBeVisible()
    await look(customer, '63-choose-another-time')
    await customer.getByRole('link', { name: 'Reschedule now' }).click()
    await customer.locator('a[href*="/physiotherapy/20"]').nth(2).click()
    await customer.getByRole('button', { name: 'Confirm the new time' }).click()
    await expect(
      customer.getByRole('heading', { name: /Your booking is (re)?scheduled|Your booking/ }),
    ).toBeVisible()
    myBooking = customer.url().replace(/\?.*/, '')
  })

  await test.step('the customer cancels', async () => {
    await customer.goto(myBooking)
    await customer.getByRole('link', { name: 'Cancel', exact: true }).click()
    await customer.getByRole('button', { name: 'Cancel the booking' }).click()
    await expect(customer.getByText(/Say why|reason/i).first()).toBeVisible()
    await customer.getByLabel(/Reason/).fill('I feel fine again')
    await look(customer, '64-my-booking-cancel')
    await customer.getByRole('button', { name: 'Cancel the booking' }).click()
    await expect(customer.getByRole('heading', { name: 'Your booking is canceled' })).toBeVisible()
    await look(customer, '65-my-booking-canceled')
  })

  await test.step('with approval: two times are suggested, one is approved', async () => {
    await to('/booking-pages')
    await look(page, '66-booking-pages')
    await page.getByRole('link', { name: 'Harbour Clinic', exact: true }).click()
    await section(page, 'Scheduling options')
    await page.getByRole('radio', { name: 'Booking with approval' }).check()
    await page.getByRole('spinbutton', { name: 'Times to suggest' }).fill('2')
    await page.getByRole('button', { name: 'Save' }).click()
    await saved()
    await customer.goto(
      `${hourwire.url}/harbour-clinic/physiotherapy?name=Lena+Novak&email=lena@example.org&what-hurts=Knee&skip=1`,
    )
    await customer.locator('a[href*="times="]').nth(3).click()
    await expect(customer.getByText('1 of 2 times picked')).toBeVisible()
    await look(customer, '67-suggest-times')
    await customer.locator('a[href*="/physiotherapy/20"]').nth(2).click()
    await expect(customer.getByRole('heading', { name: 'Confirm your booking' })).toBeVisible()
    await expect(customer.getByText('Knee')).toBeVisible()
    await look(customer, '68-confirm-filled')
    await customer.getByRole('button', { name: 'Send the request' }).click()
    await expect(customer.getByRole('heading', { name: 'Your request is sent' })).toBeVisible()
    await look(customer, '69-request-sent')
    kept = customer.url().replace(/\?.*/, '')
    await to('/?when=requests')
    await look(page, '70-requests')
    await expect(page.getByText(/, or another time$/)).toBeVisible()
    await page.getByText('Lena Novak').first().click()
    await page.getByRole('link', { name: /^Open to/ }).click()
    await expect(page.getByText('2 suggested times', { exact: true })).toBeVisible()
    await expect(page.getByRole('definition').getByRole('listitem')).toHaveCount(2)
    await page.getByRole('link', { name: 'Find a time and schedule' }).click()
    await look(page, '71-approve')
    await page.getByRole('button', { name: 'Schedule' }).click()
    await expect(page.getByText('Approved. The booking is scheduled', { exact: false })).toBeVisible()
    await expect(page.getByText('Scheduled').first()).toBeVisible()
  })

  await test.step('a time over the cap of the page says so before it is approved', async () => {
    await customer.goto(
      `${hourwire.url}/harbour-clinic/physiotherapy?name=Mo+Ali&email=mo@example.org&what-hurts=Knee&skip=1`,
    )
    await customer.locator('a[href*="times="]').first().click()
    await expect(customer.getByText('1 of 2 times picked')).toBeVisible()
    await customer.waitForLoadState()
    await customer.locator('a[href*="/physiotherapy/20"]').first().click()
    await customer.getByRole('button', { name: 'Send the request' }).click()
    await expect(customer.getByRole('heading', { name: 'Your request is sent' })).toBeVisible()
    await to('/booking-pages')
    await page.getByRole('link', { name: 'Harbour Clinic', exact: true }).click()
    await section(page, 'Scheduling options')
    await page.getByRole('spinbutton', { name: 'Bookings per day' }).fill('1')
    await page.getByRole('button', { name: 'Save' }).click()
    await saved()
    await page.goto(`${hourwire.url}/activity/${/BKNG-\w+/.exec(customer.url())?.[0]}?do=approve`)
    await expect(page.getByText('Careful: over 1 booking per day.')).toHaveCount(2)
    await expect(page.getByRole('button', { name: 'Schedule' })).toBeEnabled()
    await look(page, '79-approve-over-cap')
  })

  await test.step('every mail is in the mailbox', async () => {
    await to('/settings/other/mailbox')
    await expect(page.getByText('Your booking is confirmed: Physiotherapy').first()).toBeVisible()
    for (const subject of [
      'Your booking is rescheduled',
      'Please choose another time',
      'Your booking is canceled',
    ])
      await expect(page.getByRole('link', { name: new RegExp(subject) }).first()).toBeVisible()
    await look(page, '72-mailbox')
    await page
      .getByRole('link', { name: /Your booking is confirmed: Physiotherapy/ })
      .first()
      .click()
    await expect(
      page.frameLocator('iframe').getByRole('heading', { name: 'Your booking is confirmed' }),
    ).toBeVisible()
    await look(page, '73-mail')
    const calendar = await page.request.get(
      hourwire.url + ((await page.getByRole('link', { name: 'booking.ics' }).getAttribute('href')) ?? ''),
    )
    expect(await calendar.text()).toContain('METHOD:REQUEST')
    await page.getByRole('link', { name: 'Text', exact: true }).click()
    await expect(page.getByText('Booking ID: BKNG-')).toBeVisible()
  })

  await test.step('a form and a category say what uses them, before they are deleted', async () => {
    await to('/booking-forms')
    await page.getByRole('link', { name: 'Patients' }).click()
    await page.getByRole('link', { name: 'Delete this form' }).click()
    await expect(page.getByText('Booking page Harbour Clinic')).toBeVisible()
    await look(page, '76-delete-booking-form')
    await to('/categories')
    await page.getByRole('link', { name: 'Delete Treatments' }).click()
    await expect(page.getByRole('listitem').filter({ hasText: 'Physiotherapy' })).toBeVisible()
    await look(page, '77-delete-category')
    await page.getByRole('button', { name: 'Yes, delete' }).click()
    await expect(page.getByRole('heading', { name: 'Categories', exact: true })).toBeVisible()
    await expect(page.getByRole('link', { name: 'Delete Treatments' })).toHaveCount(0)
  })

  await test.step('a deleted page leads nowhere; its bookings stay', async () => {
    await to('/booking-pages')
    await page.getByRole('link', { name: 'Harbour Clinic', exact: true }).click()
    await page.getByRole('button', { name: 'Duplicate this page' }).click()
    await expect(page.getByRole('heading', { name: 'Booking page: Harbour Clinic (copy)' })).toBeVisible()
    await to('/booking-pages')
    await page.getByRole('link', { name: 'Harbour Clinic', exact: true }).first().click()
    await page.getByRole('link', { name: 'Delete this page' }).click()
    await expect(page.getByText('1 coming booking stays as agreed')).toBeVisible()
    await look(page, '74-delete-booking-page')
    await page.getByRole('link', { name: 'Cancel', exact: true }).click()
    await page.getByRole('link', { name: 'Stop accepting bookings' }).click()
    await expect(page.getByText('1 coming booking stays as agreed')).toBeVisible()
    await page.getByRole('button', { name: 'Yes, stop' }).click()
    await expect(page.getByText('This page is closed')).toBeVisible()
    await customer.goto(`${hourwire.url}/harbour-clinic`)
    await expect(customer.getByRole('heading', { name: 'No times are available' })).toBeVisible()
    await look(customer, '75-closed-page')
    await page.getByRole('button', { name: 'Accept bookings' }).click()
    await saved()
    await page.getByRole('link', { name: 'Delete this page' }).click()
    await page.getByRole('button', { name: 'Yes, delete' }).click()
    await expect(page.getByText('was deleted.')).toBeVisible()
    await customer.goto(`${kept}?do=reschedule`)
    await expect(customer.getByText('Harbour Clinic takes no bookings at the moment')).toBeVisible()
    await expect(customer.getByRole('link', { name: 'Book another time' })).toHaveCount(0)
    await look(customer, '78-booking-of-deleted-page')
    await to('/')
    await expect(page.getByText('Lena Novak').first()).toBeVisible()
  })

  await test.step('without scripts each button of the wizard says what it does, and does that', async () => {
    const plain = await (
      await browser.newContext({
        javaScriptEnabled: false,
        storageState: await page.context().storageState(),
        viewport: page.viewportSize(),
      })
    ).newPage()
    await plain.goto(`${hourwire.url}/activity/${/BKNG-\w+/.exec(kept)?.[0]}?do=cancel`)
    const wizard = plain.getByRole('form', { name: 'Cancel or request reschedule' })
    await expect(wizard.getByRole('heading', { name: 'Choose what should happen' })).toBeVisible()
    await expect(wizard.getByRole('radio')).toHaveCount(0)
    expect(await wizard.getByRole('button').allInnerTexts()).toEqual([
      'Request reschedule',
      'Request reschedule, any event type',
      'Cancel booking',
    ])
    await expect(wizard.getByRole('button', { name: 'Cancel booking' })).toHaveAccessibleDescription(
      'For good. The time is free at once.',
    )
    await wizard.getByRole('textbox', { name: /Reason/ }).fill('The clinic has closed')
    await wizard.getByRole('button', { name: 'Cancel booking' }).click()
    await expect(plain.getByText('Canceled (by user)')).toBeVisible()
    await expect(plain.getByText('The clinic has closed').first()).toBeVisible()
  })
  expect(complaints).toEqual([])
  expect(customerComplaints).toEqual([])
})

const section = async (page: Page, name: string) => {
  await page
    .getByRole('navigation', { name: 'Sections of the booking page' })
    .getByRole('link', { name })
    .click()
  await expect(page.getByRole('heading', { level: 2 }).first()).toBeVisible()
}

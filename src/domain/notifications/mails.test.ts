import { describe, expect, test } from 'vitest'
import { type Booked, book, requestBooking } from '#domain/bookings/book.ts'
import { cancelAsCustomer, cancelAsUser } from '#domain/bookings/cancel-booking.ts'
import { approveRequest, reassign } from '#domain/bookings/handle-booking.ts'
import { rescheduleAsCustomer } from '#domain/bookings/reschedule.ts'
import { planDeliveries } from '#domain/webhooks/plan-deliveries.ts'
import { publicId } from '#kit/ids.ts'
import { accepted } from '#kit/result.ts'
import { type House, openHouse } from '../../../tests/house.ts'
import type { MailOutcome, StoredMail } from './mail.ts'
import { findMail, listMails, sendDueMails } from './send-mails.ts'

const tuesdayTen = '2026-11-24T09:00:00Z'
const tuesdayNoon = '2026-11-24T11:00:00Z'
const at = (iso: string) => Temporal.Instant.from(iso)

const addressOf = (booked: Booked) => {
  const [, , shownId = '', signature = ''] = booked.customerPath.split('/')
  return { shownId, signature }
}

/** Plans what is owed and sends all that is due, through this mail server. */
async function post(house: House, server: (mail: StoredMail) => MailOutcome = () => ({ kind: 'sent' })) {
  const taken: { mail: StoredMail; messageId: string }[] = []
  await planDeliveries(house, 100)
  const sendMail = async (mail: StoredMail, messageId: string) => {
    taken.push({ mail, messageId })
    return server(mail)
  }
  while ((await sendDueMails({ ...house, sendMail }, 10)) > 0);
  return taken.map(({ mail, messageId }) => ({ ...mail, messageId }))
}

const kinds = (mails: StoredMail[]) => mails.map(({ kind }) => kind).sort()

/** `METHOD UID SEQUENCE ATTENDEE` of the mail's calendar file. */
function entryOf({ calendar }: StoredMail) {
  const lines = (calendar?.file ?? '').replaceAll('\r\n ', '').split('\r\n')
  const of = (name: string) => lines.find((line) => line.startsWith(name))?.slice(name.length) ?? ''
  return {
    method: of('METHOD:'),
    uid: of('UID:'),
    sequence: Number(of('SEQUENCE:')),
    status: of('STATUS:'),
    attendee: lines.find((line) => line.startsWith('ATTENDEE'))?.split('mailto:')[1],
  }
}

describe('mails', () => {
  test('a booking tells customer and owner, each in their own zone', async () => {
    const house = await openHouse()
    const { ana, page } = await house.anAccount()
    await house.aBooking({ page, start: tuesdayTen })
    const mails = await post(house)
    expect(kinds(mails)).toEqual(['customer-scheduled', 'owner-scheduled'])
    const [customers, owners] = [
      mails.find(({ kind }) => kind === 'customer-scheduled'),
      mails.find(({ kind }) => kind === 'owner-scheduled'),
    ]
    expect(customers).toMatchObject({
      to: { name: 'Lena Novak', address: 'lena@example.org' },
      replyTo: ana.loginId,
    })
    expect(customers?.text).toContain('Tue, Nov 24, 2026, 4:00 AM – 4:30 AM, America/New York (GMT-5:00)')
    expect(customers?.text).toContain('https://meet.example.com/my-booking/BKNG-')
    expect(owners).toMatchObject({ to: { address: ana.loginId }, replyTo: 'lena@example.org' })
    expect(owners?.text).toContain('10:00 AM – 10:30 AM, Europe/Berlin (GMT+1:00)')
    expect(owners?.text).not.toContain('my-booking')
    expect(customers?.html).toContain('<h1')
  })

  test('the calendar entry keeps its UID, and its SEQUENCE rises, over the whole life of a booking', async () => {
    const house = await openHouse()
    const { ana, page } = await house.anAccount()
    const bo = await house.aUser({ accountId: ana.accountId, name: 'Bo Ek' })
    const booked = await house.aBooking({ page, start: tuesdayTen })
    const made = await post(house)
    accepted(
      await rescheduleAsCustomer(house, {
        address: addressOf(booked),
        start: at(tuesdayNoon),
        pageSlug: page.slug,
        eventTypeSlug: '30-minute-meeting',
        customerZone: 'America/New_York',
        reason: '',
      }),
    )
    const moved = await post(house)
    accepted(
      await reassign(house, {
        viewer: ana,
        bookingId: booked.bookingId,
        toUserId: bo.id,
        reason: 'Ana is ill',
      }),
    )
    const handed = await post(house)
    accepted(await cancelAsCustomer(house, { address: addressOf(booked), reason: '' }))
    // The installation has got another address meanwhile.
    const canceled = await post({ ...house, publicUrl: 'https://book.example.net' })

    expect(kinds(moved)).toEqual(['customer-rescheduled', 'owner-rescheduled'])
    expect(kinds(handed)).toEqual(['customer-reassigned', 'former-owner-reassigned', 'owner-reassigned'])
    const owned = handed.find(({ kind }) => kind === 'owner-reassigned') as StoredMail
    const former = handed.find(({ kind }) => kind === 'former-owner-reassigned') as StoredMail
    expect(entryOf(owned)).toMatchObject({ method: 'REQUEST', attendee: bo.loginId })
    expect(entryOf(former)).toMatchObject({ method: 'CANCEL', status: 'CANCELLED', attendee: ana.loginId })
    expect(canceled.map(({ to }) => to.address).sort()).toEqual([bo.loginId, 'lena@example.org'])
    for (const mail of canceled)
      expect(entryOf(mail)).toMatchObject({ method: 'CANCEL', status: 'CANCELLED' })
    for (const mail of [...made, ...moved]) expect(entryOf(mail).method).toBe('REQUEST')
    expect(moved.find(({ kind }) => kind.startsWith('customer-'))?.text).toContain(
      'Before: Tue, Nov 24, 2026, 4:00 AM, America/New York (GMT-5:00)',
    )
    // What is canceled for good is not offered to be canceled.
    for (const [mails, words] of [
      [moved, 'Cancel or reschedule'],
      [canceled, 'See the booking'],
    ] as const)
      expect(mails.find(({ kind }) => kind.startsWith('customer-'))?.text).toContain(words)

    const entries = [made, moved, handed, canceled].map((mails) =>
      mails.filter(({ calendar }) => calendar !== null).map(entryOf),
    )
    expect(new Set(entries.flat().map(({ uid }) => uid)).size).toBe(1)
    const sequences = entries.map((group) => new Set(group.map(({ sequence }) => sequence)))
    expect(sequences.map((group) => [...group])).toEqual([[0], [1], [2], [3]])
  })

  test('a request, new times and an approval: nothing goes into a calendar before the approval', async () => {
    const house = await openHouse()
    const { ana, page } = await house.anAccount()
    await house.sql(
      `update booking_pages set scheduling = scheduling || '{"mode":"approval","suggestedTimes":2}' where id = $1`,
      [page.id],
    )
    const ask = async (instead?: Booked, times = [tuesdayTen, tuesdayNoon]) =>
      accepted(
        await requestBooking(house, {
          pageSlug: page.slug,
          eventTypeSlug: '30-minute-meeting',
          starts: times.map(at),
          customer: {
            name: 'Lena Novak',
            email: 'lena@example.org',
            company: '',
            phone: '',
            note: '',
            zone: 'Asia/Kathmandu',
          },
          ...(instead ? { instead: addressOf(instead) } : {}),
        }),
      )
    const first = await ask()
    const asked = await post(house)
    expect(kinds(asked)).toEqual(['customer-requested', 'owner-requested'])
    expect(asked.every(({ calendar }) => calendar === null)).toBe(true)
    const toLena = asked.find(({ kind }) => kind === 'customer-requested')
    expect(toLena?.text).toContain('Suggested time 1: Tue, Nov 24, 2026, 2:45 PM, Asia/Kathmandu (GMT+5:45)')
    expect(toLena?.text).toContain('Suggested time 2: Tue, Nov 24, 2026, 4:45 PM')

    accepted(
      await cancelAsUser(house, {
        viewer: ana,
        bookingId: first.bookingId,
        reason: 'Both are taken',
        cancel: { kind: 'ask-again', rebook: 'same' },
      }),
    )
    const again = await post(house)
    expect(kinds(again)).toEqual(['customer-new-times-requested', 'owner-request-canceled'])
    expect(again.every(({ calendar }) => calendar === null)).toBe(true)
    expect(again.find(({ kind }) => kind === 'customer-new-times-requested')?.text).toContain(
      'Reason: Both are taken',
    )

    const second = await ask(first)
    const answered = await post(house)
    expect(kinds(answered)).toEqual(['customer-requested', 'owner-requested'])
    for (const mail of answered)
      expect(mail.text).toContain(`Instead of: ${publicId('booking', first.bookingId)}`)
    accepted(
      await approveRequest(house, { viewer: ana, bookingId: second.bookingId, start: at(tuesdayNoon) }),
    )
    const approved = await post(house)
    expect(kinds(approved)).toEqual(['customer-approved', 'owner-scheduled'])
    expect(approved.map(entryOf).map(({ method }) => method)).toEqual(['REQUEST', 'REQUEST'])

    const wednesday = ['2026-11-25T09:00:00Z', '2026-11-25T11:00:00Z']
    // Whoever ends a request, both sides have it in writing.
    accepted(
      await cancelAsCustomer(house, { address: addressOf(await ask(undefined, wednesday)), reason: '' }),
    )
    const takenBack = (await post(house)).filter(({ kind }) => kind.endsWith('-request-canceled'))
    accepted(
      await cancelAsUser(house, {
        viewer: ana,
        bookingId: (await ask(undefined, wednesday)).bookingId,
        reason: 'On leave',
        cancel: { kind: 'cancel' },
      }),
    )
    const declined = (await post(house)).filter(({ kind }) => kind.endsWith('-request-canceled'))
    for (const mails of [takenBack, declined])
      expect(kinds(mails)).toEqual(['customer-request-canceled', 'owner-request-canceled'])
    for (const mail of declined) expect(mail.text).toContain('Reason: On leave')
  })

  test('a customer who sends other times for an open request gets one mail, which names the former request; so does the owner', async () => {
    const house = await openHouse()
    const { page } = await house.anAccount()
    await house.sql(
      `update booking_pages set scheduling = scheduling || '{"mode":"approval","suggestedTimes":1}' where id = $1`,
      [page.id],
    )
    const ask = async (time: string, instead?: Booked) =>
      accepted(
        await requestBooking(house, {
          pageSlug: page.slug,
          eventTypeSlug: '30-minute-meeting',
          starts: [at(time)],
          customer: {
            name: 'Lena Novak',
            email: 'lena@example.org',
            company: '',
            phone: '',
            note: '',
            zone: 'Asia/Kathmandu',
          },
          ...(instead ? { instead: addressOf(instead) } : {}),
        }),
      )
    const first = await ask(tuesdayTen)
    await post(house)
    await ask(tuesdayNoon, first)
    const mails = await post(house)
    expect(mails.map(({ to }) => to.address).sort()).toEqual(['ana@example.com', 'lena@example.org'])
    const [toLena, toAna] = ['customer-requested', 'owner-requested'].map((wanted) =>
      mails.find(({ kind }) => kind === wanted),
    )
    expect(toLena?.subject).toBe('Your new times are sent: 30 minute meeting')
    expect(toAna?.subject).toBe('New times from Lena Novak: 30 minute meeting')
    for (const mail of [toLena, toAna]) {
      expect(mail?.text).toContain(`Instead of: ${publicId('booking', first.bookingId)}`)
      expect(mail?.text).not.toContain('canceled')
    }
    // The former request is over all the same.
    expect(await house.sql('select status, detail from bookings where id = $1', [first.bookingId])).toEqual([
      { status: 'canceled', detail: 'new_times_sent' },
    ])
  })

  test('a move after a reassignment takes the booking out of the calendar of who had it meanwhile', async () => {
    const house = await openHouse()
    const { ana, page } = await house.anAccount()
    const bo = await house.aUser({ accountId: ana.accountId, name: 'Bo Ek' })
    const booked = await house.aBooking({ page, start: tuesdayTen })
    accepted(await reassign(house, { viewer: ana, bookingId: booked.bookingId, toUserId: bo.id }))
    await post(house)
    accepted(
      await rescheduleAsCustomer(house, {
        address: addressOf(booked),
        start: at(tuesdayNoon),
        pageSlug: page.slug,
        eventTypeSlug: '30-minute-meeting',
        customerZone: 'America/New_York',
      }),
    )
    const moved = await post(house)
    expect(kinds(moved)).toEqual(['customer-rescheduled', 'former-owner-reassigned', 'owner-rescheduled'])
    const entries = Object.fromEntries(moved.map((mail) => [mail.to.address, entryOf(mail)]))
    expect(entries[bo.loginId]).toMatchObject({ method: 'CANCEL', status: 'CANCELLED' })
    expect(entries[ana.loginId]).toMatchObject({ method: 'REQUEST', status: 'CONFIRMED' })
  })

  test('what a customer types is never markup, and never a header', async () => {
    const house = await openHouse()
    const { page } = await house.anAccount()
    accepted(
      await book(house, {
        pageSlug: page.slug,
        eventTypeSlug: '30-minute-meeting',
        start: at(tuesdayTen),
        customer: {
          name: 'Eve"\r\nBcc: all@example.net <script>alert(1)</script>',
          email: 'eve@example.org',
          company: '<img src=x onerror=alert(1)>',
          phone: '',
          note: 'one\r\nATTENDEE:mailto:victim@example.net\nEND:VCALENDAR',
          zone: 'UTC',
        },
      }),
    )
    for (const mail of await post(house)) {
      expect(mail.html).not.toMatch(/<script|<img/)
      expect(`${mail.subject}${mail.to.name}`).not.toMatch(/[\r\n]/)
      const lines = mail.calendar?.file.replaceAll('\r\n ', '').split('\r\n') ?? []
      expect(lines.filter((line) => line.startsWith('ATTENDEE'))).toHaveLength(1)
      expect(lines.filter((line) => line === 'END:VCALENDAR')).toHaveLength(1)
      expect(mail.calendar?.file).not.toMatch(/(^|[^\r])\n/)
    }
  })

  test('a mail that is refused is tried again under the same Message-ID, and given up after nine tries', async () => {
    const house = await openHouse()
    const { ana, page } = await house.anAccount()
    await house.aBooking({ page, start: tuesdayTen })
    const ids = new Set<string>()
    let tries = 0
    for (const [date, hour] of retryTimes) {
      house.setNow(`2026-11-${date}T${hour}Z`)
      const tried = await post(house, ({ kind }) =>
        kind === 'owner-scheduled' ? { kind: 'failed', words: '451 try later' } : { kind: 'sent' },
      )
      for (const mail of tried.filter(({ kind }) => kind === 'owner-scheduled')) ids.add(mail.messageId)
      tries += tried.filter(({ kind }) => kind === 'owner-scheduled').length
    }
    expect(tries).toBe(9)
    expect(ids.size).toBe(1)
    const states = Object.fromEntries(
      (await listMails(house, ana)).map(({ kind, state, attempts, lastError }) => [
        kind,
        { state, attempts, lastError },
      ]),
    )
    expect(states['customer-scheduled']).toEqual({ state: 'sent', attempts: 1, lastError: null })
    expect(states['owner-scheduled']).toEqual({ state: 'given_up', attempts: 9, lastError: '451 try later' })
  })

  test('a worker that dies while sending loses no mail, and planning twice doubles none', async () => {
    const house = await openHouse()
    const { page } = await house.anAccount()
    await house.aBooking({ page, start: tuesdayTen })
    await planDeliveries(house, 100)
    const dies = sendDueMails({ ...house, sendMail: () => Promise.reject(new Error('killed')) }, 10)
    await expect(dies).rejects.toThrow('killed')
    expect(await post(house)).toEqual([])
    house.setNow('2026-11-23T08:05:00Z')
    expect(kinds(await post(house))).toEqual(['customer-scheduled', 'owner-scheduled'])

    await house.sql(
      'insert into unplanned_events (account_id, event_id) select account_id, id from lifecycle_events',
    )
    expect(await post(house)).toEqual([])
  })

  test('Administrators read the mailbox; Members and other accounts see nothing of it', async () => {
    const house = await openHouse()
    const { ana, page } = await house.anAccount()
    const bo = await house.aUser({ accountId: ana.accountId, name: 'Bo Ek' })
    await house.aBooking({ page, start: tuesdayTen })
    await post(house, () => ({ kind: 'kept' }))
    const [newest] = await listMails(house, ana)
    expect(newest?.state).toBe('kept')
    const id = (newest as StoredMail).id
    expect(await findMail(house, { viewer: ana, id })).toMatchObject({ id })
    expect(await listMails(house, bo)).toEqual([])
    expect(await findMail(house, { viewer: bo, id })).toBeUndefined()
  })
})

/** Just after each wait of the retry schedule (1, 5, 30, 120, 360, 720, 1440, 1440 minutes), and two days more. */
const retryTimes = [
  ['23', '08:00:00'],
  ['23', '08:01:00'],
  ['23', '08:06:00'],
  ['23', '08:36:00'],
  ['23', '10:36:00'],
  ['23', '16:36:00'],
  ['24', '04:36:00'],
  ['25', '04:36:00'],
  ['26', '04:36:00'],
  ['28', '04:36:00'],
] as const

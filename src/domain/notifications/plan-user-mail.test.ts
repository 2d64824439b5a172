import { expect, test } from 'vitest'
import { inAccount } from '#database/db.ts'
import { type House, openHouse } from '../../../tests/house.ts'
import type { MailOutcome, StoredMail, UserMailKind } from './mail.ts'
import { planUserMail } from './plan-user-mail.ts'
import { findMail, listMails, sendDueMails } from './send-mails.ts'

async function owing(kind: UserMailKind) {
  const house = await openHouse()
  const { ana } = await house.anAccount()
  await inAccount(house.database, ana.accountId, (tx) =>
    planUserMail(tx, house, {
      to: ana,
      kind,
      layout: {
        heading: 'Set a password',
        tone: 'plain',
        blocks: [{ kind: 'button', text: 'Go', href: 'https://meet.example.com/x/secret' }],
      },
    }),
  )
  return { house, ana }
}

async function post(house: House, outcome: MailOutcome) {
  const taken: StoredMail[] = []
  await sendDueMails(
    {
      ...house,
      sendMail: async (mail) => {
        taken.push(mail)
        return outcome
      },
    },
    10,
  )
  return taken
}

test('a mail with a link to sign in by is sent whole, and forgotten as soon as it is sent', async () => {
  const { house, ana } = await owing('password-reset')
  expect(await listMails(house, ana)).toMatchObject([
    { state: 'pending', text: '', html: '', isHidden: true },
  ])
  const [sent] = await post(house, { kind: 'sent' })
  expect(sent).toMatchObject({ to: { name: 'Ana Martin', address: 'ana@example.com' }, eventId: null })
  expect(sent?.text).toContain('https://meet.example.com/x/secret')
  expect(await house.sql('select state, html, text from outgoing_mails')).toEqual([
    { state: 'sent', html: '', text: '' },
  ])
})

test('it stays readable where it is kept for want of a mail server, and while the server refuses it only to the worker', async () => {
  const { house, ana } = await owing('user-invited')
  await post(house, { kind: 'failed', words: 'busy' })
  expect(await listMails(house, ana)).toMatchObject([{ state: 'pending', text: '', isHidden: true }])
  house.setNow('2026-11-23T09:00:00Z')
  const [again] = await post(house, { kind: 'kept' })
  expect(again?.text).toContain('/x/secret')
  const shown = await findMail(house, { viewer: ana, id: again?.id as StoredMail['id'] })
  expect(shown).toMatchObject({ state: 'kept', isHidden: false })
  expect(shown?.text).toContain('/x/secret')
})

test('other mails to users stay readable after they were sent', async () => {
  const { house, ana } = await owing('role-changed')
  await post(house, { kind: 'sent' })
  const [mail] = await listMails(house, ana)
  expect(mail).toMatchObject({ state: 'sent', isHidden: false })
  expect(mail?.text).toContain('/x/secret')
})

test('a mail with such a link that nobody takes in three days is given up, and forgotten then', async () => {
  const { house } = await owing('user-invited')
  for (let day = 23; day <= 29; day += 1)
    for (const hour of ['08', '10', '14', '20']) {
      house.setNow(`2026-11-${day}T${hour}:00:00Z`)
      await post(house, { kind: 'failed', words: 'no such mailbox' })
    }
  expect(await house.sql('select state, html, text, last_error from outgoing_mails')).toEqual([
    { state: 'given_up', html: '', text: '', last_error: 'no such mailbox' },
  ])
})

import type { User } from '#domain/accounts/user.ts'
import type { Trigger } from '#domain/webhooks/subscription.ts'
import { createCredentialCheck } from '#domain/zapier/check-credentials.ts'
import { generateKey } from '#domain/zapier/manage-key.ts'
import { turnZapOn } from '#domain/zapier/manage-zaps.ts'
import { accepted } from '#kit/result.ts'
import type { House, Received } from '../../../tests/house.ts'

export interface OwedMail {
  kind: string
  to_address: string
  subject: string
  text: string
}

/** Mails to users that are owed or kept, oldest first. */
export const mailsIn = (house: House): Promise<OwedMail[]> =>
  house.sql<OwedMail>(
    'select kind, to_address, subject, text from outgoing_mails where event_id is null order by id',
  )

/** The token of the link in a mail. */
export function tokenIn(mail: OwedMail | undefined, path: 'invitation' | 'reset-password'): string {
  const token = new RegExp(`https://meet\\.example\\.com/${path}/([\\w-]{43})\\b`).exec(mail?.text ?? '')?.[1]
  if (!token) throw new Error(`No ${path} link in ${JSON.stringify(mail)}`)
  return token
}

/** Who did what, oldest first. */
export const auditIn = async (house: House): Promise<string[]> =>
  (await house.sql<{ action: string }>('select action from audit_entries order by id')).map(
    ({ action }) => action,
  )

/** A key, its connection and one Zap on every new booking, or on what it waits for, as Zapier would make them. */
export async function aZapOf(
  house: House,
  user: User,
  trigger: Trigger = 'booking_scheduled',
): Promise<{ key: string; check: () => Promise<boolean> }> {
  const { key } = accepted(await generateKey(house, user))
  const checkCredentials = createCredentialCheck(house)
  const credentials = { key, loginId: user.loginId, address: '192.0.2.9', integration: null }
  const caller = accepted(await checkCredentials(credentials))
  accepted(
    await turnZapOn({ ...house, refusalOfTarget: () => undefined }, caller, {
      trigger,
      targetUrl: `https://hooks.example.com/${user.id}`,
      bookingPageId: null,
      eventTypeId: null,
    }),
  )
  return { key, check: async () => (await checkCredentials(credentials)).ok }
}

/** Whose Zaps got a POST, by the user's id. */
export const postedTo = (received: Received[]): string[] =>
  received
    .filter(({ method }) => method === 'POST')
    .map(({ url }) => url.split('/').at(-1) ?? '')
    .sort()

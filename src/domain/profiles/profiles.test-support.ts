import type { House } from '../../../tests/house.ts'

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

import type { Role, User } from '#domain/accounts/user.ts'
import { linkLife } from '#domain/accounts/user-link.ts'
import type { Block, Layout } from '#domain/notifications/mail-layout.ts'

type Named = Pick<User, 'name' | 'loginId'>

const paragraph = (text: string): Block => ({ kind: 'paragraph', text })
const plain = (heading: string, ...blocks: Block[]): Layout => ({ heading, tone: 'plain', blocks })
const times = (count: number, one: string, more: string) => `${count} ${count === 1 ? one : more}`

/** What to do when one did not do it oneself. */
const ifNotYou = (publicUrl: string): Block[] => [
  paragraph(
    'If you know nothing of this, set a new password with “Forgot your password?” on the sign-in page, and tell an Administrator of your account.',
  ),
  { kind: 'link', text: 'Sign in', href: `${publicUrl}/sign-in` },
]

export const invitationMail = (link: string, to: Named, by: Named): Layout =>
  plain(
    `${by.name} invites you to Hourwire`,
    paragraph(`Hello ${to.name},`),
    paragraph(
      `${by.name} (${by.loginId}) made a user for you. Choose a password and your time zone, and you are in.`,
    ),
    { kind: 'button', text: 'Accept the invitation', href: link },
    {
      kind: 'facts',
      facts: [
        ['Your Login ID', to.loginId],
        ['Works for', `${linkLife.invitation.words}, once`],
      ],
    },
    paragraph('If you do not expect this invitation, you need not do anything.'),
  )

export const resetMail = (link: string, to: Named): Layout =>
  plain(
    'Set a new password',
    paragraph(`Hello ${to.name},`),
    paragraph(`Somebody, hopefully you, asked for a new password for the Login ID ${to.loginId}.`),
    { kind: 'button', text: 'Set a new password', href: link },
    paragraph(
      `The link works for ${linkLife['password-reset'].words}, once. A newer one takes its place. If you did not ask for it, you need not do anything: your password stays.`,
    ),
  )

export const passwordChangedMail = (publicUrl: string, to: Named): Layout =>
  plain(
    'Your password was changed',
    paragraph(`Hello ${to.name},`),
    paragraph(
      'From now on you sign in with the new password. Other browsers that were signed in have to sign in again. Your Zaps run on.',
    ),
    ...ifNotYou(publicUrl),
  )

/** To the new address: how to sign in, and what to do in Zapier. */
export const newLoginIdMail = (
  publicUrl: string,
  { to, formerLoginId, zapsStopped }: { to: Named; formerLoginId: string; zapsStopped: number },
): Layout =>
  plain(
    'Your Login ID was changed',
    paragraph(`Hello ${to.name},`),
    {
      kind: 'facts',
      facts: [
        ['Login ID', to.loginId],
        ['Formerly', formerLoginId],
      ],
    },
    paragraph('Sign in with the new one. The password stays. Mails from Hourwire come to this address now.'),
    ...(zapsStopped > 0
      ? [
          paragraph(
            `${times(zapsStopped, 'Zap waits', 'Zaps wait')} until you reconnect: open Connected Accounts in Zapier and enter your API key, which stays the same, with the new Login ID. What happens in the meantime is kept for 7 days and sent then.`,
          ),
          {
            kind: 'link' as const,
            text: 'Show my API key',
            href: `${publicUrl}/settings/other/zapier/api-key`,
          },
        ]
      : []),
  )

/** To the former address, which learns of it for the last time. */
export const formerLoginIdMail = (
  publicUrl: string,
  { to, loginId, by }: { to: Named; loginId: string; by: Named | undefined },
): Layout =>
  plain(
    'Your Login ID was changed',
    paragraph(`Hello ${to.name},`),
    paragraph(
      `Your Login ID is ${loginId} now${by ? `: ${by.name}, an Administrator of your account, changed it` : ''}. This is the last mail to this address.`,
    ),
    paragraph(
      'If you know nothing of this, tell an Administrator of your account at once: whoever did it may know your password.',
    ),
    { kind: 'link', text: 'Sign in', href: `${publicUrl}/sign-in` },
  )

export const roleMail = (publicUrl: string, { to, role, by }: { to: Named; role: Role; by: Named }): Layout =>
  plain(
    `You are ${role === 'administrator' ? 'an Administrator' : 'a Member'} now`,
    paragraph(`Hello ${to.name},`),
    paragraph(
      role === 'administrator'
        ? `${by.name} made you an Administrator. You see all booking pages and bookings of the account, and can invite users.`
        : `${by.name} made you a Member. You see your own booking pages, those you edit, and their bookings. Zaps act on pages that you own.`,
    ),
    { kind: 'link', text: 'Open Hourwire', href: publicUrl },
  )

export const allPagesMail = (publicUrl: string, { to, by }: { to: Named; by: Named | undefined }): Layout =>
  plain(
    'Your Zaps act on all booking pages now',
    paragraph(`Hello ${to.name},`),
    paragraph(
      `${by ? `${by.name} gave you` : 'You have'} the permission “Trigger Zaps from all Booking pages”. Each of your Zaps that is on acts on the bookings of every page of the account, those of other owners included.`,
    ),
    paragraph(
      'Zaps of the pages’ owners run as well: what both do happens twice. A filter by booking page in a Zap keeps it to the pages you mean.',
    ),
    { kind: 'link', text: 'Manage Zaps', href: `${publicUrl}/settings/other/zapier/manage-zaps` },
  )

export const deletedMail = (to: Named, by: Named): Layout =>
  plain(
    'Your user was deleted',
    paragraph(`Hello ${to.name},`),
    paragraph(
      `${by.name} (${by.loginId}) deleted your user. You cannot sign in any more, your API key was revoked and your Zaps ended. Bookings that were made with you stay in the account.`,
    ),
  )

export const administratorsDeletedMail = (
  publicUrl: string,
  deletion: { user: Named; by: Named; heir: Named; pages: number; zapsEnded: number; comingBookings: number },
): Layout => {
  const { user, by, heir, pages, zapsEnded, comingBookings } = deletion
  return plain(
    `${user.name} was deleted`,
    paragraph(`${by.name} deleted the user ${user.name} (${user.loginId}).`),
    {
      kind: 'facts',
      facts: [
        [
          'Booking pages',
          pages > 0 ? `${times(pages, 'page belongs', 'pages belong')} to ${heir.name} now` : '',
        ],
        ['Zaps', zapsEnded > 0 ? `${times(zapsEnded, 'Zap', 'Zaps')} ended` : ''],
        [
          'Coming bookings',
          comingBookings > 0
            ? `${times(comingBookings, 'booking stays', 'bookings stay')} as agreed: somebody has to take them over`
            : '',
        ],
      ],
    },
    { kind: 'link', text: 'Open Activity', href: publicUrl },
  )
}

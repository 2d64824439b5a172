import type { Db } from '#database/db.ts'
import type { User } from '#domain/accounts/user.ts'
import type { Deps } from '#domain/deps.ts'
import type { Block, Layout } from '#domain/notifications/mail-layout.ts'
import { momentInWords, zoneInWords } from '#domain/notifications/mail-words.ts'
import { planUserMail } from '#domain/notifications/plan-user-mail.ts'
import type { Instant } from '#kit/time.ts'
import { graceHours } from './zapier-key.ts'

/** What a user hears of the own key and connection by mail: each may be somebody else's doing. */
export type KeyNews =
  | { kind: 'connected'; at: Instant; from: string; zapsResumed: number }
  | { kind: 'regenerated'; zapsStopped: number; graceUntil: Instant | undefined }
  | { kind: 'grace-ended'; zapsStopped: number }
  | { kind: 'revoked'; zapsEnded: number }

const zaps = (count: number) => (count === 1 ? 'One Zap' : `${count} Zaps`)

/** Where the user looks, and what to do if it was somebody else. */
const notYou = (publicUrl: string): Block[] => [
  {
    kind: 'paragraph',
    text: 'Was it not you? Then somebody else can use your account: change your password, and revoke the key.',
  },
  { kind: 'button', text: 'Open the Zapier page', href: `${publicUrl}/settings/other/zapier/api-key` },
]

/** Owes the user the mail, within the transaction in which it happened. */
export async function tellOfKey(
  tx: Db,
  deps: Pick<Deps, 'clock' | 'publicUrl'>,
  { user, what }: { user: User; what: KeyNews },
): Promise<void> {
  const { kind, layout } = mailOf(what, user, deps.publicUrl)
  await planUserMail(tx, deps, { to: user, kind, layout })
}

function mailOf(
  what: KeyNews,
  user: Pick<User, 'name' | 'zone' | 'loginId'>,
  publicUrl: string,
): { kind: 'zapier-connected' | 'zapier-key-regenerated' | 'zapier-key-revoked'; layout: Layout } {
  const say = (heading: string, tone: Layout['tone'], ...blocks: Block[]): Layout => ({
    heading,
    tone,
    blocks: [{ kind: 'paragraph', text: `Hello ${user.name},` }, ...blocks, ...notYou(publicUrl)],
  })
  const text = (words: string): Block => ({ kind: 'paragraph', text: words })
  const moment = (at: Instant) => `${momentInWords(at, user.zone)}, ${zoneInWords(user.zone, at)}`
  switch (what.kind) {
    case 'connected':
      return {
        kind: 'zapier-connected',
        layout: say(
          'Zapier is connected to your account',
          'good',
          text(
            'Your API key and Login ID were used to connect for the first time. Bookings can set your Zaps in motion now.',
          ),
          {
            kind: 'facts',
            facts: [
              ['Connected as', user.loginId],
              ['When', moment(what.at)],
              ['From', what.from],
              ['Went on', what.zapsResumed > 0 ? `${zaps(what.zapsResumed)} that waited for it` : ''],
            ],
          },
        ),
      }
    case 'regenerated':
      return {
        kind: 'zapier-key-regenerated',
        layout: say(
          'Your Zapier API key was replaced',
          'plain',
          text(
            what.graceUntil
              ? `The former key goes on until ${moment(what.graceUntil)} (${graceHours} hours). Reconnect in Zapier with the new key before that.`
              : 'The former key is refused from now on.',
          ),
          ...(what.zapsStopped > 0
            ? [
                text(
                  `${zaps(what.zapsStopped)} wait until you reconnect in Zapier with the new key. What happens meanwhile is kept for seven days and sent then.`,
                ),
              ]
            : []),
        ),
      }
    case 'grace-ended':
      return {
        kind: 'zapier-key-regenerated',
        layout: say(
          'Your former Zapier API key has ended',
          'bad',
          text(
            `${zaps(what.zapsStopped)} still used it and wait until you reconnect in Zapier with the present key. What happens meanwhile is kept for seven days and sent then.`,
          ),
        ),
      }
    case 'revoked':
      return {
        kind: 'zapier-key-revoked',
        layout: say(
          'Your Zapier API key was revoked',
          'bad',
          text('Connections made with it are refused from now on.'),
          ...(what.zapsEnded > 0
            ? [
                text(
                  `${zaps(what.zapsEnded)} ended. Zapier was told to switch them off; to use them again, connect with a new key and turn them on.`,
                ),
              ]
            : []),
        ),
      }
  }
}

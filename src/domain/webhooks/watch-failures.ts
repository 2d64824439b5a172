import { type Db, inSystem } from '#database/db.ts'
import { audit } from '#domain/accounts/audit.ts'
import { findUserOf, listUsersOf } from '#domain/accounts/find-user.ts'
import type { User } from '#domain/accounts/user.ts'
import type { Deps } from '#domain/deps.ts'
import type { Layout } from '#domain/notifications/mail-layout.ts'
import { momentInWords, zoneInWords } from '#domain/notifications/mail-words.ts'
import { planUserMail } from '#domain/notifications/plan-user-mail.ts'
import { publicId } from '#kit/ids.ts'
import { isWebhook, type Subscription, type Webhook } from './subscription.ts'
import { markTold, stopSubscriptions, takeFailing } from './subscription-repository.ts'

/**
 * Looks after subscriptions whose every attempt fails: their users are told after an hour and again after a day, and after five days
 * and at least twenty failed attempts sending is stopped (reliability.md 1.2, "Auto-off"). Never silently: what happens then is held,
 * and goes out with what was given up when the user turns the Zap on again. A success starts all this anew.
 *
 * @returns how many were looked after; fewer than `limit` means that none is left.
 */
export const watchFailures = async (
  deps: Pick<Deps, 'database' | 'clock' | 'publicUrl' | 'tellOperator'>,
  limit: number,
): Promise<number> => {
  const failing = await inSystem(deps.database, async (tx) => {
    const failing = await takeFailing(tx, limit)
    for (const { subscription, call } of failing) {
      if (call === 'stop') await stop(tx, deps, subscription)
      else await markTold(tx, subscription, call === 'tell-day' ? 2 : 1)
      for (const user of await usersToTell(tx, subscription))
        await planUserMail(tx, deps, {
          to: user,
          kind: call === 'stop' ? 'zap-stopped' : 'zap-failing',
          layout: mailOf(call, { subscription, user, publicUrl: deps.publicUrl }),
        })
    }
    return failing
  })
  for (const { subscription, call } of failing)
    deps.tellOperator?.({
      event: operatorEvents[call],
      account: publicId('account', subscription.accountId),
      subscription: publicId('subscription', subscription.id),
    })
  return failing.length
}

/** Whoever answers 410 may not be the one who wanted the webhook. A Zap that does was turned off by its user, who need not be told. */
export async function tellOfEnd(
  tx: Db,
  deps: Pick<Deps, 'clock' | 'publicUrl'>,
  webhook: Webhook,
): Promise<void> {
  const { name, targetUrl } = webhook
  for (const user of await usersToTell(tx, webhook))
    await planUserMail(tx, deps, {
      to: user,
      kind: 'webhook-ended',
      layout: {
        tone: 'bad',
        heading: `The webhook “${name}” has ended: its address wants nothing more`,
        blocks: [
          { kind: 'paragraph', text: `Hello ${user.name},` },
          {
            kind: 'paragraph',
            text: 'The address of this webhook answered with status 410, which means that it is gone for good. So nothing more is sent to it, and what was still to be sent is dropped. If that was not meant, make the webhook anew.',
          },
          { kind: 'facts', facts: [['Sent to', URL.parse(targetUrl)?.host ?? 'its target']] },
          {
            kind: 'button',
            text: 'Open the webhooks',
            href: `${deps.publicUrl}/settings/other/api/webhooks`,
          },
        ],
      },
    })
}

/** Whose Zap it is; of a webhook every Administrator who has signed in. */
async function usersToTell(tx: Db, subscription: Subscription | Webhook): Promise<User[]> {
  const { accountId } = subscription
  if (isWebhook(subscription))
    return (await listUsersOf(tx, accountId)).filter(
      ({ role, joinedAt }) => role === 'administrator' && joinedAt !== null,
    )
  const user = await findUserOf(tx, accountId, subscription.userId)
  return user ? [user] : []
}

const operatorEvents = {
  'tell-hour': 'subscription.failing',
  'tell-day': 'subscription.failing_for_a_day',
  stop: 'subscription.stopped',
} as const

async function stop(tx: Db, deps: Pick<Deps, 'clock'>, subscription: Subscription | Webhook): Promise<void> {
  const { accountId, id } = subscription
  await stopSubscriptions(tx, accountId, { id }, 'failing')
  const action = isWebhook(subscription) ? 'webhook.stopped' : 'zapier.zap-stopped'
  await audit(tx, deps, { accountId, actorUserId: null, action, subject: id })
}

function mailOf(
  call: 'tell-hour' | 'tell-day' | 'stop',
  {
    subscription,
    user,
    publicUrl,
  }: { subscription: Subscription | Webhook; user: Pick<User, 'name' | 'zone'>; publicUrl: string },
): Layout {
  const { failingSince, targetUrl } = subscription
  const since = failingSince
    ? `${momentInWords(failingSince, user.zone)}, ${zoneInWords(user.zone, failingSince)}`
    : ''
  const host = URL.parse(targetUrl)?.host ?? 'its target'
  const words = isWebhook(subscription) ? webhookWords(subscription.name)[call] : zapWords[call]
  return {
    tone: 'bad',
    heading: words.heading,
    blocks: [
      { kind: 'paragraph', text: `Hello ${user.name},` },
      { kind: 'paragraph', text: words.text },
      {
        kind: 'facts',
        facts: [
          ['Sends to', host],
          ['Fails since', since],
        ],
      },
      {
        kind: 'button',
        text: isWebhook(subscription) ? 'Open the webhook' : 'Open the Zap',
        href: `${publicUrl}/settings/other/${isWebhook(subscription) ? 'api/webhooks' : 'zapier/manage-zaps'}/${publicId('subscription', subscription.id)}`,
      },
    ],
  }
}

const zapWords = {
  'tell-hour': {
    heading: 'A Zap does not reach its target',
    text: 'For an hour now nothing that this Zap was owed has arrived. It is tried again and again for three days; you need not do anything if the target is only down.',
  },
  'tell-day': {
    heading: 'A Zap has not reached its target for a day',
    text: 'For a day now nothing that this Zap was owed has arrived. It is still tried; look whether the Zap is on in Zapier.',
  },
  stop: {
    heading: 'A Zap was stopped: its target does not answer',
    text: 'For five days nothing that this Zap was owed has arrived, so sending to it was stopped. What happens from now on is kept. When the target is back, turn the Zap on again on its page: everything it missed is sent then.',
  },
}

const webhookWords = (name: string): typeof zapWords => ({
  'tell-hour': {
    heading: `The webhook “${name}” does not reach its address`,
    text: 'For an hour now nothing that this webhook was owed has arrived. It is tried again and again for three days; you need not do anything if the address is only down.',
  },
  'tell-day': {
    heading: `The webhook “${name}” has not reached its address for a day`,
    text: 'For a day now nothing that this webhook was owed has arrived. It is still tried; look whether the software behind the address is running.',
  },
  stop: {
    heading: `The webhook “${name}” was stopped: its address does not answer`,
    text: 'For five days nothing that this webhook was owed has arrived, so sending to it was stopped. What happens from now on is kept. When the address is back, go on with the webhook on its page: everything it missed is sent then.',
  },
})

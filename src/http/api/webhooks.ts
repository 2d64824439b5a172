import { createWebhook, deleteWebhook, getWebhook, listWebhooks } from '#contracts/api/webhooks.ts'
import {
  createWebhook as create,
  deleteWebhook as end,
  findWebhook,
  listWebhooksOnly as list,
  secretOf,
  type WebhookProblem,
} from '#domain/webhooks/account-webhooks.ts'
import type { Webhook } from '#domain/webhooks/subscription.ts'
import { parsePublicId, publicId } from '#kit/ids.ts'
import { ok, refuse } from '#kit/result.ts'
import { isoMilliseconds } from '#kit/time.ts'
import { type ApiDeps, on } from './call.ts'
import { listAnswer, pageByIds } from './paging.ts'
import { deleted } from './present.ts'
import { type ApiProblem, apiProblem, notFound } from './refusal.ts'

export const webhookEndpoints = [
  on(createWebhook, async ({ deps, caller, body }) => {
    const made = await create(
      deps,
      { accountId: caller.accountId, userId: null },
      { name: body.name, targetUrl: body.url, events: body.events },
    )
    return made.ok ? ok(present(deps, made.value)) : refuse(problemOf(made.problem, body.name))
  }),

  on(listWebhooks, async ({ deps, caller, query }) => {
    const all = await list(deps, caller.accountId)
    return ok(
      listAnswer(
        pageByIds(all, query, ({ id }) => publicId('subscription', id)),
        (webhook) => present(deps, webhook),
      ),
    )
  }),

  // A deleted one is told as such: clients look it up to see whether to make it anew (api-contract T1).
  on(getWebhook, async ({ deps, caller, id }) => {
    const own = parsePublicId('subscription', id)
    const webhook = own && (await findWebhook(deps, caller.accountId, own))
    if (!webhook) return refuse(notFound('webhook', id))
    return ok(webhook.state === 'ended' ? deleted('webhook', id) : present(deps, webhook))
  }),

  on(deleteWebhook, async ({ deps, caller, id }) => {
    const own = parsePublicId('subscription', id)
    const done = own && (await end(deps, { accountId: caller.accountId, userId: null }, own))
    return done?.ok ? ok(deleted('webhook', id)) : refuse(notFound('webhook', id))
  }),
]

const present = (deps: ApiDeps, webhook: Webhook) => ({
  object: 'webhook' as const,
  id: publicId('subscription', webhook.id),
  api_version: 'v2' as const,
  name: webhook.name,
  url: webhook.targetUrl,
  events: webhook.events,
  creation_time: isoMilliseconds(webhook.createdAt),
  secret: secretOf(deps, webhook),
})

function problemOf(problem: WebhookProblem, name: string): ApiProblem {
  switch (problem.code) {
    case 'webhook-name-taken':
      return apiProblem(
        409,
        `name: another webhook is called "${name.slice(0, 100)}". Choose another name.`,
        'name',
      )
    case 'webhook-name-wrong':
      return apiProblem(400, `name: ${problem.reason}.`, 'name')
    case 'webhook-events-wrong':
      return apiProblem(400, `events: ${problem.reason}.`, 'events')
    case 'too-many-webhooks':
      return apiProblem(409, `An account can have at most ${problem.most} webhooks. Delete one first.`)
    case 'target-refused':
      return apiProblem(400, `url: ${problem.reason}`, 'url')
  }
}

import type { AccountId, UserId } from '#kit/ids.ts'

export type AuditedAction =
  | 'zapier-key.generated'
  | 'zapier-key.regenerated'
  | 'zapier-key.revealed'
  | 'zapier-key.revoked'
  | 'zapier-key.grace-ended'
  | 'api-key.created'
  | 'api-key.revoked'
  | 'zapier.connected'
  | 'zapier.connection-broken'
  | 'zapier.refused'
  | 'zapier.zap-ended'
  | 'signing-secret.revealed'
  | 'signing-secret.rotated'
  | 'zapier.zap-stopped'
  | 'webhook.created'
  | 'webhook.deleted'
  | 'webhook.paused'
  | 'webhook.resumed'
  | 'webhook.stopped'
  | 'booking-page.access-changed'
  | 'booking-page.deleted'
  | 'booking-page.link-changed'
  | 'event-type.deleted'
  | 'user.invited'
  | 'user.invitation-resent'
  | 'user.joined'
  | 'user.details-changed'
  | 'user.role-changed'
  | 'user.login-id-changed'
  | 'user.password-changed'
  | 'user.password-reset'
  | 'user.reset-link-made'
  | 'user.all-pages-permitted'
  | 'user.all-pages-withdrawn'
  | 'user.deleted'
  | 'user.teams-changed'
  | 'team.created'
  | 'team.changed'
  | 'team.deleted'

export interface AuditEntry {
  accountId: AccountId
  /** Null when no user did it: then it was the server, or the API key that `details.apiKey` names. */
  actorUserId: UserId | null
  action: AuditedAction
  /** Id of the thing acted on. */
  subject: string
  /** Ids and counts only: never names, addresses or secrets. */
  details?: Record<string, string | number | boolean | null>
}

import type { Deps } from './deps.ts'
import { asText, fill } from './mapping.ts'
import type { Action, ActionOutcome, Item } from './records.ts'

type MailAction = Extract<Action, { kind: 'mail' }>

const address = /^[^\s@,;<>"]+@[^\s@,;<>"]+$/

/**
 * Writes a mail into the sandbox's own outbox, where it stays: the sandbox has no mail server, so nobody gets
 * mail from trying out a Zap.
 */
export function keepMail(
  deps: Pick<Deps, 'store' | 'now'>,
  { zapId, action, data }: { zapId: string; action: MailAction; data: Item },
): ActionOutcome {
  const filled = (template: string) => asText(fill(template, data))
  const to = filled(action.to)
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean)
  const mail = {
    to: to.join(', '),
    // A subject is one line.
    subject: filled(action.subject).replace(/\s+/g, ' ').trim(),
    text: filled(action.text),
  }
  const outcome = (reason: string, summary: string): ActionOutcome => ({
    done: reason === '',
    reason,
    result: { summary, output: mail, status: null, answer: '', fields: reason ? {} : mail },
  })
  if (to.length === 0)
    return outcome('The mail has no recipient: what fills "To" is empty.', 'No mail was made')
  const wrong = to.find((one) => !address.test(one))
  if (wrong) return outcome(`"${wrong}" is no e-mail address.`, 'No mail was made')
  deps.store.addToOutbox({ zapId, madeAt: deps.now(), ...mail })
  return outcome('', `Put a mail to ${mail.to} into the outbox`)
}

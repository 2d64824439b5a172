import type { ChangePolicy } from '#domain/booking-pages/booking-page.ts'
import { longest } from '../carried.ts'
import layout from '../layout.module.css'
import css from './page.module.css'

/** What the customer looks at on the page of the own booking. */
export type Tab = 'keep' | 'reschedule' | 'cancel'

export interface Changes {
  tab: Tab
  isRequest: boolean
  /**
   * `refusal`: what stands in place of the button, undefined where the policy allows it. `closedBy`: whose page takes no bookings, so
   * that there are no times whatever the policy says.
   */
  reschedule: { policy: string; refusal: string | undefined; closedBy: string | undefined; href: string }
  cancel: { policy: string; refusal: string | undefined; reason: ChangePolicy['reason'] }
  error: string | undefined
}

/** Reschedule, cancel or keep: three links, each opening what belongs to it below (product.md 3.6). */
export function ChangeTabs({ tab, isRequest }: Pick<Changes, 'tab' | 'isRequest'>) {
  const tabs: [Tab, string][] = [
    ['reschedule', isRequest ? 'Suggest other times' : 'Reschedule'],
    ['cancel', isRequest ? 'Cancel the request' : 'Cancel'],
    ['keep', 'Keep'],
  ]
  return (
    <nav className={css.tabs} aria-label="What would you like to do?">
      {tabs.map(([name, words]) => (
        <a
          key={name}
          className={css.tab}
          data-tab={name}
          href={name === 'keep' ? '?' : `?do=${name}`}
          aria-current={tab === name ? 'page' : undefined}
        >
          {words}
        </a>
      ))}
    </nav>
  )
}

export function RescheduleTab({ reschedule, isRequest }: Pick<Changes, 'reschedule' | 'isRequest'>) {
  return (
    <section className={css.change} aria-labelledby="change">
      <h2 className={css.subheading} id="change">
        {isRequest ? 'Suggest other times' : 'Reschedule this booking'}
      </h2>
      {!isRequest && !reschedule.closedBy && <p className={css.text}>{reschedule.policy}</p>}
      {reschedule.closedBy ? (
        <p>
          {reschedule.closedBy} takes no bookings at the moment, so there are no other times. To change this
          one, please contact {reschedule.closedBy} directly.
        </p>
      ) : reschedule.refusal === undefined ? (
        <p>
          <a className={layout.button} href={reschedule.href}>
            See available times
          </a>
        </p>
      ) : (
        reschedule.refusal && <p>{reschedule.refusal}</p>
      )}
    </section>
  )
}

export function CancelTab({ cancel, isRequest, error }: Pick<Changes, 'cancel' | 'isRequest' | 'error'>) {
  const asksReason = !isRequest && cancel.reason !== 'none'
  const isMandatory = cancel.reason === 'mandatory'
  return (
    <section className={css.change} aria-labelledby="change">
      <h2 className={css.subheading} id="change">
        {isRequest ? 'Cancel the booking request' : 'Cancel the booking'}
      </h2>
      {!isRequest && <p className={css.text}>{cancel.policy}</p>}
      {cancel.refusal === undefined ? (
        <form className={css.form} method="post" action="?do=cancel" noValidate data-once="">
          <input type="hidden" name="intent" value="cancel" />
          {asksReason && (
            <div>
              <label className={layout.label} htmlFor="field-reason">
                {isMandatory ? 'Reason for canceling *' : 'Reason for canceling'}
              </label>
              {error !== undefined && (
                <p className={layout.error} id="error-reason">
                  {error}
                </p>
              )}
              <textarea
                className={layout.input}
                id="field-reason"
                name="reason"
                rows={3}
                maxLength={longest.note}
                required={isMandatory}
                aria-invalid={error !== undefined || undefined}
                aria-describedby={error === undefined ? undefined : 'error-reason'}
              />
            </div>
          )}
          <p className={css.keep}>The time is given free at once. This cannot be undone.</p>
          <button className={`${layout.button} ${css.danger}`} type="submit">
            {isRequest ? 'Cancel the booking request' : 'Cancel the booking'}
          </button>
        </form>
      ) : (
        cancel.refusal && <p>{cancel.refusal}</p>
      )}
    </section>
  )
}

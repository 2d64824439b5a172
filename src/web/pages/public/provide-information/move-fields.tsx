import type { ChangePolicy } from '#domain/booking-pages/booking-page.ts'
import { cutTo, longest, unprintableInText } from '../carried.ts'
import layout from '../layout.module.css'
import css from './page.module.css'

/** What is asked of a customer who moves a booking: nothing but the reason, where the policy wants one. */
export function MoveFields({
  former,
  reason,
  back,
  error,
}: {
  former: { date: string; times: string } | undefined
  reason: ChangePolicy['reason']
  back: string
  error: string | undefined
}) {
  return (
    <>
      {former && (
        <p>
          It takes the place of <span className={css.gone}>{`${former.date}, ${former.times}`}</span>.
        </p>
      )}
      {reason !== 'none' && (
        <div className={css.field}>
          <label className={layout.label} htmlFor="field-reason">
            {reason === 'mandatory' ? 'Reason for the change *' : 'Reason for the change'}
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
            rows={2}
            maxLength={longest.note}
            required={reason === 'mandatory'}
            aria-invalid={error !== undefined || undefined}
            aria-describedby={error === undefined ? undefined : 'error-reason'}
          />
        </div>
      )}
      <p>
        <a className={layout.link} href={back}>
          {former ? 'Keep the time it has' : 'Back to the booking'}
        </a>
      </p>
    </>
  )
}

/** The reason in a posted form: one text, without characters that cannot be shown, cut to what is stored. */
export function readReason(form: FormData): string {
  const value = form.get('reason')
  if (typeof value !== 'string') return ''
  return cutTo(value.replace(/\r\n?/g, '\n').replace(unprintableInText, '').trim(), longest.note)
}

import type { ReactNode } from 'react'
import { longest } from '../carried.ts'
import layout from '../layout.module.css'
import type { DetailsErrors, DetailsField, DetailsValues } from './details-form.ts'
import css from './page.module.css'

const order: (keyof DetailsErrors)[] = ['start', 'reason', 'name', 'email', 'company', 'phone', 'note']

/** Lists what is not right, each with a link to its field. */
export function ErrorSummary({ errors }: { errors: DetailsErrors }) {
  return (
    <div className={layout.alert} role="alert" data-focus="" tabIndex={-1}>
      <h2 className={layout.alertTitle}>Please check what you entered</h2>
      <ul>
        {order.map(
          (field) =>
            errors[field] !== undefined && (
              <li key={field}>
                <a href={`#field-${field}`}>{errors[field]}</a>
              </li>
            ),
        )}
      </ul>
    </div>
  )
}

export function DetailsFields({ values, errors }: { values: DetailsValues; errors: DetailsErrors }) {
  const common = (name: DetailsField) => ({
    className: layout.input,
    id: `field-${name}`,
    name,
    defaultValue: values[name],
    'aria-invalid': errors[name] !== undefined || undefined,
    'aria-describedby': describedBy(name, errors[name]),
  })
  return (
    <>
      <p className={css.hint}>Fields marked with * are required.</p>
      <Field name="name" label="Your name *" error={errors.name}>
        <input {...common('name')} type="text" autoComplete="name" maxLength={longest.name} required />
      </Field>
      <Field name="email" label="Your email *" error={errors.email}>
        <input {...common('email')} type="email" autoComplete="email" maxLength={longest.email} required />
      </Field>
      <Field name="company" label="Company" error={errors.company}>
        <input {...common('company')} type="text" autoComplete="organization" maxLength={longest.company} />
      </Field>
      <Field
        name="phone"
        label="Phone"
        error={errors.phone}
        hint="With the country code, such as +1 202 555 0195"
      >
        <input {...common('phone')} type="tel" autoComplete="tel" maxLength={longest.phone} />
      </Field>
      <Field name="note" label="Note" error={errors.note} hint="Anything that helps to prepare the meeting">
        <textarea {...common('note')} rows={3} maxLength={longest.note} />
      </Field>
    </>
  )
}

const hasHint: DetailsField[] = ['phone', 'note']

const describedBy = (name: DetailsField, error: string | undefined): string | undefined => {
  const ids = [
    ...(hasHint.includes(name) ? [`hint-${name}`] : []),
    ...(error === undefined ? [] : [`error-${name}`]),
  ]
  return ids.length > 0 ? ids.join(' ') : undefined
}

function Field({
  name,
  label,
  error,
  hint,
  children,
}: {
  name: DetailsField
  label: string
  error: string | undefined
  hint?: string
  children: ReactNode
}) {
  return (
    <div className={css.field}>
      <label className={layout.label} htmlFor={`field-${name}`}>
        {label}
      </label>
      {hint && (
        <p className={css.hint} id={`hint-${name}`}>
          {hint}
        </p>
      )}
      {error !== undefined && (
        <p className={layout.error} id={`error-${name}`}>
          {error}
        </p>
      )}
      {children}
    </div>
  )
}

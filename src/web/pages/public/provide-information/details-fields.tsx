import type { ReactNode } from 'react'
import type { FormField } from '#domain/booking-pages/booking-page.ts'
import { longest } from '../carried.ts'
import layout from '../layout.module.css'
import type { DetailsErrors, DetailsValues, Questions } from './details-form.ts'
import css from './page.module.css'

/** Lists what is not right, in the order of the form, each with a link to its field. */
export function ErrorSummary({ errors, questions }: { errors: DetailsErrors; questions: Questions }) {
  const order = ['start', 'reason', 'name', 'email', 'location', ...questions.fields.map(({ name }) => name)]
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

/** The fields of the system that the browser knows how to fill, and their limits. */
const known: Record<string, { type: string; autoComplete: string; maxLength: number }> = {
  company: { type: 'text', autoComplete: 'organization', maxLength: longest.company },
  phone: { type: 'tel', autoComplete: 'tel', maxLength: longest.phone },
}

export function DetailsFields({
  values,
  errors,
  questions,
}: {
  values: DetailsValues
  errors: DetailsErrors
  questions: Questions
}) {
  const common = (name: string, hint = '') => ({
    className: layout.input,
    id: `field-${name}`,
    name,
    defaultValue: values[name] ?? '',
    'aria-invalid': errors[name] !== undefined || undefined,
    'aria-describedby': describedBy(name, errors[name], hint),
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
      {questions.location !== undefined && (
        <Field name="location" label={`${questions.location} *`} error={errors.location}>
          <input {...common('location')} type="text" maxLength={500} required />
        </Field>
      )}
      {questions.fields.map((field) =>
        field.hidden ? (
          values[field.name] && (
            <input key={field.name} type="hidden" name={field.name} value={values[field.name]} />
          )
        ) : field.kind === 'checkbox' ? (
          <Checkboxes
            key={field.name}
            field={field}
            checked={(values[field.name] ?? '').split('\n')}
            error={errors[field.name]}
          />
        ) : (
          <Field
            key={field.name}
            name={field.name}
            label={field.required ? `${field.title} *` : field.title}
            error={errors[field.name]}
            hint={field.subtext}
          >
            {field.kind === 'dropdown' ? (
              <select {...common(field.name, field.subtext)} required={field.required}>
                <option value="">Choose</option>
                {field.options.map((option) => (
                  <option key={option}>{option}</option>
                ))}
              </select>
            ) : field.kind === 'multi-line' ? (
              <textarea
                {...common(field.name, field.subtext)}
                rows={3}
                maxLength={field.name === 'note' ? longest.note : 5000}
                required={field.required}
              />
            ) : (
              <input
                {...common(field.name, field.subtext)}
                {...(known[field.name] ?? { type: 'text', maxLength: 250 })}
                required={field.required}
              />
            )}
          </Field>
        ),
      )}
    </>
  )
}

/** What the address filled in, to be confirmed as it is. */
export function FilledDetails({ values, questions }: { values: DetailsValues; questions: Questions }) {
  const titles: [string, string][] = [
    ['name', 'Your name'],
    ['email', 'Your email'],
    ...(questions.location === undefined ? [] : [['location', questions.location] as [string, string]]),
    ...questions.fields
      .filter(({ hidden }) => !hidden)
      .map(({ name, title }): [string, string] => [name, title]),
  ]
  const lists = new Set(questions.fields.filter(({ kind }) => kind === 'checkbox').map(({ name }) => name))
  return (
    <>
      <dl className={css.filled}>
        {titles.map(
          ([name, title]) =>
            values[name] && (
              <div key={name}>
                <dt>{title}</dt>
                <dd>{lists.has(name) ? values[name].split('\n').join(', ') : values[name]}</dd>
              </div>
            ),
        )}
      </dl>
      {Object.entries(values).flatMap(([name, value]) =>
        (lists.has(name) ? value.split('\n') : [value]).map((one) => (
          <input key={`${name} ${one}`} type="hidden" name={name} value={one} />
        )),
      )}
    </>
  )
}

const describedBy = (name: string, error: string | undefined, hint: string): string | undefined => {
  const ids = [...(hint ? [`hint-${name}`] : []), ...(error === undefined ? [] : [`error-${name}`])]
  return ids.length > 0 ? ids.join(' ') : undefined
}

function Checkboxes({
  field: { name, title, subtext, required, options },
  checked,
  error,
}: {
  field: FormField
  checked: string[]
  error: string | undefined
}) {
  return (
    <fieldset
      className={css.checkboxes}
      id={`field-${name}`}
      aria-describedby={describedBy(name, error, subtext)}
      tabIndex={-1}
    >
      <legend className={layout.label}>{required ? `${title} *` : title}</legend>
      {subtext && (
        <p className={css.hint} id={`hint-${name}`}>
          {subtext}
        </p>
      )}
      {error !== undefined && (
        <p className={layout.error} id={`error-${name}`}>
          {error}
        </p>
      )}
      {options.map((option) => (
        <label key={option} className={css.checkbox}>
          <input type="checkbox" name={name} value={option} defaultChecked={checked.includes(option)} />
          <span>{option}</span>
        </label>
      ))}
    </fieldset>
  )
}

function Field({
  name,
  label,
  error,
  hint,
  children,
}: {
  name: string
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

import type { FormAnswer, FormField } from './booking-page.ts'
import { systemFields } from './check-settings.ts'

/** Longest answers (product.md 6.12). */
export const longestAnswer = { 'single-line': 250, 'multi-line': 5_000 } as const

const unprintable = /(?![\n\t])\p{Cc}|\p{Cs}|[\u202a-\u202e\u2066-\u2069]/u

/**
 * Reads the answers to a form's custom fields: those beside company, phone and note, which are members of the customer.
 *
 * @param given what was sent for a field: one text, for checkboxes one per checked option.
 * @returns every custom field with its answer, empty where there is none, and a sentence for each that is not right.
 */
export function readAnswers(
  fields: readonly FormField[],
  given: (name: string) => readonly string[],
): { answers: FormAnswer[]; problems: Record<string, string> } {
  const answers: FormAnswer[] = []
  const problems: Record<string, string> = {}
  for (const field of fields) {
    if (systemFields.includes(field.name)) continue
    const texts = given(field.name)
      .map((text) => text.replace(/\r\n?/g, '\n').trim())
      .filter((text) => text !== '')
    const problem = problemOf(field, texts)
    if (problem) problems[field.name] = problem
    answers.push({
      name: field.name,
      title: field.title,
      value: field.kind === 'checkbox' ? texts.join(', ') : (texts[0] ?? ''),
    })
  }
  return { answers, problems }
}

function problemOf({ kind, title, required, options }: FormField, texts: string[]): string | undefined {
  const [text = ''] = texts
  if (required && texts.length === 0)
    return kind === 'dropdown' || kind === 'checkbox' ? `Choose an answer: ${title}` : `Fill in: ${title}`
  if (texts.some((one) => unprintable.test(one) || (kind === 'single-line' && one.includes('\n'))))
    return `This has a character that cannot be shown. Type it anew: ${title}`
  switch (kind) {
    case 'single-line':
    case 'multi-line':
      return text.length > longestAnswer[kind]
        ? `Use at most ${longestAnswer[kind].toLocaleString('en-US')} characters: ${title}`
        : undefined
    case 'dropdown':
    case 'checkbox':
      return texts.every((one) => options.includes(one))
        ? undefined
        : `Choose among the answers offered: ${title}`
  }
}

import { data } from 'react-router'
import type { z } from 'zod'

/** One sentence for each field that has to be changed. */
export type FieldProblems = Record<string, string>

/** Reads the request's form. A body that is no form is answered with 400 by the error page. */
export async function readForm(request: Request): Promise<FormData> {
  try {
    return await request.formData()
  } catch {
    throw data('This form could not be read.', { status: 400 })
  }
}

/** The form as the shape wants it, or the first problem of each field. */
export function parseForm<Shape extends z.ZodType>(
  shape: Shape,
  form: FormData,
): { ok: true; value: z.output<Shape> } | { ok: false; problems: FieldProblems } {
  const parsed = shape.safeParse(Object.fromEntries(form))
  if (parsed.success) return { ok: true, value: parsed.data }
  const problems: FieldProblems = {}
  for (const { path, message } of parsed.error.issues) problems[String(path[0])] ??= message
  return { ok: false, problems }
}

const curly = /\{\{\s*((?:bundle|process\.env)\.[\w.[\]-]+)\s*\}\}/g
const onlyCurly = /^\{\{\s*((?:bundle|process\.env)\.[\w.[\]-]+)\s*\}\}$/

/**
 * Fills `{{bundle.inputData.x}}` and `{{process.env.X}}` in a shorthand request, at any depth.
 *
 * A text that is nothing but one placeholder keeps the type of its value; a missing value becomes "".
 */
export function fillCurlies(
  value: unknown,
  bundle: unknown,
  env: Record<string, string | undefined>,
): unknown {
  if (typeof value === 'string') return fillText(value, bundle, env)
  if (Array.isArray(value)) return value.map((item) => fillCurlies(item, bundle, env))
  if (isPlainObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, fillCurlies(item, bundle, env)]),
    )
  }
  return value
}

function fillText(text: string, bundle: unknown, env: Record<string, string | undefined>): unknown {
  const find = (path: string): unknown =>
    path.startsWith('process.env.') ? env[path.slice('process.env.'.length)] : valueAt({ bundle }, path)
  const whole = onlyCurly.exec(text)?.[1]
  if (whole) return find(whole) ?? ''
  return text.replace(curly, (_, path: string) => asText(find(path)))
}

const asText = (value: unknown): string =>
  value === undefined || value === null
    ? ''
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value)

/** The value at a dotted path (`a.b.0.c` or `a.b[0].c`); own properties only, so `constructor` finds nothing. */
export function valueAt(root: unknown, path: string): unknown {
  let value = root
  for (const step of path.replace(/\[(\w+)\]/g, '.$1').split('.')) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, step)) return undefined
    value = (value as Record<string, unknown>)[step]
  }
  return value
}

export const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

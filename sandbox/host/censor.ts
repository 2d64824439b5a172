export type Censor = (text: string) => string

const secretName = /(authorization|cookie|api[-_]?key|token|secret|passw|signature)/i

/** True for a header or parameter whose value must never be shown, whatever it holds. */
export const namesASecret = (name: string): boolean => secretName.test(name)

/**
 * Makes a function that hides credentials in a text: each value as it is, URL-encoded, JSON-encoded and in base64.
 *
 * Longest first, so that a value that contains another one is hidden as a whole.
 */
export function censorFor(secrets: readonly string[]): Censor {
  const forms = secrets
    .filter((secret) => secret.length > 0)
    .flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
      Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    ])
    .filter((form, index, all) => all.indexOf(form) === index)
    .sort((a, b) => b.length - a.length)
  return (text) => forms.reduce((left, form) => left.replaceAll(form, ':censored:'), text)
}

/** Hides query parameters with telling names, for addresses that carry a credential we were not told of. */
export function censorAddress(address: string, censor: Censor): string {
  if (!URL.canParse(address)) return censor(address)
  const url = new URL(address)
  for (const name of [...url.searchParams.keys()]) {
    if (namesASecret(name)) url.searchParams.set(name, ':censored:')
  }
  if (url.password) url.password = ':censored:'
  return censor(url.href)
}

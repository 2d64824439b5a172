import packageJson from '../package.json' with { type: 'json' }

// In the sources this is the example address; `npm run build` puts the operator's own there.
const BUILT_IN_BASE_URL = packageJson.zapier.baseUrl

/** Where nobody's Hourwire is: stands in until an operator names their own server. */
export const EXAMPLE_BASE_URL = 'https://hourwire.example.com'

/** Where the API key is shown, below the base URL. */
export const API_KEY_PAGE = '/settings/other/zapier/api-key'

const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * The address of a Hourwire server, without a slash at its end; throws one sentence naming what is wrong.
 *
 * API keys travel to this address, so it must be https; plain http is allowed for the own machine only,
 * which is what the tests and the Zap sandbox use.
 */
export const parseBaseUrl = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !['https:', 'http:'].includes(url.protocol)) {
    throw new Error(
      `HOURWIRE_BASE_URL must be the address of your Hourwire server, such as ${EXAMPLE_BASE_URL}, but it is "${text}".`,
    )
  }
  if (url.protocol === 'http:' && !LOOPBACK_HOSTS.has(url.hostname)) {
    throw new Error(
      `HOURWIRE_BASE_URL must start with https://, because API keys travel to it, but it is "${text}".`,
    )
  }
  if (url.username || url.password || url.search || url.hash) {
    throw new Error('HOURWIRE_BASE_URL must be a plain address without a user name, password, "?" or "#".')
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}

/**
 * The Hourwire server this integration talks to: the one it was built for, unless the environment names another.
 * Zapier keeps one environment per pushed version; the tests and the Zap sandbox set it for their own server.
 */
export const baseUrl = (): string => parseBaseUrl(process.env.HOURWIRE_BASE_URL || BUILT_IN_BASE_URL)

/** Whether a request goes to our own Zapier door: only such a request may carry the credentials. */
export const isOwnDoor = (address: string): boolean => {
  if (!URL.canParse(address)) return false
  const asked = new URL(address)
  const own = new URL(`${baseUrl()}/zapier/v1/`)
  return asked.origin === own.origin && asked.pathname.startsWith(own.pathname)
}

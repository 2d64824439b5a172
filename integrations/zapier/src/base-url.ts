import packageJson from '../package.json' with { type: 'json' }

// In the sources this is the example address; `npm run build` puts the operator's own there.
const BUILT_IN_BASE_URL = packageJson.zapier.baseUrl

/** Where nobody's Hourwire is: stands in until an operator names their own server. */
export const EXAMPLE_BASE_URL = 'https://hourwire.example.com'

/** Where the API key is shown, below the base URL. */
export const API_KEY_PAGE = '/settings/other/zapier/api-key'

/** The part of Zapier's bundle that says which server a connection belongs to. */
export type Connected = { authData: { [key: string]: string | undefined } }

const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * The address of a Hourwire server, without a slash at its end; throws one sentence naming what is wrong.
 *
 * API keys travel to this address, so it must be https; plain http is allowed for the own machine only,
 * which is what the tests and the Zap sandbox use.
 */
export const parseBaseUrl = (text: string, name = 'HOURWIRE_BASE_URL'): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !['https:', 'http:'].includes(url.protocol)) {
    throw new Error(
      `${name} must be the address of your Hourwire server, such as ${EXAMPLE_BASE_URL}, but it is "${text}".`,
    )
  }
  if (url.protocol === 'http:' && !isLoopback(url)) {
    throw new Error(`${name} must start with https://, because API keys travel to it, but it is "${text}".`)
  }
  if (url.username || url.password || url.search || url.hash) {
    throw new Error(`${name} must be a plain address without a user name, password, "?" or "#".`)
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}

/**
 * The Hourwire server this integration is made for: the one it was built for, unless the environment names another.
 * Zapier keeps one environment per pushed version; the tests and the Zap sandbox set it for their own server.
 */
export const baseUrl = (): string => parseBaseUrl(process.env.HOURWIRE_BASE_URL || BUILT_IN_BASE_URL)

/**
 * Whether a connection may name a server of its own. Off, so that people see two fields, unless the operator builds
 * with `HOURWIRE_SERVER_URL_FIELD=1`.
 */
export const hasServerUrlField = (): boolean =>
  packageJson.zapier.serverUrlField || process.env.HOURWIRE_SERVER_URL_FIELD === '1'

/**
 * The server that a connection talks to: its own Server URL where there is such a field and it is filled, else the
 * base URL. What a person types may leave out `https://`. The own machine is reached only by an integration that
 * was made for a server there: on Zapier's machines "localhost" is Zapier's. Throws one sentence, as `parseBaseUrl`.
 */
export const serverOf = (bundle: Connected): string => {
  const typed = hasServerUrlField() ? (bundle.authData.server_url ?? '').trim() : ''
  if (typed === '') return baseUrl()
  const server = parseBaseUrl(
    /^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `https://${typed}`,
    'Server URL',
  )
  if (isLoopback(new URL(server)) && !isLoopback(new URL(baseUrl()))) {
    throw new Error('Server URL must be an address that can be reached from outside, not the own machine.')
  }
  return server
}

/** Whether a request goes to the Zapier door of the connection's server: only such a request may carry the credentials. */
export const isOwnDoor = (address: string, bundle: Connected): boolean => {
  if (!URL.canParse(address)) return false
  const asked = new URL(address)
  const own = new URL(`${serverOf(bundle)}/zapier/v1/`)
  return asked.origin === own.origin && asked.pathname.startsWith(own.pathname)
}

const isLoopback = ({ hostname }: URL): boolean => LOOPBACK_HOSTS.has(hostname)

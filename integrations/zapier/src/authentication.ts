import type { Authentication, Bundle, ZObject } from 'zapier-platform-core'
import { API_KEY_PAGE, baseUrl, hasServerUrlField } from './base-url.ts'
import { callDoor, readObject } from './call-door.ts'
import { CREDENTIALS_REFUSED, explainAnswer, notHourwire } from './problems.ts'

/** The version of the door's contract that this integration speaks. */
export const CONTRACT_VERSION = '1'

/**
 * Asks the server whose pair this is. Runs when a connection is made and when it is tested, so a refused pair is
 * not "expired" here but a sentence beside the form. Its answer feeds the connection's label. An integration that
 * the server calls outdated still connects, as long as it speaks the server's contract.
 */
export const testCredentials = async (z: ZObject, bundle: Bundle) => {
  const response = await callDoor(z, bundle, { path: '/me', skipThrowForStatus: true })
  if (response.status === 401) throw new z.errors.Error(CREDENTIALS_REFUSED, 'credentials-refused', 401)
  // "Not found" for the first address of the door means that there is no door, whatever the answer says.
  if (response.status === 404) throw new z.errors.Error(notHourwire(bundle), 'not-hourwire', 404)
  const problem = explainAnswer(z, bundle, response)
  if (problem) throw problem
  const me = readObject(z, bundle, response)
  if (typeof me.login_id !== 'string') throw new z.errors.Error(notHourwire(bundle), 'not-hourwire')
  if (me.contract_version !== CONTRACT_VERSION) {
    throw new z.errors.Error(
      `This integration speaks version ${CONTRACT_VERSION} of Hourwire's Zapier interface and the server speaks ` +
        `version ${me.contract_version ?? 'unknown'}. Ask the operator to push the integration that came with the server.`,
      'other-contract-version',
    )
  }
  return me
}

// The limit of this field is `serverOf`: https, and the credentials go to this origin alone.
const SERVER_URL_FIELD = {
  key: 'server_url',
  label: 'Server URL',
  type: 'string',
  required: false,
  isNoSecret: true,
  inputFormat: 'https://{{input}}',
  helpText: `Only for a Hourwire server other than \`${baseUrl()}\`: its address, from which the API Key must come, too.`,
} as const

export const authentication = {
  type: 'custom',
  test: testCredentials,
  connectionLabel: '{{name}} ({{login_id}})',
  fields: [
    {
      key: 'api_key',
      label: 'API Key',
      type: 'password',
      required: true,
      helpText: `[Click here to get your API Key](${baseUrl()}${API_KEY_PAGE}). It starts with \`hwz_\`.`,
    },
    {
      key: 'login_id',
      label: 'Hourwire Login ID',
      type: 'string',
      required: true,
      isNoSecret: true,
      helpText: 'Your Login ID is shown beside the API Key.',
    },
    ...(hasServerUrlField() ? [SERVER_URL_FIELD] : []),
  ],
} satisfies Authentication

import type { Authentication, Bundle, ZObject } from 'zapier-platform-core'
import { API_KEY_PAGE, baseUrl } from './base-url.ts'
import { callDoor, readObject } from './call-door.ts'
import { CREDENTIALS_REFUSED, explainAnswer, notHourwire } from './problems.ts'

/** The version of the door's contract that this integration speaks. */
export const CONTRACT_VERSION = '1'

/**
 * Asks the server whose pair this is. Runs when a connection is made and when it is tested, so a refused pair is
 * not "expired" here but a sentence beside the form. Its answer feeds the connection's label.
 */
export const testCredentials = async (z: ZObject, _bundle: Bundle) => {
  const response = await callDoor(z, { path: '/me', skipThrowForStatus: true })
  if (response.status === 401) throw new z.errors.Error(CREDENTIALS_REFUSED, 'credentials-refused', 401)
  // "Not found" for the first address of the door means that there is no door, whatever the answer says.
  if (response.status === 404) throw new z.errors.Error(notHourwire(), 'not-hourwire', 404)
  const problem = explainAnswer(z, response)
  if (problem) throw problem
  const me = readObject(z, response)
  if (typeof me.login_id !== 'string') throw new z.errors.Error(notHourwire(), 'not-hourwire')
  if (me.contract_version !== CONTRACT_VERSION) {
    throw new z.errors.Error(
      `This integration speaks version ${CONTRACT_VERSION} of Hourwire's Zapier interface and the server speaks ` +
        `version ${me.contract_version ?? 'unknown'}. Ask the operator to push the integration that came with the server.`,
      'other-contract-version',
    )
  }
  return me
}

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
  ],
} satisfies Authentication

import type { Bundle, Search, ZObject } from 'zapier-platform-core'
import { callDoor, readPage, textOf } from '../call-door.ts'
import { CONTACT_OUTPUT_FIELDS } from '../fields.ts'
import { FOUND_CONTACT } from '../samples.ts'

/** The contact with this e-mail address, if the connection may see it. */
const search = async (z: ZObject, bundle: Bundle) => {
  const email = textOf(bundle.inputData.email)
  if (email === '') return []
  const response = await callDoor(z, bundle, { path: '/contacts', params: { email } })
  return readPage(z, bundle, response).items
}

export const findContact = {
  key: 'find_contact',
  noun: 'Contact',
  display: { label: 'Find Contact', description: 'Finds a contact by email address.' },
  operation: {
    inputFields: [
      {
        key: 'email',
        label: 'Email',
        type: 'string',
        required: true,
        helpText: 'The whole address; capital letters make no difference.',
      },
    ],
    perform: search,
    sample: { ...FOUND_CONTACT },
    outputFields: CONTACT_OUTPUT_FIELDS.map((field) => ({ ...field })),
  },
} satisfies Search

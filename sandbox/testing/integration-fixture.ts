/**
 * A small integration for the sandbox's own tests. It uses each part of the documented contract once, in the ways
 * integrations do: middleware, shorthand requests, a hidden trigger for one dropdown and `choices.perform` for the other.
 */
interface Z {
  request: (options: unknown) => Promise<{ status: number; data: Record<string, unknown>; content: string }>
  errors: Record<string, new (message: string, ...more: unknown[]) => Error>
  console: { log: (...parts: unknown[]) => void }
  JSON: { parse: (text: string) => unknown }
  hash: (algorithm: string, text: string) => string
}
interface Bundle {
  authData: Record<string, string>
  inputData: Record<string, unknown>
  meta: Record<string, unknown>
  targetUrl: string
  subscribeData: { id: string }
  cleanedRequest: Record<string, unknown>
}
interface Request {
  headers: Record<string, string>
}
interface Response {
  status: number
  data: { detail?: string }
  skipThrowForStatus: boolean
}

const door = (path: string) => `${process.env.HOURWIRE_BASE_URL}/zapier/v1${path}`

const addCredentials = (request: Request, _z: Z, bundle: Bundle) => {
  request.headers.Authorization = `Bearer ${bundle.authData.api_key}`
  request.headers['X-Hourwire-Login-Id'] = bundle.authData.login_id ?? ''
  request.headers['X-Steps'] = 'first'
  return request
}
const addStep = (request: Request) => ({
  ...request,
  headers: { ...request.headers, 'X-Steps': `${request.headers['X-Steps']},second` },
})
const expire = (response: Response, z: Z) => {
  if (response.status === 401 && !response.skipThrowForStatus) {
    throw new (z.errors.ExpiredAuthError as new (message: string) => Error)('Reconnect your account.')
  }
  return response
}

const make = (z: Z, name: string, message: string, ...more: unknown[]) => {
  const Wanted = z.errors[name]
  if (!Wanted) throw new Error(`z.errors has no ${name}`)
  return new Wanted(message, ...more)
}

const test = async (z: Z) => {
  const { status, data } = await z.request({ url: door('/me'), skipThrowForStatus: true })
  if (status === 401)
    throw make(z, 'Error', 'The API key and the Login ID do not belong together.', 'refused', 401)
  return data
}

const perform = async (z: Z, bundle: Bundle) => {
  const { cleanedRequest } = bundle
  const does = String(cleanedRequest.test_does ?? '')
  if (does === 'halt') throw make(z, 'HaltedError', 'Nothing to do for this one.')
  if (does === 'expire') throw make(z, 'ExpiredAuthError', 'Reconnect your account.')
  if (does === 'throttle') throw make(z, 'ThrottledError', 'Slow down.', 42)
  if (does === 'error') throw make(z, 'Error', 'This cannot be done.', 'cannot', 422)
  if (does === 'break') return (undefined as unknown as { a: { b: string } }).a.b
  if (does === 'wrong-shape') return { not: 'a list' }
  if (does === 'die') process.exit(3)
  if (does === 'hang') return new Promise(() => {})
  if (does === 'nothing') return []
  if (does === 'two') return [cleanedRequest, { ...cleanedRequest, id: 'EVNT-SECOND' }]
  if (does === 'ask') await z.request({ url: door('/me'), params: { token: bundle.authData.api_key } })
  if (does === 'tell')
    z.console.log('the key is', bundle.authData.api_key, 'and', z.hash('sha256', 'a').slice(0, 8))
  if (does === 'leak') throw new Error(`I know ${bundle.authData.api_key}`)
  if (does === 'fail-request') await z.request({ url: door('/nowhere') })
  if (does === 'environment') return [{ id: 'env', names: Object.keys(process.env).sort().join(',') }]
  return [cleanedRequest]
}

const listPages = async (z: Z, bundle: Bundle) => {
  const page = Number(bundle.meta.page ?? 0)
  const { data } = await z.request({
    url: door('/booking-pages'),
    params: page > 0 ? { cursor: String(page) } : {},
  })
  return data.items
}

const customFields = async (z: Z) => (await z.request({ url: door('/custom-fields') })).data.items

const bookingChoices = async (z: Z) => {
  const items = (await z.request({ url: door('/bookings') })).data.items as Record<string, string>[]
  return { results: items.map(({ id, customer_name }) => ({ id, label: customer_name })), paging_token: null }
}

const slotChoices = async (z: Z, bundle: Bundle) => {
  const params = { booking_page_id: bundle.inputData.booking_page_id }
  const items = (await z.request({ url: door('/slots'), params })).data.items as Record<string, string>[]
  return { results: items.map(({ start, label }) => ({ id: start, label })), paging_token: null }
}

/** Fields that hang on what was chosen before, one of them with choices of its own. */
const laterFields = (_z: Z, bundle: Bundle) =>
  bundle.inputData.booking_page_id
    ? [
        { key: 'start', label: 'Start', choices: { perform: slotChoices } },
        { key: 'guests', label: 'Guests', type: 'integer' },
      ]
    : []

const cancelBooking = async (z: Z, bundle: Bundle) => {
  const { booking_id, reason } = bundle.inputData
  if (reason === 'halt') throw make(z, 'HaltedError', 'This booking is canceled already.')
  return (await z.request({ method: 'POST', url: door(`/bookings/${booking_id}/cancel`), body: { reason } }))
    .data
}

const eventTypeChoices = async (z: Z, bundle: Bundle) => {
  const token = bundle.meta.paging_token
  const { data } = await z.request({ url: door('/event-types'), params: token ? { cursor: token } : {} })
  const items = data.items as { id: string; name: string }[]
  return { results: items.map(({ id, name }) => ({ id, label: name })), paging_token: data.next_cursor }
}

export default {
  version: '1.0.0',
  platformVersion: '19.1.0',
  authentication: {
    type: 'custom',
    test,
    connectionLabel: '{{name}} ({{login_id}})',
    fields: [
      {
        key: 'api_key',
        label: 'API Key',
        type: 'password',
        helpText:
          '[Click here to get your key](http://localhost/settings/zapier) and not [here](javascript:alert(1)).',
      },
      { key: 'login_id', label: 'Hourwire Login ID', type: 'string', isNoSecret: true },
    ],
  },
  beforeRequest: [addCredentials, addStep],
  afterResponse: [expire],
  triggers: {
    booking_scheduled: {
      key: 'booking_scheduled',
      noun: 'Booking',
      display: { label: 'Booking Scheduled', description: 'Triggers when a booking is scheduled.' },
      operation: {
        type: 'hook',
        inputFields: [
          { key: 'booking_page_id', label: 'Booking page', dynamic: 'list_booking_pages.id.name' },
          { key: 'event_type_id', label: 'Event type', choices: { perform: eventTypeChoices } },
        ],
        performSubscribe: {
          method: 'POST',
          url: '{{process.env.HOURWIRE_BASE_URL}}/zapier/v1/subscriptions',
          body: {
            trigger: 'booking_scheduled',
            target_url: '{{bundle.targetUrl}}',
            booking_page_id: '{{bundle.inputData.booking_page_id}}',
          },
        },
        performUnsubscribe: async (z: Z, bundle: Bundle) => {
          await z.request({ method: 'DELETE', url: door(`/subscriptions/${bundle.subscribeData.id}`) })
          return {}
        },
        perform,
        performList: async (z: Z) =>
          (await z.request({ url: door('/samples'), params: { trigger: 'booking_scheduled', limit: 3 } }))
            .data,
        sample: { id: 'EVNT-SAMPLE', booking_subject: 'Sample call', customer_name: 'Sam Sample' },
        outputFields: [
          { key: 'id', label: 'Event ID' },
          { key: 'booking_subject', label: 'Booking - Subject' },
          { key: 'customer_name', label: 'Customer - Name' },
        ],
      },
    },
    booking_canceled: {
      key: 'booking_canceled',
      noun: 'Booking',
      display: { label: 'Booking Canceled', description: 'Triggers when a booking is canceled.' },
      operation: {
        type: 'hook',
        performSubscribe: async (z: Z, bundle: Bundle) =>
          (
            await z.request({
              method: 'POST',
              url: door('/subscriptions'),
              body: { trigger: 'booking_canceled', target_url: bundle.targetUrl },
            })
          ).data,
        performUnsubscribe: async () => ({}),
        perform,
        performList: async () => [{ id: 'EVNT-C', booking_id: 'BKNG-1', answer_company_size: '11 to 50' }],
        sample: { id: 'EVNT-SAMPLE' },
        outputFields: [
          { key: 'id', label: 'Event ID' },
          { key: 'booking_id', label: 'Booking - Tracking ID' },
          customFields,
        ],
      },
    },
    list_booking_pages: {
      key: 'list_booking_pages',
      noun: 'Booking page',
      display: { label: 'List Booking Pages', description: 'Lists pages.', hidden: true },
      operation: { perform: listPages, canPaginate: true },
    },
  },
  creates: {
    cancel_booking: {
      key: 'cancel_booking',
      noun: 'Booking',
      display: { label: 'Cancel Booking', description: 'Cancels a booking.' },
      operation: {
        inputFields: [
          { key: 'booking_id', label: 'Booking', required: true, choices: { perform: bookingChoices } },
          { key: 'reason', label: 'Reason', type: 'text' },
        ],
        perform: cancelBooking,
        sample: { id: 'BKNG-SAMPLE', booking_status: 'Canceled' },
        outputFields: [
          { key: 'id', label: 'Booking - Tracking ID' },
          { key: 'booking_status', label: 'Booking - Status' },
        ],
      },
    },
    schedule_booking: {
      key: 'schedule_booking',
      noun: 'Booking',
      display: { label: 'Schedule Booking', description: 'Books a time.' },
      operation: {
        inputFields: [
          {
            key: 'booking_page_id',
            label: 'Booking page',
            required: true,
            dynamic: 'list_booking_pages.id.name',
            altersDynamicFields: true,
          },
          {
            key: 'event_type_id',
            label: 'Event type',
            dependsOn: ['booking_page_id'],
            choices: { perform: eventTypeChoices },
          },
          laterFields,
        ],
        perform: async (z: Z, bundle: Bundle) =>
          (await z.request({ method: 'POST', url: door('/bookings'), body: bundle.inputData })).data,
        sample: { id: 'BKNG-SAMPLE' },
      },
    },
  },
  searches: {
    find_contact: {
      key: 'find_contact',
      noun: 'Contact',
      display: { label: 'Find Contact', description: 'Finds a contact.' },
      operation: {
        inputFields: [{ key: 'email', label: 'Email', required: true }],
        perform: async (z: Z, bundle: Bundle) =>
          (await z.request({ url: door('/contacts'), params: { email: bundle.inputData.email } })).data.items,
        sample: { id: 'CTC-SAMPLE', name: 'Sam Sample' },
        outputFields: [{ key: 'name', label: 'Contact - Name' }, customFields],
      },
    },
  },
}

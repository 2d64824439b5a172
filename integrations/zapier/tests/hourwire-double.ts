import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TriggerKey } from '../src/fields.ts'
import { sampleOf } from '../src/samples.ts'

export const GOOD_PAIR = {
  api_key: 'hwz_4kT9xW2L_0123456789abcdefghijABCDEFGHIJKLxyz123',
  login_id: 'jonas.weber',
}

type Asked = {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingMessage['headers']
  body: unknown
}
type Answer = { status: number; headers?: Record<string, string>; body?: unknown }
type Listed = { id: string; name: string }
type Item = Record<string, unknown>

const PAGE_SIZE = 2

const problem = (status: number, code: string, detail: string, more = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/problem+json' },
  body: { type: 'about:blank', title: code, status, detail, code, ...more },
})

/**
 * A Hourwire server's Zapier door on a loopback port, with the contract of version 1 and nothing else behind it.
 * It writes down what it was asked; `answer` makes a path answer otherwise, until `answers` is cleared.
 */
export const openDouble = async () => {
  const double = {
    url: '',
    asked: [] as Asked[],
    answers: new Map<string, Answer>(),
    pair: { ...GOOD_PAIR },
    contractVersion: '1',
    bookingPages: [] as Listed[],
    eventTypes: [] as Listed[],
    isOutdated: false,
    customFields: [] as { key: string; label: string }[],
    contacts: [] as Item[],
    /** In the order in which a list shows them; `answers` can make any of them unfit for an act. */
    bookings: [] as Item[],
    starts: [] as { start: string; label: string }[],
    subscriptions: new Map<string, Record<string, unknown>>(),
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://double')
      const asked = {
        method: request.method ?? '',
        path: pathname,
        query: searchParams,
        headers: request.headers,
        body,
      }
      double.asked.push(asked)
      send(response, double.answers.get(pathname) ?? answerFromContract(asked))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  double.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const answerFromContract = ({ method, path, query, headers, body }: Asked): Answer => {
    const isKnown =
      headers.authorization === `Bearer ${double.pair.api_key}` &&
      headers['x-hourwire-login-id'] === double.pair.login_id
    if (!isKnown) return problem(401, 'credentials-refused', 'The pair is refused.')
    const route = `${method} ${path.replace(/^\/zapier\/v1/, '')}`
    if (route === 'GET /me') {
      const { login_id } = double.pair
      const me = { id: 'USR-1', name: 'Jonas Weber', login_id, account_name: 'Weber GmbH' }
      return {
        status: 200,
        body: {
          ...me,
          scope: 'all_booking_pages',
          contract_version: double.contractVersion,
          integration_version: '1.1.0',
          integration_outdated: double.isOutdated,
        },
      }
    }
    if (route === 'GET /booking-pages') return { status: 200, body: pageOf(double.bookingPages, query) }
    if (route === 'GET /event-types') return { status: 200, body: pageOf(double.eventTypes, query) }
    if (route === 'GET /custom-fields') return { status: 200, body: { items: double.customFields } }
    if (route === 'GET /samples') return { status: 200, body: [sampleOf(query.get('trigger') as TriggerKey)] }
    if (route === 'GET /contacts') {
      const isAsked = ({ email }: Item) => email === query.get('email')?.toLowerCase()
      return { status: 200, body: { items: double.contacts.filter(isAsked) } }
    }
    if (route === 'GET /slots') return { status: 200, body: pageOf(double.starts, query) }
    if (route === 'GET /bookings') {
      const email = query.get('email')
      const fitting = double.bookings.filter(({ customer_email }) => !email || customer_email === email)
      return { status: 200, body: pageOf(fitting, query) }
    }
    if (route === 'POST /bookings') return { status: 201, body: double.bookings[0] }
    const [, bookingId] = /^(?:GET|POST) \/bookings\/([^/]+)/.exec(route) ?? []
    if (bookingId) {
      const booking = double.bookings.find(({ id }) => id === bookingId)
      return booking
        ? { status: 200, body: booking }
        : problem(404, 'booking-not-found', 'There is no such booking.')
    }
    if (route === 'POST /subscriptions') {
      const id = `WHK-${double.subscriptions.size + 1}`
      double.subscriptions.set(id, body as Record<string, unknown>)
      return { status: 201, body: { id } }
    }
    const [, id] = /^DELETE \/subscriptions\/([^/]+)$/.exec(route) ?? []
    if (id && double.subscriptions.delete(id)) return { status: 204 }
    return problem(404, 'not-found', 'There is no such thing.')
  }

  return double
}

export type HourwireDouble = Awaited<ReturnType<typeof openDouble>>

/** An answer in the server's form for refusals. */
export const refusal = problem

/** A loopback address at which nothing listens: it was open a moment ago and is closed now. */
export const closedAddress = async (): Promise<string> => {
  const double = await openDouble()
  await double.close()
  return double.url
}

const pageOf = (all: object[], query: URLSearchParams) => {
  const start = Number(query.get('cursor')?.replace('after-', '') ?? 0)
  const end = start + PAGE_SIZE
  return { items: all.slice(start, end), next_cursor: end < all.length ? `after-${end}` : null }
}

const readBody = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  return text ? JSON.parse(text) : undefined
}

const send = (response: ServerResponse, { status, headers, body }: Answer): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(typeof body === 'string' || body === undefined ? body : JSON.stringify(body))
}

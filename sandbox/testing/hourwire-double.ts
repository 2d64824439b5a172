import { createServer, type IncomingMessage } from 'node:http'

export interface Asked {
  method: string
  path: string
  headers: Record<string, string | string[] | undefined>
  body: unknown
}

/** How the double behaves; tests change it while it runs. */
export interface Behavior {
  /** The pair that is accepted; null refuses all, as after the key was revoked. */
  pair: { apiKey: string; loginId: string } | null
  /** Item that `/samples` gives; null for an account without bookings. */
  sample: Record<string, unknown> | null
  subscribeStatus: number
}

export const rightPair = { apiKey: 'hwz_testkey1_secretpart', loginId: 'ana@example.com' }

/** A local double of the Hourwire server: its Zapier door, in memory. */
export async function startHourwireDouble() {
  const usual = (): Behavior => ({
    pair: rightPair,
    sample: { id: 'EVNT-1', booking_subject: 'Intro call', customer_name: 'Bo Chen' },
    subscribeStatus: 201,
  })
  const behavior = usual()
  const asked: Asked[] = []
  const subscriptions = new Map<string, { target_url: string }>()
  let lastSubscription = 0

  const answer = (one: Asked): { status: number; body?: unknown } => {
    const url = new URL(one.path, 'http://double')
    const { pair } = behavior
    const isRight =
      pair &&
      one.headers.authorization === `Bearer ${pair.apiKey}` &&
      one.headers['x-hourwire-login-id'] === pair.loginId
    if (!isRight) return problem(401, 'credentials-refused', 'The API key or the Login ID is not right.')
    const route = `${one.method} ${url.pathname.replace('/zapier/v1', '')}`
    if (route === 'GET /me') {
      return {
        status: 200,
        body: { id: 'USR-1', name: 'Ana Martin', login_id: pair.loginId, contract_version: '1' },
      }
    }
    if (route === 'GET /booking-pages') return paged(url, 'BP', 'Page')
    if (route === 'GET /event-types') return paged(url, 'ET', 'Type')
    if (route === 'GET /custom-fields') {
      return {
        status: 200,
        body: { items: [{ key: 'answer_company_size', label: 'Company size' }], next_cursor: null },
      }
    }
    if (route === 'GET /bookings') {
      return { status: 200, body: { items: [bookingOf('BKNG-1', 'Scheduled')], next_cursor: null } }
    }
    if (route === 'GET /contacts') {
      const email = url.searchParams.get('email') ?? ''
      const found = email === 'bo@example.org' ? [{ id: 'CTC-1', name: 'Bo Chen', email }] : []
      return { status: 200, body: { items: found, next_cursor: null } }
    }
    if (route === 'GET /slots') {
      const page = url.searchParams.get('booking_page_id')
      return {
        status: 200,
        body: { items: [{ start: '2027-02-16T10:30:00Z', label: `Free on ${page}` }], next_cursor: null },
      }
    }
    if (route === 'POST /bookings') return { status: 201, body: bookingOf('BKNG-2', 'Scheduled') }
    const canceled = /^POST \/bookings\/([\w-]+)\/cancel$/.exec(route)?.[1]
    if (canceled === 'BKNG-GONE') return problem(404, 'booking-not-found', 'There is no such booking.')
    if (canceled) return { status: 200, body: bookingOf(canceled, 'Canceled') }
    if (route === 'GET /samples') return { status: 200, body: behavior.sample ? [behavior.sample] : [] }
    if (route === 'POST /subscriptions') {
      if (behavior.subscribeStatus !== 201) {
        return problem(behavior.subscribeStatus, 'invalid-input', 'The target URL is not allowed.')
      }
      const id = `WHK-${++lastSubscription}`
      subscriptions.set(id, one.body as { target_url: string })
      return { status: 201, body: { id } }
    }
    if (one.method === 'DELETE' && url.pathname.startsWith('/zapier/v1/subscriptions/')) {
      const isThere = subscriptions.delete(url.pathname.split('/').at(-1) ?? '')
      return isThere ? { status: 204 } : problem(404, 'not-found', 'There is no such subscription.')
    }
    return problem(404, 'not-found', 'There is nothing here.')
  }

  const server = createServer(async (request, response) => {
    const one: Asked = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: await bodyOf(request),
    }
    asked.push(one)
    const { status, body } = answer(one)
    response.writeHead(status, {
      'content-type': status >= 400 ? 'application/problem+json' : 'application/json',
      ...(status === 429 ? { 'retry-after': '7' } : {}),
    })
    response.end(body === undefined ? undefined : JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }

  return {
    url: `http://127.0.0.1:${port}`,
    behavior,
    asked,
    subscriptions,
    /** Behaves as at the start, and forgets what it was asked. */
    reset: () => {
      Object.assign(behavior, usual())
      subscriptions.clear()
      asked.length = 0
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export type HourwireDouble = Awaited<ReturnType<typeof startHourwireDouble>>

const problem = (status: number, code: string, detail: string) => ({
  status,
  body: { type: `/problems/${code}`, title: code, status, detail, code },
})

const bookingOf = (id: string, status: string) => ({
  id,
  booking_id: id,
  booking_status: status,
  booking_subject: 'Intro call',
  booking_starting_time_owner_zone: 'Tue, Feb 16, 2027, 11:30 AM',
  customer_name: 'Bo Chen',
  event_type_name: 'Intro',
})

/** Two pages of two, so that paging shows. */
function paged(url: URL, prefix: string, word: string) {
  const second = url.searchParams.get('cursor') === '1'
  const numbers = url.searchParams.get('cursor') === null ? [1, 2] : second ? [3, 4] : []
  return {
    status: 200,
    body: {
      items: numbers.map((number) => ({ id: `${prefix}-${number}`, name: `${word} ${number}` })),
      next_cursor: url.searchParams.get('cursor') === null ? '1' : null,
    },
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text ? JSON.parse(text) : null
}

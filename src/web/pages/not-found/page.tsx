import { data } from 'react-router'
import { RootError } from './root-error.tsx'

const missing = { status: 404, statusText: 'Not Found', internal: false, data: null }

/** Plain HTML: a wrong address costs no scripts. */
export const handle = { hydrate: false }

export const loader = () => data(null, { status: 404 })

export const action = () => data(null, { status: 404 })

export default function NotFoundPage() {
  return <RootError error={missing} />
}

import { PlainPage } from '../../ui/plain-page.tsx'
import { useNonce } from '../../use-nonce.ts'
import { LogoMark } from '../app-frame/logo.tsx'
import { errorWords } from './error-words.ts'

/** The last resort, for everything that no page caught. */
export function RootError({ error }: { error: unknown }) {
  const nonce = useNonce()
  const { title, advice } = errorWords(error)
  return (
    <>
      <title>{`${title} · Hourwire`}</title>
      <PlainPage nonce={nonce} mark={<LogoMark />} title={title}>
        <p>{advice}</p>
        <p>
          <a className="go" href="/">
            Go to the start page
          </a>
        </p>
      </PlainPage>
    </>
  )
}

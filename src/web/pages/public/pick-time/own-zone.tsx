import { useRouteLoaderData } from 'react-router'

/** Loads the page again in the browser's own time zone, when that is not the guessed one. */
export function OwnZone({ guessed }: { guessed: string }) {
  const nonce = useRouteLoaderData<{ nonce: string }>('root')?.nonce
  return <script src="/own-zone.js" data-guessed-zone={guessed} nonce={nonce} />
}

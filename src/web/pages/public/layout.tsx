import { isRouteErrorResponse, Outlet, useRouteLoaderData } from 'react-router'
import { awayTitle, type WhileAway, whileAway } from '../../database-away.ts'
import type { Route } from './+types/layout.ts'
import css from './layout.module.css'
import { isMissing, type Missing } from './missing.ts'

/** Plain links and forms: no React and no UI kit is loaded here, only one small script that nothing depends on. */
export const handle = { hydrate: false }

/** Pages say their title themselves: an answer to a form has another than the form. */
export const meta: Route.MetaFunction = () => []

export default function PublicLayout() {
  return (
    <div className={css.page}>
      <main className={css.main}>
        <Outlet />
      </main>
      <Footer />
    </div>
  )
}

function Footer() {
  const nonce = useRouteLoaderData<{ nonce: string }>('root')?.nonce
  return (
    <footer className={css.footer}>
      <p>Scheduling by Hourwire</p>
      <script type="module" src="/booking-page.js" nonce={nonce} />
    </footer>
  )
}

export function ErrorBoundary({ error }: Route.ErrorBoundaryProps) {
  const { title, text, link } = wordsOf(error)
  return (
    <div className={css.page}>
      <main className={css.main}>
        <title>{title}</title>
        <meta name="robots" content="noindex" />
        <div className={`${css.card} ${css.notice}`}>
          <h1>{title}</h1>
          <p>{text}</p>
          {link && (
            <p>
              <a className={css.button} href={link.href}>
                {link.text}
              </a>
            </p>
          )}
        </div>
      </main>
      <Footer />
    </div>
  )
}

/** The form carries its idempotency key, so the browser's own "send again" repeats it with all that was typed. */
const awayWords: Record<WhileAway, string> = {
  read: 'Please load this page again in a moment.',
  'nothing-saved':
    'Nothing was booked or changed. In a moment, load this page again and let your browser send the form once more: what you entered is kept.',
  'may-be-saved':
    'The connection was lost while your form was being stored, so it may have been stored. In a moment, load this page again and let your browser send the form once more: it is not carried out twice.',
}

function wordsOf(error: unknown): { title: string; text: string; link?: { href: string; text: string } } {
  const away = whileAway(error)
  if (away) return { title: awayTitle, text: awayWords[away] }
  if (isRouteErrorResponse(error)) {
    if (isMissing(error.data)) return wordsOfMissing(error.data)
    if (error.status < 500)
      return {
        title: 'This request could not be read',
        text: 'Go back, load the page anew and try again.',
      }
  }
  return {
    title: 'Something went wrong',
    text: 'The mistake is on our side and nothing was booked. Please try again in a moment.',
  }
}

function wordsOfMissing(missing: Missing) {
  switch (missing.what) {
    case 'page':
      return {
        title: 'This page does not exist',
        text: 'There is no booking page at this address. Check the link, or ask the person who gave it to you for a new one.',
      }
    case 'event-type':
      return {
        title: 'This event type is not offered',
        text: `${missing.publicName} does not offer it here, or not any longer.`,
        link: { href: `/${missing.slug}`, text: 'See what can be booked' },
      }
    case 'time':
      return {
        title: 'This is not a time',
        text: 'The address is not complete. Pick a date and time again.',
        link: { href: missing.href, text: 'Pick a date and time' },
      }
    case 'open-page':
      return {
        title: 'No times are available',
        text: `${missing.publicName} takes no bookings at the moment, and nothing was booked. Please contact ${missing.publicName} directly.`,
      }
    case 'used-link':
      return {
        title: 'This link was used already',
        text: 'It was for one booking, which has been made; nothing more was booked now. For another one, ask the person who gave you the link for a new one.',
      }
    case 'ended-link':
      return {
        title: 'This link has ended',
        text: 'It could be used once, within 90 days. Ask the person who gave it to you for a new one.',
      }
    case 'booking':
      return {
        title: 'There is no such booking',
        text: 'Check that the link is complete: it is long, and must not be cut.',
      }
  }
}

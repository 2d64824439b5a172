import { redirect } from 'react-router'
import { isMovableTo } from '#domain/bookings/reschedule.ts'
import { pageContext } from '#web/page-context.ts'
import { BookingCard } from '../booking-card.tsx'
import { queryOf, readPrefill, readSkip } from '../carried.ts'
import { pageInWords, requirePage } from '../find-page.ts'
import { ForwardIcon } from '../icons.tsx'
import layout from '../layout.module.css'
import { readMoving } from '../moving.ts'
import { openOneTimeLink, readLink } from '../one-time-link.ts'
import { durationInWords } from '../words.ts'
import { parseZone } from '../zone.ts'
import type { Route } from './+types/page.ts'
import css from './page.module.css'

export async function loader({ request, params, context }: Route.LoaderArgs) {
  const { deps } = context.get(pageContext)
  const query = new URL(request.url).searchParams
  if (params.slug.startsWith('.')) throw await openOneTimeLink(deps, params.slug.slice(1), query)
  const page = await requirePage(deps, params.slug, request)
  const moving = await readMoving(deps, query)
  const carried = queryOf({
    zone: parseZone(query.get('zone')),
    prefill: readPrefill(query),
    skip: readSkip(query),
    move: moving?.text,
    link: readLink(query),
  })
  const offered = page.eventTypes.filter(
    (eventType) =>
      !moving ||
      // After a user's request to reschedule that request says what may be booked, and nobody approves it again.
      (moving.booking.status === 'canceled'
        ? moving.booking.rebook !== 'same' || eventType.id === moving.booking.eventTypeId
        : moving.isRequest || isMovableTo(moving.booking, page, eventType)),
  )
  const eventTypes = offered.map(
    ({ slug, name, description, durationMinutes, price, currency, category }) => ({
      category: category?.shownToCustomers ? category.name : '',
      href: `/${page.slug}/${slug}${carried}`,
      name,
      description,
      duration: [durationInWords(durationMinutes), price && `${price} ${currency}`.trim()]
        .filter(Boolean)
        .join(' · '),
    }),
  )
  const [only] = eventTypes
  if (page.acceptsBookings && only && eventTypes.length === 1) throw redirect(only.href)
  return { page: pageInWords(page), eventTypes: page.acceptsBookings ? eventTypes : [] }
}

export default function PickEventTypePage({ loaderData: { page, eventTypes } }: Route.ComponentProps) {
  return (
    <BookingCard page={page}>
      <title>{`Pick an event type · ${page.publicName}`}</title>
      {eventTypes.length === 0 ? (
        <>
          <h2 className={layout.step}>No times are available</h2>
          <p>
            {page.publicName} takes no bookings at the moment. Please contact {page.publicName} directly.
          </p>
        </>
      ) : (
        <>
          <h2 className={layout.step}>Pick an event type</h2>
          {categoriesOf(eventTypes).map((category) => (
            <section key={category} className={css.category} aria-label={category || undefined}>
              {category && <h3 className={css.categoryName}>{category}</h3>}
              <ul className={css.eventTypes}>
                {eventTypes
                  .filter((eventType) => eventType.category === category)
                  .map(({ href, name, description, duration }) => (
                    <li key={href}>
                      <a className={css.eventType} href={href}>
                        <span className={css.name}>{name}</span>
                        <span className={css.duration}>{duration}</span>
                        {description && <span className={css.description}>{description}</span>}
                        <span className={css.forward}>
                          <ForwardIcon />
                        </span>
                      </a>
                    </li>
                  ))}
              </ul>
            </section>
          ))}
        </>
      )}
    </BookingCard>
  )
}

/** Categories shown to customers in the order of their first event type; what is in none comes last, without a heading. */
const categoriesOf = (eventTypes: { category: string }[]): string[] => {
  const named = new Set(eventTypes.map(({ category }) => category).filter((category) => category !== ''))
  return eventTypes.some(({ category }) => category === '') ? [...named, ''] : [...named]
}

import type { ReactNode } from 'react'
import type { PageInWords } from './find-page.ts'
import { BackIcon, PinIcon, VideoIcon } from './icons.tsx'
import css from './layout.module.css'

/** The card of every booking step: who and what on the left, what to do on the right. */
export function BookingCard({
  page,
  heading,
  back,
  facts,
  children,
}: {
  page: PageInWords
  /** The event type once one is chosen; before that the page's own name is the heading. */
  heading?: string
  back?: { href: string; text: string } | undefined
  /** Lines below the heading: duration, time. */
  facts?: ReactNode
  children: ReactNode
}) {
  return (
    <div className={css.card}>
      <div className={css.information}>
        {back && (
          <a className={css.back} href={back.href}>
            <BackIcon />
            {back.text}
          </a>
        )}
        {page.image ? (
          <img className={css.avatar} src={page.image} alt="" width={56} height={56} />
        ) : (
          <span className={css.avatar} aria-hidden="true">
            {initialsOf(page.publicName)}
          </span>
        )}
        {heading === undefined ? (
          <h1 className={css.heading}>{page.publicName}</h1>
        ) : (
          <>
            <p className={css.pageName}>{page.publicName}</p>
            <h1 className={css.heading}>{heading}</h1>
          </>
        )}
        {page.welcomeMessage && heading === undefined && <p className={css.prose}>{page.welcomeMessage}</p>}
        {facts}
        <Location page={page} />
      </div>
      <div className={css.interaction}>{children}</div>
    </div>
  )
}

function Location({ page: { place, placeName, call, asksFor } }: { page: PageInWords }) {
  return (
    <>
      {place && (
        <p className={css.fact}>
          <PinIcon />
          <span className={css.prose}>
            {placeName}: {place}
          </span>
        </p>
      )}
      {asksFor && (
        <p className={css.fact}>
          <PinIcon />
          <span>You will be asked for: {asksFor}</span>
        </p>
      )}
      {call && (
        <p className={css.fact}>
          <VideoIcon />
          <span>{call}: comes with the confirmation</span>
        </p>
      )}
    </>
  )
}

const initialsOf = (name: string): string => {
  const words = name.split(/\s+/).filter((word) => /^\p{L}/u.test(word))
  const first = [...(words[0] ?? name)][0] ?? ''
  const last = words.length > 1 ? ([...(words[words.length - 1] as string)][0] ?? '') : ''
  return (first + last).toUpperCase()
}

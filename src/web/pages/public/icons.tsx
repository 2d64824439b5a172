import type { ReactNode } from 'react'
import css from './layout.module.css'

/* A handful of drawings of our own: an icon set would cost these pages more than all their styles. */

const icon = (drawing: ReactNode) => () => (
  <svg className={css.icon} viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
    {drawing}
  </svg>
)

export const ClockIcon = icon(
  <>
    <circle cx="10" cy="10" r="7.5" />
    <path d="M10 5.5V10l3 2" />
  </>,
)

export const PinIcon = icon(
  <>
    <path d="M10 18s6-5.2 6-9.8A6 6 0 0 0 4 8.2c0 4.6 6 9.8 6 9.8z" />
    <circle cx="10" cy="8.2" r="2.2" />
  </>,
)

export const VideoIcon = icon(
  <>
    <rect x="2" y="5" width="11" height="10" rx="2" />
    <path d="m13 9 5-3v8l-5-3" />
  </>,
)

export const CalendarIcon = icon(
  <>
    <rect x="2.5" y="4" width="15" height="13.5" rx="2" />
    <path d="M2.5 8.5h15M6.5 2v4M13.5 2v4" />
  </>,
)

export const GlobeIcon = icon(
  <>
    <circle cx="10" cy="10" r="7.5" />
    <path d="M2.5 10h15M10 2.5c2.5 2.2 3.5 4.7 3.5 7.5s-1 5.3-3.5 7.5c-2.5-2.2-3.5-4.7-3.5-7.5s1-5.3 3.5-7.5z" />
  </>,
)

export const ForwardIcon = icon(<path d="m7.5 4 6 6-6 6" />)

export const BackIcon = icon(<path d="m12.5 4-6 6 6 6" />)

export const TickIcon = icon(<path d="m4 10.5 4 4 8-9" />)

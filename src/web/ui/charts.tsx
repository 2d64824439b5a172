import type { ReactNode } from 'react'
import styles from './charts.module.css'

interface Framed {
  title: string
  /** What the picture shows, in a sentence, for those who do not see it. */
  summary: string
  /** Under the left end, in between, and under the right end. */
  marks: string[]
  /** The height of the picture, in words. */
  top: string
}

export interface Series {
  label: string
  /** One for each place from left to right; null where there is none. */
  values: (number | null)[]
  tone: 'main' | 'second' | 'bad'
}

const toneClass = { main: styles.main, second: styles.second, bad: styles.bad }

const Frame = ({
  title,
  summary,
  marks,
  top,
  series,
  width,
  children,
}: Framed & { series: Series[]; width: number; children: ReactNode }) => (
  <figure className={styles.chart}>
    <figcaption className={styles.title}>{title}</figcaption>
    <ul className={styles.legend} aria-hidden>
      {series.map(({ label, tone }) => (
        <li key={label} className={toneClass[tone]}>
          {label}
        </li>
      ))}
    </ul>
    <div className={styles.top} aria-hidden>
      {top}
    </div>
    <svg
      className={styles.picture}
      viewBox={`0 0 ${width} 100`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${title}. ${summary}`}
    >
      <line className={styles.grid} x1={0} x2={width} y1={0.5} y2={0.5} />
      <line className={styles.grid} x1={0} x2={width} y1={50} y2={50} />
      <line className={styles.axis} x1={0} x2={width} y1={99.5} y2={99.5} />
      {children}
    </svg>
    <div className={styles.marks} aria-hidden>
      {marks.map((mark) => (
        <span key={mark}>{mark}</span>
      ))}
    </div>
  </figure>
)

const height = (value: number, most: number) => (most === 0 ? 0 : (value / most) * 98)

/** Bars side by side; the series of one place stand on each other. `most` is the full height. */
export const BarChart = ({ series, most, ...frame }: Framed & { series: Series[]; most: number }) => {
  const places = series[0]?.values.length ?? 0
  return (
    <Frame {...frame} series={series} width={places * 10}>
      {Array.from({ length: places }, (_, place) => {
        const x = place * 10 + 1
        let below = 0
        return series.map(({ label, values, tone }) => {
          const tall = height(values[place] ?? 0, most)
          const y = 99 - below - tall
          below += tall
          return tall === 0 ? null : (
            <rect key={`${label} ${x}`} className={toneClass[tone]} x={x} y={y} width={8} height={tall} />
          )
        })
      })}
    </Frame>
  )
}

/** A line for each series, broken where a place has no value; a value between two gaps is a short stroke. */
export const LineChart = ({ series, most, ...frame }: Framed & { series: Series[]; most: number }) => {
  const places = series[0]?.values.length ?? 0
  return (
    <Frame {...frame} series={series} width={places * 10}>
      {series.map(({ label, values, tone }) => (
        <path key={label} className={`${styles.line} ${toneClass[tone]}`} d={pathOf(values, most)} />
      ))}
    </Frame>
  )
}

function pathOf(values: (number | null)[], most: number): string {
  const steps: string[] = []
  values.forEach((value, place) => {
    if (value === null) return
    const y = (99 - height(value, most)).toFixed(2)
    const isAlone = (values[place - 1] ?? null) === null
    steps.push(isAlone ? `M${place * 10 + 2} ${y}L${place * 10 + 8} ${y}` : `L${place * 10 + 5} ${y}`)
  })
  return steps.join('')
}

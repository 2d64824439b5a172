import type { StartRisk } from '#domain/availability/weigh-start.ts'

/** `inside the buffer of another booking`, to stand in a sentence. */
function words(risk: StartRisk): string {
  switch (risk.rule) {
    case 'busy':
      return 'taken by another booking'
    case 'buffer':
      return 'inside the buffer of another booking'
    case 'bookings-per-day':
      return `over ${counted(risk.most)} per day`
    case 'bookings-per-week':
      return `over ${counted(risk.most)} per week`
  }
}

const counted = (most: number) => (most === 1 ? '1 booking' : `${most} bookings`)

/** All of them, or empty where nothing speaks against it. */
export const risksInWords = (risks: StartRisk[]): string => risks.map(words).join(', ')

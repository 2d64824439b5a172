import { z } from 'zod'
import { bodyText } from './values.ts'

// Tags of a campaign never make a call fail: what is no text is passed over.
const tag = bodyText(500).nullish().catch(null)

export const UtmParams = z
  .object({ source: tag, medium: tag, campaign: tag, term: tag, content: tag })
  .nullish()
  .catch(null)
  .meta({ description: 'Where the guest came from, kept with the booking' })

const shown = z.string().nullable()

export const UtmParamsShape = z
  .strictObject({ source: shown, medium: shown, campaign: shown, term: shown, content: shown })
  .nullable()
  .meta({ description: 'As they were given when it was scheduled, or its one-time link made' })

import { z } from 'zod'
import { TimestampShape } from './values.ts'

/** A link that books once. */
export const OneTimeLinkShape = z
  .strictObject({ id: z.string(), url: z.string(), creation_time: TimestampShape })
  .meta({ id: 'OneTimeLink' })

import { listSms } from '#contracts/api/sms.ts'
import { ok, refuse } from '#kit/result.ts'
import { on } from './call.ts'
import { crossedBounds, listAnswer, pageOfList } from './paging.ts'

/** Hourwire sends no text messages. */
export const smsEndpoints = [
  on(listSms, async ({ query }) => {
    const crossed = crossedBounds(['creation_time'], query)
    if (crossed) return refuse(crossed)
    return ok(listAnswer(pageOfList<never>([], query, String), (none) => none))
  }),
]

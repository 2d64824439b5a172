import type { Db } from '#database/db.ts'
import type { BookingPage } from './booking-page.ts'
import { ownerKeepsBuffers } from './booking-page-repository.ts'

/** True when any page of this page's owner keeps buffers: then the owner's bookings have to be made one after another. */
export const keepsBuffers = (tx: Db, page: Pick<BookingPage, 'accountId' | 'ownerId'>): Promise<boolean> =>
  ownerKeepsBuffers(tx, page.accountId, page.ownerId)

import type { Deps } from '#domain/deps.ts'
import type { BookingPageId } from '#kit/ids.ts'
import { findImage } from './set-up-repository.ts'

/** The image of a page, by the hash in its address; public, and the same for ever. */
export const findPageImage = (
  { database }: Pick<Deps, 'database'>,
  wanted: { pageId: BookingPageId; hash: string },
): ReturnType<typeof findImage> => findImage(database.system, wanted)

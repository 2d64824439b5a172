/** Joins look-ups of one turn of the event loop into one query; each sees the database as it is after it was asked. */
export function inOneQuery<Found>(
  query: (keys: string[]) => Promise<Map<string, Found>>,
): (key: string) => Promise<Found | undefined> {
  let next: { keys: Set<string>; answer: Promise<Map<string, Found>> } | undefined
  return async (key) => {
    if (!next) {
      const keys = new Set<string>()
      const answer = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
        next = undefined
        return query([...keys])
      })
      next = { keys, answer }
    }
    next.keys.add(key)
    return (await next.answer).get(key)
  }
}

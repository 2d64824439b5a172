/**
 * Makes of a function that does many at once one that is asked for one at a time. While a batch is under way those who ask wait, and are
 * the next batch, of up to `most`: who asks alone is served at once, and the more ask the more share the work.
 *
 * @param work answers in the order of the items; where it fails, it fails for all of them.
 */
export function inBatches<Item, Answer>(
  work: (items: Item[]) => Promise<Answer[]>,
  most = 500,
): (item: Item) => Promise<Answer> {
  let waiting: { item: Item; answer: PromiseWithResolvers<Answer> }[] = []
  let isWorking = false
  const go = async () => {
    isWorking = true
    // Who asks in the same turn comes along.
    await undefined
    while (waiting.length > 0) {
      const batch = waiting.slice(0, most)
      waiting = waiting.slice(most)
      try {
        const answers = await work(batch.map(({ item }) => item))
        for (const [place, { answer }] of batch.entries()) answer.resolve(answers[place] as Answer)
      } catch (error) {
        for (const { answer } of batch) answer.reject(error)
      }
    }
    isWorking = false
  }
  return (item) => {
    const answer = Promise.withResolvers<Answer>()
    waiting.push({ item, answer })
    if (!isWorking) void go()
    return answer.promise
  }
}

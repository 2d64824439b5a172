import { expect, test } from 'vitest'
import { inBatches } from './in-batches.ts'

/** Work that is finished by hand. */
function aWork() {
  const batches: { items: number[]; finish: PromiseWithResolvers<number[]> }[] = []
  const work = (items: number[]) => {
    const finish = Promise.withResolvers<number[]>()
    batches.push({ items, finish })
    return finish.promise
  }
  return { batches, work, turn: () => new Promise((resolve) => setImmediate(resolve)) }
}

test('who asks while a batch is under way is in the next one, and each gets an answer of its own', async () => {
  const { batches, work, turn } = aWork()
  const ask = inBatches(work, 3)
  const first = [ask(1), ask(2)]
  await turn()
  const later = [ask(3), ask(4), ask(5), ask(6)]
  await turn()
  expect(batches.map(({ items }) => items)).toEqual([[1, 2]])
  batches[0]?.finish.resolve([10, 20])
  expect(await Promise.all(first)).toEqual([10, 20])
  await turn()
  batches[1]?.finish.resolve([30, 40, 50])
  await turn()
  batches[2]?.finish.resolve([60])
  expect(await Promise.all(later)).toEqual([30, 40, 50, 60])
  expect(batches.map(({ items }) => items)).toEqual([[1, 2], [3, 4, 5], [6]])
})

test('a batch that fails does so for its own, and the next one goes on', async () => {
  const { batches, work, turn } = aWork()
  const ask = inBatches(work)
  const failing = ask(1)
  await turn()
  const next = ask(2)
  batches[0]?.finish.reject(new Error('no'))
  await expect(failing).rejects.toThrow('no')
  await turn()
  batches[1]?.finish.resolve([20])
  expect(await next).toBe(20)
  const alone = ask(3)
  await turn()
  batches[2]?.finish.resolve([30])
  expect(await alone).toBe(30)
})

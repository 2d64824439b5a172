import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../testing/bench.ts'
import { appendRow, csvRow, parseFileName } from './csv-action.ts'

let dataDir: string
let remove: () => void
beforeEach(() => {
  const made = temporaryFolder()
  dataDir = made.folder
  remove = made.remove
})
afterEach(() => remove())

const mappings = [
  { name: 'Name', value: '{{customer_name}}' },
  { name: 'Note', value: 'Said: {{note}}' },
]
const append = (fileName: string, item: Record<string, unknown>) =>
  appendRow({ dataDir }, { action: { kind: 'csv', fileName, mappings }, item })
const read = (name: string) => readFileSync(path.join(dataDir, 'csv', name), 'utf8')

describe('appending a row', () => {
  test('writes the header once and then one row each time', () => {
    expect(append('b.csv', { customer_name: 'Bo', note: 'hi' }).done).toBe(true)
    expect(append('b.csv', { customer_name: 'Ana', note: '' }).done).toBe(true)
    expect(read('b.csv')).toBe('Name,Note\r\nBo,Said: hi\r\nAna,Said: \r\n')
  })

  test('leaves a file with other columns alone', () => {
    append('b.csv', {})
    const other = appendRow(
      { dataDir },
      { action: { kind: 'csv', fileName: 'b.csv', mappings: [{ name: 'Other', value: '1' }] }, item: {} },
    )
    expect(other).toMatchObject({ done: false, reason: expect.stringContaining('already has other columns') })
    expect(read('b.csv')).toBe('Name,Note\r\n,Said: \r\n')
  })

  test('does not follow a symbolic link out of its folder', () => {
    append('b.csv', {})
    const outside = path.join(dataDir, 'outside.csv')
    writeFileSync(outside, '')
    symlinkSync(outside, path.join(dataDir, 'csv', 'link.csv'))
    expect(append('link.csv', { customer_name: 'x' }).done).toBe(false)
    expect(readFileSync(outside, 'utf8')).toBe('')
  })

  test.each([
    '../b.csv',
    '..\\b.csv',
    '/tmp/b.csv',
    'a/b.csv',
    '..csv',
    '.hidden.csv',
    'b.txt',
    '',
    'b\0.csv',
  ])('refuses the file name %j', (name) => {
    expect(parseFileName(name).ok).toBe(false)
    expect(append(name, {}).done).toBe(false)
    expect(existsSync(path.join(dataDir, 'csv'))).toBe(false)
  })
})

describe('a cell', () => {
  test.each(['=1+1', '+44 20', '-1', '@SUM(A1)', '\tx', '\rx'])(
    'that a spreadsheet would compute (%j) is text',
    (text) => {
      expect(csvRow([text])).toMatch(/^"?'/)
    },
  )

  test('is quoted when it holds a comma, a quote or a line end', () => {
    expect(csvRow(['a,b', 'say "hi"', 'two\nlines', 'plain', 3, null])).toBe(
      '"a,b","say ""hi""","two\nlines",plain,3,\r\n',
    )
  })
})

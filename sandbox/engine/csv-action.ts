import { closeSync, constants, fstatSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs'
import path from 'node:path'
import { ok, type Result, refuse } from '#kit/result.ts'
import { asText, mapped } from './mapping.ts'
import type { Action, ActionOutcome, Item } from './records.ts'

type CsvAction = Extract<Action, { kind: 'csv' }>

export const csvFolder = (dataDir: string) => path.join(dataDir, 'csv')

/** A plain file name ending in .csv: no folders, so nothing outside the sandbox's own folder can be written. */
export function parseFileName(text: string): Result<string, { code: 'bad-file-name'; sentence: string }> {
  const name = text.trim()
  const no = (sentence: string) => refuse({ code: 'bad-file-name' as const, sentence })
  if (!name) return no('Give the file a name, such as bookings.csv.')
  if (/[/\\]|\.\./.test(name)) return no('The file name must not contain a folder.')
  if (!/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}$/.test(name) || !name.toLowerCase().endsWith('.csv')) {
    return no(
      'The file name may have letters, digits, spaces, dots, dashes and underscores, and ends in .csv.',
    )
  }
  return ok(name)
}

/**
 * Appends one row to the file, with the header row first when the file is new. A file with another header is left
 * alone, because its columns would no longer mean one thing.
 */
export function appendRow(
  { dataDir }: { dataDir: string },
  { action, item }: { action: CsvAction; item: Item },
): ActionOutcome {
  const output = mapped(action.mappings, item)
  const outcome = (reason: string, summary: string): ActionOutcome => ({
    done: reason === '',
    reason,
    result: {
      summary,
      output,
      status: null,
      answer: '',
      fields: reason ? {} : { ...output, file: action.fileName },
    },
  })
  const name = parseFileName(action.fileName)
  if (!name.ok) return outcome(name.problem.sentence, 'No row was written')
  if (action.mappings.length === 0) return outcome('No column is chosen.', 'No row was written')

  mkdirSync(csvFolder(dataDir), { recursive: true, mode: 0o700 })
  // O_NOFOLLOW: a symbolic link in the folder must not lead out of it.
  const flags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW
  let file: number
  try {
    file = openSync(path.join(csvFolder(dataDir), name.value), flags, 0o600)
  } catch (error) {
    return outcome(`${name.value} could not be opened: ${(error as Error).message}.`, 'No row was written')
  }
  try {
    const header = csvRow(action.mappings.map((mapping) => mapping.name))
    const isNew = fstatSync(file).size === 0
    if (!isNew && !startsWith(file, header)) {
      return outcome(
        `${name.value} already has other columns. Choose another file name, or the same columns.`,
        'No row was written',
      )
    }
    const row = csvRow(action.mappings.map((mapping) => output[mapping.name]))
    writeSync(file, isNew ? header + row : row)
    return outcome('', `Added one row to ${name.value}`)
  } finally {
    closeSync(file)
  }
}

function startsWith(file: number, header: string): boolean {
  const wanted = Buffer.from(header)
  const found = Buffer.alloc(wanted.length)
  readSync(file, found, 0, wanted.length, 0)
  return found.equals(wanted)
}

/** One line of CSV (RFC 4180). */
export const csvRow = (cells: readonly unknown[]): string => `${cells.map(csvCell).join(',')}\r\n`

/**
 * A cell that a spreadsheet would read as a formula gets an apostrophe in front
 * (OWASP, "CSV Injection": = + - @, tab and carriage return).
 */
function csvCell(value: unknown): string {
  const text = asText(value)
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

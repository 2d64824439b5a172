import { parseArgs } from 'node:util'
import { type SlotsCase, SlotsCaseShape } from '#contracts/slots-case.ts'
import type { AvailabilityProblem, SlotQuestion } from '#domain/availability/availability.ts'
import { explainInstant } from '#domain/availability/explain-instant.ts'
import { listSlots } from '#domain/availability/list-slots.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import { presentExplanation } from './present-explanation.ts'

/** What a command asks of its surroundings: `-` as a path is standard input. */
export interface CommandInput {
  args: readonly string[]
  readText: (path: string) => Promise<string>
}

export interface CommandOutput {
  stdout: string
  stderr: string
  /** 0: answered. 2: wrong usage or input, with the reason on stderr and nothing on stdout. 3: answered, and somebody has to look. */
  exitCode: 0 | 2 | 3
}

const usage = `Usage: hourwire slots CASE.json [--explain INSTANT]

Prints the starts that can be booked as a JSON array of UTC instants, ascending.
CASE.json holds one case, or an array of cases for an array of arrays; "-" reads standard input.

  --explain INSTANT   say which rule opens or closes this instant, such as 2026-12-01T17:00:00Z
  --help              show this text

A case (members with "?" may be left out, all others are needed, unknown ones are refused):
  { zone, customerZone, now, range: { from, to },
    weekly: [{ day: 1..7 (Monday = 1), start: "09:00", end: "17:00" | "24:00", endsNextDay? }],
    overrides: { "2026-12-24": [{ start, end, endsNextDay? }] },
    durationMinutes, spacingMinutes, grid: "window" | "clock",
    bufferBeforeMinutes, bufferAfterMinutes, noticeMinutes, horizonMinutes | null,
    busy: [{ start, end, bufferBeforeMinutes?, bufferAfterMinutes? }] }
`

/**
 * `hourwire slots`: availability from the command line, without database or server.
 *
 * Text in, text out: all it needs from outside is the text of the file.
 */
export async function runSlots({ args, readText }: CommandInput): Promise<CommandOutput> {
  const asked = parseAsked(args)
  if (!asked.ok) return failed([asked.problem.message, '', usage.trimEnd()])
  if (asked.value.help) return answered(usage)
  const { path, explain } = asked.value
  const source = path === '-' ? 'standard input' : path

  let text: string
  try {
    text = await readText(path)
  } catch (error) {
    return failed([`cannot read ${source}: ${wordsOf(error)}`])
  }
  const cases = parseCases(text)
  if (!cases.ok) return failed([`${source} is refused:`, ...cases.problem.lines.map((line) => `  ${line}`)])

  const answers: unknown[] = []
  for (const [index, question] of cases.value.questions.entries()) {
    const answer = explain === undefined ? startsOf(question) : explanationOf(question, explain)
    if (!answer.ok) {
      const { path: member, message } = answer.problem
      return failed([`${source} is refused:`, `  ${pathInFile(cases.value.many, index, member)}: ${message}`])
    }
    answers.push(answer.value)
  }
  const answer = cases.value.many ? answers : answers[0]
  return answered(`${JSON.stringify(answer, null, explain === undefined ? undefined : 2)}\n`)
}

/** A checked case as a question to the domain: instants become epoch milliseconds. */
const questionOfCase = ({ now, busy, ...rules }: SlotsCase): SlotQuestion => ({
  ...rules,
  nowMs: msOfInstant(now),
  busy: busy.map(({ start, end, ...buffers }) => ({
    startMs: msOfInstant(start),
    endMs: msOfInstant(end),
    ...buffers,
  })),
})

interface Asked {
  path: string
  explain: string | undefined
  help: boolean
}

function parseAsked(args: readonly string[]): Result<Asked, { code: 'usage'; message: string }> {
  const wrong = (message: string) => refuse({ code: 'usage' as const, message })
  let parsed: { values: { explain?: string; help?: boolean }; positionals: string[] }
  try {
    parsed = parseArgs({
      args: [...args],
      options: { explain: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    })
  } catch (error) {
    return wrong(wordsOf(error))
  }
  const { values, positionals } = parsed
  if (values.help) return ok({ path: '', explain: undefined, help: true })
  const [path, ...more] = positionals
  if (path === undefined) return wrong('name the file that holds the case, or "-" for standard input')
  if (more.length > 0) return wrong(`one file at a time: ${more.join(' ')} is too much`)
  if (values.explain !== undefined && !SlotsCaseShape.shape.now.safeParse(values.explain).success) {
    return wrong(
      `--explain ${values.explain}: must be an instant with its offset, such as 2026-12-01T17:00:00Z`,
    )
  }
  return ok({ path, explain: values.explain, help: false })
}

interface Cases {
  /** The file holds an array of cases, so the answer is an array of answers. */
  many: boolean
  questions: SlotQuestion[]
}

/** At most so many wrong members are told at once; the rest is likely more of the same. */
const problemsTold = 20

function parseCases(text: string): Result<Cases, { code: 'bad-case'; lines: string[] }> {
  let data: unknown
  try {
    data = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    return refuse({ code: 'bad-case', lines: [`not JSON: ${wordsOf(error)}`] })
  }
  const many = Array.isArray(data)
  const questions: SlotQuestion[] = []
  const lines: string[] = []
  for (const [index, one] of (many ? (data as unknown[]) : [data]).entries()) {
    const parsed = SlotsCaseShape.safeParse(one)
    if (parsed.success) questions.push(questionOfCase(parsed.data))
    else lines.push(...parsed.error.issues.flatMap((issue) => wordsOfIssue(issue, many ? [index] : [])))
  }
  if (lines.length === 0) return ok({ many, questions })
  const untold = lines.length - problemsTold
  const told = untold > 0 ? [...lines.slice(0, problemsTold), `and ${untold} more`] : lines
  return refuse({ code: 'bad-case', lines: told })
}

type Issue = NonNullable<ReturnType<typeof SlotsCaseShape.safeParse>['error']>['issues'][number]

function wordsOfIssue(issue: Issue, before: PropertyKey[]): string[] {
  const path = [...before, ...issue.path]
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${wordsOfPath([...path, key])}: is not a member that is known here`)
  }
  const message = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message
  return [`${wordsOfPath(path) || 'the case'}: ${message}`]
}

/** `weekly[0].start`, `overrides["2026-12-24"][0].end`. */
const wordsOfPath = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => {
      if (typeof part === 'number') return `[${part}]`
      const name = String(part)
      return /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`
    })
    .join('')
    .replace(/^\./, '')

const pathInFile = (many: boolean, index: number, member: string) => (many ? `[${index}].${member}` : member)

function startsOf(question: SlotQuestion): Result<string[], AvailabilityProblem> {
  const slots = listSlots(question)
  return slots.ok ? ok(slots.value.map(isoOfMs)) : slots
}

function explanationOf(question: SlotQuestion, instant: string): Result<unknown, AvailabilityProblem> {
  const explained = explainInstant(question, msOfInstant(instant))
  return explained.ok ? ok(presentExplanation(question, explained.value)) : explained
}

/** To the microsecond, so that an instant between two milliseconds stays on its side of a bound. */
const msOfInstant = (text: string): number =>
  Number(Temporal.Instant.from(text).epochNanoseconds / 1000n) / 1000

/** `2026-12-01T17:00:00Z`. Starts are whole seconds. */
const isoOfMs = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const answered = (stdout: string): CommandOutput => ({ stdout, stderr: '', exitCode: 0 })

const failed = (lines: string[]): CommandOutput => ({
  stdout: '',
  stderr: `hourwire slots: ${lines.join('\n')}\n`,
  exitCode: 2,
})

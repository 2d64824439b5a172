import { describe, expect, test } from 'vitest'
import { runSlots } from './slots.ts'

const aCase = {
  zone: 'Europe/Berlin',
  customerZone: 'America/New_York',
  now: '2026-11-30T17:00:00Z',
  range: { from: '2026-12-01', to: '2026-12-02' },
  weekly: [{ day: 2, start: '09:00', end: '11:00' }],
  overrides: { '2026-12-02': [{ start: '23:00', end: '00:30', endsNextDay: true }] },
  durationMinutes: 30,
  spacingMinutes: 30,
  grid: 'window',
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 0,
  noticeMinutes: 0,
  horizonMinutes: null,
  busy: [{ start: '2026-12-01T10:00:00+01:00', end: '2026-12-01T09:15:00Z', bufferAfterMinutes: 15 }],
}

const starts = [
  '2026-12-01T08:00:00Z',
  '2026-12-01T08:30:00Z',
  '2026-12-01T09:30:00Z',
  '2026-12-02T22:00:00Z',
  '2026-12-02T22:30:00Z',
  '2026-12-02T23:00:00Z',
]

const run = (content: unknown, ...options: string[]) =>
  runSlots({
    args: ['case.json', ...options],
    readText: async () => (typeof content === 'string' ? content : JSON.stringify(content)),
  })

const without = (member: keyof typeof aCase) => {
  const { [member]: _, ...rest } = aCase
  return rest
}

describe('hourwire slots', () => {
  test('prints the starts of a case as UTC instants', async () => {
    const { stdout, stderr, exitCode } = await run(aCase)
    expect(JSON.parse(stdout)).toEqual(starts)
    expect(stdout).toMatch(/^\[.*\]\n$/)
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 })
  })

  test('answers an array of cases with an array of arrays', async () => {
    const { stdout } = await run([aCase, { ...aCase, weekly: [], overrides: {} }])
    expect(JSON.parse(stdout)).toEqual([starts, []])
    expect(JSON.parse((await run([])).stdout)).toEqual([])
  })

  test('reads an instant between two milliseconds on its own side of the bound', async () => {
    const onTime = { ...aCase, now: '2026-12-01T08:30:00Z', overrides: {} }
    expect(JSON.parse((await run(onTime)).stdout)[0]).toBe('2026-12-01T08:30:00Z')
    expect(JSON.parse((await run({ ...onTime, now: '2026-12-01T08:30:00.000001Z' })).stdout)[0]).toBe(
      '2026-12-01T09:30:00Z',
    )
  })

  test('explains an instant in a sentence that names the rule and the facts', async () => {
    const open = JSON.parse((await run(aCase, '--explain', '2026-12-01T08:00:00Z')).stdout)
    expect(open).toMatchObject({ bookable: true, rule: 'weekly-window' })
    expect(open.sentence).toBe(
      '2026-12-01T08:00:00Z (Tue 2026-12-01 09:00 +01:00 Europe/Berlin) is offered: it lies in the weekly window 09:00-11:00 that starts on Tue 2026-12-01, and no rule closes it.',
    )
    const sentences = async (instant: string, changes = {}) =>
      JSON.parse((await run({ ...aCase, ...changes }, `--explain=${instant}`)).stdout)
    expect(await sentences('2026-12-01T09:00:00Z')).toMatchObject({ bookable: false, rule: 'busy' })
    expect(await sentences('2026-12-01T09:15:00Z')).toMatchObject({ bookable: false, rule: 'starting-times' })
    expect((await sentences('2026-12-01T08:30:00Z', { bufferAfterMinutes: 10 })).sentence).toContain(
      'the buffer asks for 10 free minutes after the slot, but busy time from 2026-12-01T09:00:00Z to 2026-12-01T09:15:00Z leaves 0',
    )
    expect((await sentences('2026-12-02T09:00:00Z')).sentence).toContain(
      'it lies in no window of the override of 2026-12-02 (23:00-00:30 the next day)',
    )
    expect((await sentences('2026-12-03T09:00:00Z')).sentence).toContain(
      'no weekly window (Thu: none); also: its date',
    )
  })

  test('explains each case of an array', async () => {
    const { stdout } = await run(
      [aCase, { ...aCase, horizonMinutes: 60 }],
      '--explain',
      '2026-12-01T08:00:00Z',
    )
    expect(JSON.parse(stdout).map(({ rule }: { rule: string }) => rule)).toEqual(['weekly-window', 'horizon'])
  })

  test.each([
    ['zone', { ...aCase, zone: 'Mars/Olympus' }, 'zone: is not a known IANA time zone'],
    [
      'an offset for a zone',
      { ...aCase, customerZone: '+01:00' },
      'customerZone: is not a known IANA time zone',
    ],
    ['now', { ...aCase, now: '2026-11-30T17:00:00' }, 'now: must be an instant with its offset'],
    ['a date', { ...aCase, range: { from: '2026-02-30', to: '2026-03-01' } }, 'range.from: must be a date'],
    [
      'the order of dates',
      { ...aCase, range: { from: '2026-03-02', to: '2026-03-01' } },
      'range.to: must not be before',
    ],
    [
      '100 years',
      { ...aCase, range: { from: '2026-01-01', to: '2126-01-01' } },
      'range: covers too many days',
    ],
    [
      '401 days',
      { ...aCase, range: { from: '2026-01-01', to: '2027-02-05' } },
      'range: covers too many days; at most 400',
    ],
    [
      'a horizon of 100 years',
      { ...aCase, horizonMinutes: 52_596_000 },
      'horizonMinutes: must be a whole number',
    ],
    [
      'a weekday',
      { ...aCase, weekly: [{ day: 8, start: '09:00', end: '10:00' }] },
      'weekly[0].day: must be 1 (Monday)',
    ],
    [
      'a time',
      { ...aCase, weekly: [{ day: 1, start: '9:00', end: '10:00' }] },
      'weekly[0].start: must be a time',
    ],
    [
      'an end',
      { ...aCase, weekly: [{ day: 1, start: '22:00', end: '06:00' }] },
      'weekly[0].end: must be after start',
    ],
    [
      'an override',
      { ...aCase, overrides: { '2026-12-24': [{ start: '10:00', end: '09:00' }] } },
      'overrides["2026-12-24"][0].end: must be after start',
    ],
    ['an override’s date', { ...aCase, overrides: { 'Dec 24': [] } }, 'overrides["Dec 24"]: must be a date'],
    ['no step', { ...aCase, spacingMinutes: 0 }, 'spacingMinutes: must be a whole number of minutes'],
    [
      'a step backwards',
      { ...aCase, spacingMinutes: -15 },
      'spacingMinutes: must be a whole number of minutes',
    ],
    [
      'half a minute',
      { ...aCase, durationMinutes: 0.5 },
      'durationMinutes: must be a whole number of minutes',
    ],
    [
      'a text for a number',
      { ...aCase, noticeMinutes: '60' },
      'noticeMinutes: must be a whole number of minutes',
    ],
    ['a grid', { ...aCase, grid: 'hourly' }, 'grid: must be "window" or "clock"'],
    [
      'busy time backwards',
      { ...aCase, busy: [{ start: '2026-12-01T10:00:00Z', end: '2026-12-01T09:00:00Z' }] },
      'busy[0].end: must not be before start',
    ],
    ['a missing member', without('durationMinutes'), 'durationMinutes: is missing'],
    ['a missing list', without('busy'), 'busy: is missing'],
    ['an unknown member', { ...aCase, durationMins: 30 }, 'durationMins: is not a member that is known here'],
    [
      'an unknown member within',
      { ...aCase, weekly: [{ day: 1, start: '09:00', end: '10:00', colour: 1 }] },
      'weekly[0].colour: is not a member',
    ],
    ['a case in an array', [aCase, { ...aCase, grid: 1 }], '[1].grid: must be "window" or "clock"'],
    ['something else', 'null', 'the case: must be an object'],
    ['no JSON', '{', 'not JSON:'],
    [
      'too many overrides',
      { ...aCase, overrides: manyOverrides(10_001) },
      'overrides: holds more than 10000 dates',
    ],
  ])('refuses %s, and names it', async (_, content, words) => {
    const { stdout, stderr, exitCode } = await run(content)
    expect(stderr).toContain(`  ${words}`)
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 })
  })

  test('tells twenty wrong members and counts the rest', async () => {
    const { stderr } = await run({ ...aCase, weekly: Array.from({ length: 30 }, () => ({ day: 1 })) })
    expect(stderr).toContain('weekly[0].start: is missing')
    expect(stderr).toContain('and 40 more')
  })

  test('answers 10,000 overrides', async () => {
    const { stdout } = await run({ ...aCase, overrides: manyOverrides(10_000) })
    expect(JSON.parse(stdout)).toEqual([])
  })

  test('explains its use when the command line is wrong', async () => {
    const usageOf = async (...args: string[]) => {
      const { stdout, stderr, exitCode } = await runSlots({
        args,
        readText: async () => JSON.stringify(aCase),
      })
      expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 })
      expect(stderr).toContain('Usage: hourwire slots CASE.json')
      return stderr
    }
    expect(await usageOf()).toContain('name the file')
    expect(await usageOf('one.json', 'two.json')).toContain('one file at a time')
    expect(await usageOf('case.json', '--frobnicate')).toContain('--frobnicate')
    expect(await usageOf('case.json', '--explain', 'tomorrow')).toContain(
      '--explain tomorrow: must be an instant',
    )
    expect((await runSlots({ args: ['--help'], readText: async () => '' })).stdout).toContain(
      'Usage: hourwire slots',
    )
  })

  test('says which file cannot be read', async () => {
    const readText = async () => {
      throw new Error('ENOENT: no such file')
    }
    expect(await runSlots({ args: ['nowhere.json'], readText })).toEqual({
      stdout: '',
      stderr: 'hourwire slots: cannot read nowhere.json: ENOENT: no such file\n',
      exitCode: 2,
    })
  })
})

function manyOverrides(count: number): Record<string, never[]> {
  const first = Temporal.PlainDate.from('2020-01-01')
  return Object.fromEntries(Array.from({ length: count }, (_, days) => [first.add({ days }).toString(), []]))
}

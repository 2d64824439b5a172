import { describe, expect, test } from 'vitest'
import { countJourneys, countUnits, judge } from '../../tools/test-counts.ts'

const units = (more: object) => ({
  numPassedTests: 2,
  numFailedTests: 0,
  numPendingTests: 1,
  numTodoTests: 0,
  testResults: [{ status: 'passed', assertionResults: [{ status: 'passed' }] }],
  ...more,
})

describe('test counts', () => {
  test('a test file that does not load counts as a failure', () => {
    const broken = units({ testResults: [{ status: 'failed', assertionResults: [] }] })

    expect(countUnits(units({}))).toEqual({ passed: 2, failed: 0, skipped: 1 })
    expect(countUnits(broken)).toEqual({ passed: 2, failed: 1, skipped: 1 })
  })

  test('an error outside of journeys counts as a failure; a journey that passed the second time is told', () => {
    const stats = { expected: 3, unexpected: 1, flaky: 1, skipped: 0 }

    expect(countJourneys({ stats, errors: [{}] })).toEqual({ passed: 4, failed: 2, skipped: 0, flaky: 1 })
    const report = { stats: { ...stats, unexpected: 0 }, errors: [] }
    expect(judge({ exitCode: 0, report, count: countJourneys })).toEqual({
      counts: { passed: 4, failed: 0, skipped: 0, flaky: 1 },
      trouble: '1 passed only when run once more',
    })
  })

  test('no report, no test and a bad end without a failed test are failures', () => {
    const count = countUnits

    expect(judge({ exitCode: 0, report: undefined, count }).counts.failed).toBe(1)
    expect(judge({ exitCode: 0, report: units({ numPassedTests: 0 }), count }).counts.failed).toBe(1)
    expect(judge({ exitCode: 1, report: units({}), count }).counts.failed).toBe(1)
    expect(judge({ exitCode: 0, report: units({}), count })).toEqual({
      counts: { passed: 2, failed: 0, skipped: 1 },
    })
  })
})

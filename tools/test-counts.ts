export interface Counts {
  passed: number
  failed: number
  skipped: number
  /** Of those passed: so many failed first and passed when run once more. */
  flaky?: number
}

/** The members of vitest's JSON report that counting needs. */
interface VitestReport {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  testResults: { status: string; assertionResults: { status: string }[] }[]
}

/** A file that fails to load has no tests to fail, so it counts as one itself. */
export function countUnits(report: unknown): Counts {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } =
    report as VitestReport
  const brokenFiles = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((result) => result.status === 'failed'),
  )
  return {
    passed: numPassedTests,
    failed: numFailedTests + brokenFiles.length,
    skipped: numPendingTests + numTodoTests,
  }
}

/** The members of Playwright's JSON report that counting needs. */
interface PlaywrightReport {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number }
  errors: unknown[]
}

/**
 * A journey that passes only now and then is a failure where it was written: there it runs once. CI, on a machine that
 * others share, runs it a second time (playwright.config.ts), and it is told as flaky.
 */
export function countJourneys(report: unknown): Counts {
  const { stats, errors } = report as PlaywrightReport
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + errors.length,
    skipped: stats.skipped,
    flaky: stats.flaky,
  }
}

/**
 * What a suite's run amounts to. A run that ends badly without naming a test, leaves no report or runs no test at
 * all counts as one failure: silence is not success.
 */
export function judge({
  exitCode,
  report,
  count,
}: {
  exitCode: number
  report: unknown
  count: (report: unknown) => Counts
}): { counts: Counts; trouble?: string } {
  if (report === undefined)
    return { counts: { passed: 0, failed: 1, skipped: 0 }, trouble: `left no report, ended with ${exitCode}` }
  const counts = count(report)
  if (counts.failed > 0) return { counts }
  if (counts.passed === 0) return { counts: { ...counts, failed: 1 }, trouble: 'ran no test' }
  if (exitCode !== 0)
    return { counts: { ...counts, failed: 1 }, trouble: `no test failed, but the run ended with ${exitCode}` }
  if (counts.flaky) return { counts, trouble: `${counts.flaky} passed only when run once more` }
  return { counts }
}

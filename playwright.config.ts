import { defineConfig } from '@playwright/test'
import { type Browser, findChromium } from './tests/journeys/chromium.ts'

/** Workers load this file again; they inherit the answer through the environment. */
const answerName = 'HOURWIRE_TEST_BROWSER'

const inherited = process.env[answerName]
const browser: Browser = inherited ? JSON.parse(inherited) : await findChromium()
if (!inherited) {
  process.env[answerName] = JSON.stringify(browser)
  console.log(`Browser: ${browser.source}, ${browser.executablePath}`)
}

export default defineConfig({
  testDir: 'tests/journeys',
  testMatch: '**/*.journey.ts',
  outputDir: 'test-results/journeys',
  // Journeys start the real program, database included, on ports and data of its own: one at a time tells the truth about times. CI
  // has twenty minutes for everything.
  workers: process.env.CI === undefined ? 1 : 2,
  forbidOnly: process.env.CI !== undefined,
  // CI runs on a machine that others share: what fails once and not again is told as flaky, and fails nothing.
  retries: process.env.CI === undefined ? 0 : 1,
  reporter: 'list',
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: {
    actionTimeout: 15_000,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    // What is half faded in fails the contrast check by chance.
    contextOptions: { reducedMotion: 'reduce' },
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: browser.executablePath,
      env: { ...process.env, ...browser.env } as Record<string, string>,
      args: browser.args,
    },
  },
  projects: [
    { name: 'desktop', use: { viewport: { width: 1280, height: 860 } } },
    { name: 'phone', use: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true } },
  ],
})

import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page, test } from '@playwright/test'

const folder = process.env.SCREENSHOTS

/** A screenshot for the docs (`SCREENSHOTS=docs/screenshots npm run journeys`) and an accessibility check of what it shows. */
export async function look(page: Page, name: string): Promise<void> {
  // Into a frame that runs no scripts axe cannot go, and waits for it for ever.
  const hasQuietFrame = (await page.locator('iframe[sandbox]').count()) > 0
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode(hasQuietFrame)
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze()
  expect(
    violations.map(({ id, nodes }) => `${name}: ${id} at ${nodes.map(({ target }) => target).join(' | ')}`),
  ).toEqual([])
  // Nothing may stick out sideways on a phone.
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
  ).toBeLessThanOrEqual(0)
  if (!folder) return
  mkdirSync(folder, { recursive: true })
  await page.screenshot({
    path: path.join(folder, `${name}-${test.info().project.name}.png`),
    fullPage: true,
    animations: 'disabled',
  })
}

/** Collects what a page complains about in its console, policy violations included. */
export function listenForComplaints(page: Page): string[] {
  const complaints: string[] = []
  page.on('console', (message) => {
    // Browsers report every refused form as a failed resource; those are looked at by their own text.
    const text = message.text()
    // Playwright's own looks into the frame of a mail, which runs no scripts.
    if (/^Blocked script execution in '[^']*\/mailbox\/MAIL-/.test(text)) return
    if (message.type() === 'error' && !/status of (400|401|404|409|422|429)/.test(text)) complaints.push(text)
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  return complaints
}

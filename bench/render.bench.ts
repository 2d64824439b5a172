import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { ServerBuild } from 'react-router'
import { openBenchApp } from './bench-app.ts'
import { addBusyTimes, openBenchServerWithHouse } from './bench-house.ts'
import { openLoadClient } from './http-load.ts'
import { compared, cpuMs, type Measurement, measured, runAlone, takeInTurn } from './measurement.ts'

const requestsPerRound = 60
const rounds = 5

const root = path.join(import.meta.dirname, '..')

/**
 * CPU of the server process for one render of a public page's times (`/:slug/:eventType`, 500 busy intervals in 60 days), and
 * what a browser loads for it. The yardstick is an empty JSON route of the same server, asked by the same client.
 */
export async function benchRender(): Promise<Measurement[]> {
  const entry = path.join(root, 'build/server/index.js')
  if (!existsSync(entry)) throw new Error('The pages are not built: run "npm run build" first.')
  const build = (await import(pathToFileURL(entry).href)) as ServerBuild
  const clientFolder = path.join(root, 'build/client')

  const house = await openBenchServerWithHouse()
  const client = await openLoadClient()
  const app = await openBenchApp(house, { build, clientFolder })
  try {
    await addBusyTimes(house, { count: 500, days: 60 })
    const address = `/${house.page.slug}/${house.thirtyMinutes.slug}`
    const cpuPerRequest = (asked: string) => async () => {
      const cpuBefore = cpuMs()
      const until = { requests: requestsPerRound }
      await client.ask({ origin: app.origin, path: asked, headers: {}, connections: 4, until })
      return (cpuMs() - cpuBefore) / requestsPerRound
    }
    // The compiler needs a few hundred renders before the figures stand still.
    for (let round = 0; round < 5; round++) await cpuPerRequest(address)()
    const cpu = await takeInTurn(rounds, { empty: cpuPerRequest('/empty'), page: cpuPerRequest(address) })

    const html = await (await fetch(app.origin + address)).text()
    if (!/<time|datetime|T\d\d:?\d\d/.test(html)) throw new Error('The page that was measured shows no times')
    const { js, css } = assetsOf(html, clientFolder)
    const kilobytes = (name: string, texts: Buffer[], atMost: number) =>
      measured({
        name,
        value: texts.reduce((sum, text) => sum + gzipSync(text, { level: 9 }).length, 0) / 1024,
        unit: 'KB',
        limit: { atMost },
      })
    const render = compared({
      name: 'public page rendered / empty JSON route, CPU',
      values: cpu.page,
      yardsticks: cpu.empty,
      unit: 'ms',
    })
    return [
      { ...render, budget: '<= 4 ms', ok: render.value <= 4 },
      kilobytes('JavaScript of that page, gzip', js, 90),
      kilobytes('CSS of that page, gzip', css, 15),
      measured({
        name: 'HTML of that page, gzip',
        value: gzipSync(html, { level: 9 }).length / 1024,
        unit: 'KB',
      }),
    ]
  } finally {
    await app.close()
    await client.close()
    await house.close()
  }
}

/** Files and inline scripts that the page loads, modules followed through their static imports. */
function assetsOf(html: string, clientFolder: string): { js: Buffer[]; css: Buffer[] } {
  const links = [...html.matchAll(/(?:src|href)="(\/[^"?]+\.(?:js|css))/g)].map((match) => match[1] as string)
  const inline = [...html.matchAll(/<script(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/g)]
  const imported = inline.flatMap(([, text = '']) =>
    [...text.matchAll(/(?:from\s*|import\s*\(?)["'](\/[^"']+\.js)["']/g)].map((match) => match[1] as string),
  )
  const files = new Map<string, Buffer>()
  const add = (file: string) => {
    if (files.has(file)) return
    const bytes = readFileSync(path.join(clientFolder, file))
    files.set(file, bytes)
    if (!file.endsWith('.js')) return
    for (const [, name = ''] of bytes.toString().matchAll(/(?:from|import)\s*["'](\.{1,2}\/[^"']+\.js)["']/g))
      add(path.posix.join(path.posix.dirname(file), name))
  }
  for (const file of [...links, ...imported]) add(file)
  const ofKind = (ending: string) =>
    [...files].filter(([name]) => name.endsWith(ending)).map(([, bytes]) => bytes)
  return {
    js: [...ofKind('.js'), ...inline.map(([, text = '']) => Buffer.from(text))],
    css: ofKind('.css'),
  }
}

if (import.meta.main) await runAlone(benchRender)

import { execFileSync, spawnSync } from 'node:child_process'
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { chromium } from '@playwright/test'

/** How to start a Chromium that was seen to work here. */
export interface Browser {
  executablePath: string
  /** Added to the environment of the browser. */
  env: Record<string, string>
  args: string[]
  /** Where it comes from, for people. */
  source: string
}

/** Journeys open our own pages only, and containers seldom allow the sandbox. */
const args = ['--no-sandbox']

const root = path.join(import.meta.dirname, '../..')

/**
 * A Chromium that really starts and draws text. In this order: the one CHROMIUM_PATH names; npm's, which the
 * lockfile pins; Playwright's own; the system's; Debian's, installed by apt-get where we are root.
 *
 * Journeys that cannot run are never skipped: when none starts, the error lists what was tried and why it failed.
 */
export async function findChromium(): Promise<Browser> {
  const tried: string[] = []
  const works = async (candidate: Omit<Browser, 'args'>): Promise<Browser | undefined> => {
    const why = await whyItFails(candidate.executablePath, candidate.env)
    if (why === undefined) return { ...candidate, args }
    tried.push(`${candidate.source} (${candidate.executablePath}): ${why}`)
    return undefined
  }
  const firstOf = async (candidates: Omit<Browser, 'args'>[]): Promise<Browser | undefined> => {
    for (const candidate of candidates) {
      const browser = await works(candidate)
      if (browser) return browser
    }
    return undefined
  }
  const noBrowser = () =>
    new Error(
      `No Chromium could be started, so the journeys cannot run. Tried:\n${tried.map((line) => `- ${line}`).join('\n')}\n` +
        'Install Chromium, or name one with CHROMIUM_PATH.',
    )

  const named = process.env.CHROMIUM_PATH
  if (named) {
    const browser = await works({ source: 'CHROMIUM_PATH', executablePath: named, env: {} })
    if (browser) return browser
    // What was asked for by name is not replaced by something else.
    throw noBrowser()
  }

  const found = (await firstOf(listNpmCandidates(tried))) ?? (await firstOf(listInstalled()))
  if (found) return found

  if (!mayInstall()) throw noBrowser()
  console.error('No Chromium starts here; installing that of Debian with apt-get, once.')
  const install = spawnSync(
    'sh',
    [
      '-c',
      'apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-liberation',
    ],
    { stdio: ['ignore', 2, 2] },
  )
  if (install.status !== 0)
    tried.push(`apt-get install chromium: ended with ${install.status ?? install.signal}`)
  const installed = await firstOf(listInstalled())
  if (installed) return installed
  throw noBrowser()
}

/** Starts it by the way the journeys will, draws text and takes a picture; undefined when all that worked. */
async function whyItFails(executablePath: string, env: Record<string, string>): Promise<string | undefined> {
  try {
    const browser = await chromium.launch({
      executablePath,
      env: { ...process.env, ...env } as Record<string, string>,
      args,
      timeout: 20_000,
    })
    try {
      const page = await browser.newPage()
      await page.setContent('<p>alive</p>')
      const text = await page.innerText('p')
      const picture = await page.screenshot({ timeout: 10_000 })
      return text === 'alive' && picture.length > 0 ? undefined : 'draws nothing'
    } finally {
      await browser.close()
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return (
      /error while loading[^\n]*|\[err\][^\n]*/.exec(message)?.[0] ??
      message.split('\n')[0] ??
      'no reason given'
    )
  }
}

/** npm's Chromium as it is, and with the libraries it brings for systems that lack them. */
function listNpmCandidates(tried: string[]): Omit<Browser, 'args'>[] {
  try {
    const { executablePath, libraries, fonts } = unpackNpmChromium()
    return [
      { source: '@sparticuz/chromium', executablePath, env: fonts },
      {
        source: '@sparticuz/chromium with its own libraries',
        executablePath,
        env: { ...fonts, LD_LIBRARY_PATH: libraries },
      },
    ]
  } catch (error) {
    tried.push(`@sparticuz/chromium: ${error instanceof Error ? error.message : String(error)}`)
    return []
  }
}

/**
 * The package unpacks into the system's temporary folder, neither by version nor atomically. So it is unpacked in
 * a private folder that is then renamed: whoever finds the folder finds all of it.
 */
function unpackNpmChromium(): { executablePath: string; libraries: string; fonts: Record<string, string> } {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('is for Linux on x64 only')
  const packaged = path.join(root, 'node_modules/@sparticuz/chromium')
  const { version } = JSON.parse(readFileSync(path.join(packaged, 'package.json'), 'utf8')) as {
    version: string
  }
  const name = `chromium-${version}`
  const caches = listCaches()
  const ready = caches
    .map((cache) => path.join(cache, name))
    .find((folder) => isReadable(path.join(folder, 'chromium')))
  const folder = ready ?? unpackInto(findWritable(caches), name, packaged)
  return {
    executablePath: path.join(folder, 'chromium'),
    libraries: path.join(folder, 'al2023/lib'),
    // Without any font the first text drawn ends the browser.
    fonts: existsSync('/etc/fonts/fonts.conf') ? {} : { FONTCONFIG_FILE: path.join(folder, 'fonts.conf') },
  }
}

function unpackInto(cache: string, name: string, packaged: string): string {
  const folder = path.join(cache, name)
  const unfinished = mkdtempSync(`${folder}.`)
  try {
    const libraries = path.join(packaged, 'bin/al2023.tar.br')
    execFileSync(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `const { default: chromium, inflate } = await import('@sparticuz/chromium')
         await chromium.executablePath()
         await inflate(${JSON.stringify(libraries)})`,
      ],
      { cwd: root, env: { ...process.env, TMPDIR: unfinished }, stdio: ['ignore', 'ignore', 'pipe'] },
    )
    // The package's own names a fixed temporary folder.
    writeFileSync(
      path.join(unfinished, 'fonts.conf'),
      `<?xml version="1.0"?><fontconfig><dir>${folder}/fonts</dir><cachedir>${folder}/font-cache</cachedir></fontconfig>\n`,
    )
    // Unpacked for its owner alone; root may have installed what another user tests.
    execFileSync('chmod', ['-R', 'a+rX', unfinished])
    renameSync(unfinished, folder)
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true })
    // Somebody else was faster.
    if (!isReadable(path.join(folder, 'chromium'))) throw error
  }
  return folder
}

/** Beside the package; where that is not ours to write (installed by root, say), in the user's own cache. */
const listCaches = (): string[] => [
  path.join(root, 'node_modules/.cache/hourwire'),
  path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'hourwire'),
  path.join(os.tmpdir(), `hourwire-cache-${os.userInfo().uid}`),
]

function findWritable(folders: string[]): string {
  const writable = folders.find((folder) => {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o755 })
      accessSync(folder, constants.W_OK)
      // In a temporary folder anybody may have made it before us.
      return statSync(folder).uid === os.userInfo().uid
    } catch {
      return false
    }
  })
  if (writable === undefined)
    throw new Error(`cannot be unpacked: none of ${folders.join(', ')} is ours to write`)
  return writable
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function listInstalled(): Omit<Browser, 'args'>[] {
  const folders = (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter((folder) => !folder.includes('node_modules'))
  const onPath = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].flatMap((name) =>
    folders.map((folder) => ({ source: 'system', executablePath: path.join(folder, name), env: {} })),
  )
  return [
    { source: 'Playwright', executablePath: chromium.executablePath(), env: {} },
    ...onPath,
    {
      source: 'system',
      executablePath: '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      env: {},
    },
  ].filter(({ executablePath }) => existsSync(executablePath))
}

const mayInstall = (): boolean =>
  process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')

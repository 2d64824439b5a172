import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { validateAppDefinition } from 'zapier-platform-schema'
import { checkDefinition } from '../checks/d-checks.ts'
import packageJson from '../package.json' with { type: 'json' }
import { readDefinition } from '../tests/zapier.ts'
import app from './index.ts'

const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
)

test("passes Zapier's schema", async () => {
  const { errors } = validateAppDefinition(await readDefinition())
  expect(errors).toEqual([])
})

test('passes the publishing checks, as an object and as the JSON that is pushed', async () => {
  expect(checkDefinition(app, { latestCore: app.platformVersion })).toEqual([])
  expect(checkDefinition(await readDefinition())).toEqual([])
})

test('has every trigger, search and action, each under its label', () => {
  const labelsOf = (all: Record<string, { key: string; display: { label: string } }>) =>
    Object.entries(all).map(([name, { key, display }]) => {
      expect(key).toBe(name)
      return display.label
    })
  expect(labelsOf(app.triggers)).toEqual([
    'Booking Scheduled',
    'Booking Rescheduled',
    'Booking Canceled',
    'Booking Canceled and Rescheduled',
    'Booking Completed',
    'Booking No-Show',
    'Booking Lifecycle Event',
    'Contact Captured',
    'Contact Updated',
    'Contact Lifecycle Event',
  ])
  expect(labelsOf(app.searches)).toEqual(['Find Contact', 'Find Booking', 'Get Booking'])
  expect(labelsOf(app.creates)).toEqual([
    'Schedule Booking',
    'Cancel Booking',
    'Request Reschedule',
    'Set No-Show',
  ])
})

test('asks for an API Key that is hidden and a Login ID that is not', () => {
  expect(app.authentication.fields).toMatchObject([
    { key: 'api_key', label: 'API Key', type: 'password', required: true },
    { key: 'login_id', label: 'Hourwire Login ID', required: true, isNoSecret: true },
  ])
  expect(app.authentication.fields[0]?.helpText).toContain(
    '](https://hourwire.example.com/settings/other/zapier/api-key)',
  )
})

test('names the versions of the package and of the core it is tested with', () => {
  expect(app.version).toBe(packageJson.version)
  expect(app.platformVersion).toBe(packageJson.devDependencies['zapier-platform-core'])
  expect(app.platformVersion).toBe(
    JSON.parse(readFileSync('node_modules/zapier-platform-core/package.json', 'utf8')).version,
  )
})

test('pins every package exactly and depends on none at run time', () => {
  expect(packageJson).not.toHaveProperty('dependencies')
  for (const version of Object.values(packageJson.devDependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/)
})

test('needs no other package at run time', () => {
  for (const name of sources) {
    const source = readFileSync(`${import.meta.dirname}/${name}`, 'utf8')
    const imports = [...source.matchAll(/^(?:import|export) (?!type )[^\n]*?from '([^']+)'/gm)]
    for (const [line, from] of imports) expect(from, `${name}: ${line}`).toMatch(/^\.\.?\/.*\.(ts|json)$/)
  }
})

/** What a program prints in plain Node, without the Zapier packages and with the environment given. */
const printedBy = (program: string, more: Record<string, string>) =>
  JSON.parse(
    execFileSync(process.execPath, ['-e', program], {
      env: { PATH: process.env.PATH, ...more },
      encoding: 'utf8',
    }),
  )

const importing = (path: string) => `import(${JSON.stringify(`${import.meta.dirname}/${path}`)})`

test('loads in plain Node, without the Zapier packages and with the address of the server from outside', () => {
  const program = `${importing('index.ts')}.then(({ default: app }) =>
    console.log(JSON.stringify(app.authentication.fields[0].helpText)))`
  const printed = printedBy(program, { HOURWIRE_BASE_URL: 'http://127.0.0.1:3000' })
  expect(printed).toContain('](http://127.0.0.1:3000/settings/other/zapier/api-key)')
})

test('asks for a Server URL, too, when it is built with that field, and still passes the publishing checks', () => {
  const program = `Promise.all([${importing('index.ts')}, ${importing('../checks/d-checks.ts')}]).then(
    ([{ default: app }, { checkDefinition }]) =>
      console.log(JSON.stringify({ fields: app.authentication.fields, findings: checkDefinition(app) })))`
  const env = { HOURWIRE_BASE_URL: 'https://book.example.org', HOURWIRE_SERVER_URL_FIELD: '1' }
  const { fields, findings } = printedBy(program, env)
  expect(findings).toEqual([])
  expect(fields).toHaveLength(3)
  expect(fields[2]).toMatchObject({
    key: 'server_url',
    label: 'Server URL',
    required: false,
    isNoSecret: true,
  })
})

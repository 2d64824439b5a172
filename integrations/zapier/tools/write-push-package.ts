// The last step of `npm run build`: makes of dist/ the package that Zapier's command line pushes.
//
// That command line insists on zapier-platform-core among the dependencies, and installs them without the
// development ones. Here the core is a development dependency, so the pushed package gets a package.json and a
// lock file of its own, with the same exact versions of everything below the core.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { baseUrl, EXAMPLE_BASE_URL, hasServerUrlField } from '../src/base-url.ts'

const CORE = 'zapier-platform-core'
const here = `${import.meta.dirname}/..`
const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'))
const writeJson = (path: string, value: object) => writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`)

const source = readJson(`${here}/package.json`)
const dependencies = { [CORE]: source.devDependencies[CORE] }

writeJson(`${here}/dist/package.json`, {
  name: source.name,
  version: source.version,
  private: true,
  description: source.description,
  license: source.license,
  type: 'module',
  exports: './src/index.js',
  engines: source.engines,
  zapier: { ...source.zapier, baseUrl: baseUrl(), serverUrlField: hasServerUrlField() },
  scripts: { '_zapier-build': 'node checks/before-push.js' },
  dependencies,
})

// Whatever the core does not need is dropped by `npm install` itself; the marks "dev" would mislead it.
const lock = readJson(`${here}/package-lock.json`)
const { name, version, license, engines } = source
for (const entry of Object.values<{ dev?: boolean }>(lock.packages)) delete entry.dev
writeJson(`${here}/dist/package-lock.json`, {
  ...lock,
  packages: { ...lock.packages, '': { name, version, license, engines, dependencies } },
})

// `register` and `link` write the number of the integration into this file, so it outlives a new build. The core's
// dependencies hold files that Node loads and Zapier's packer does not see (zapier-platform-cli 19.1.0).
const linkFile = `${here}/dist/.zapierapprc`
writeJson(linkFile, {
  ...(existsSync(linkFile) ? readJson(linkFile) : {}),
  includeInBuild: ['async(-generator)?-function/.*\\.mjs$', 'generator-function/.*\\.mjs$'],
})

// The sources that Zapier's command line uploads beside the build leave these out.
writeFileSync(`${here}/dist/.gitignore`, 'node_modules/\nbuild/\n')

console.log(
  `dist/ is built for ${baseUrl()}${hasServerUrlField() ? ', with a Server URL field for other servers' : ''}.`,
)
if (baseUrl() === EXAMPLE_BASE_URL)
  console.log(
    'To push it, name your own server: HOURWIRE_BASE_URL=https://hourwire.your-company.com npm run build',
  )

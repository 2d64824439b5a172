// `_zapier-build` of the built package: Zapier's command line runs it before every build and push, so that what
// Zapier's servers would find, or what would leave users with a dead link, stops here.
import { baseUrl, EXAMPLE_BASE_URL } from '../src/base-url.ts'
import app from '../src/index.ts'
import { checkDefinition } from './d-checks.ts'

const findings = checkDefinition(app)
for (const { code, severity, where, message } of findings)
  console.error(`${code} ${severity} at ${where}: ${message}`)

const isForNobody = baseUrl() === EXAMPLE_BASE_URL
if (isForNobody) {
  console.error(
    'This package was built for the example address. Build it again for your own server:\n' +
      '  HOURWIRE_BASE_URL=https://hourwire.your-company.com npm run build',
  )
}

process.exitCode = isForNobody || findings.some(({ severity }) => severity === 'error') ? 1 : 0

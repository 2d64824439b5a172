import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { inspectWalls, listUnseen } from '../../tools/walls.ts'

const { forbidden } = createRequire(import.meta.url)('../../tools/walls.cjs') as {
  forbidden: { name: string }[]
}
const { imports } = createRequire(import.meta.url)('../../package.json') as {
  imports: Record<string, string>
}

type Files = Record<string, string>

/** As ours are: ESM only, so that a checker that cannot resolve those goes blind here as well. */
const esmPackage = (name: string): Files => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({
    name,
    version: '1.0.0',
    type: 'module',
    exports: { '.': { import: './dist/index.js' } },
  }),
  [`node_modules/${name}/dist/index.js`]: 'export const it = 1\n',
})

const packages = ['kysely', 'pg', 'zod', 'fastify', 'react-router', 'undici', 'zapier-platform-core']

/** A small house in which every import is allowed. */
const soundHouse: Files = {
  'package.json': JSON.stringify({
    name: 'house',
    type: 'module',
    imports,
    dependencies: Object.fromEntries(packages.map((name) => [name, '1.0.0'])),
  }),
  'tsconfig.json': JSON.stringify({
    compilerOptions: { module: 'NodeNext', moduleResolution: 'NodeNext', allowImportingTsExtensions: true },
  }),
  ...Object.assign({}, ...packages.map(esmPackage)),
  ...Object.fromEntries(
    Object.entries(esmPackage('zapier-platform-core')).map(([file, text]) => [
      `integrations/zapier/${file}`,
      text,
    ]),
  ),
  'src/kit/time.ts': "import { randomBytes } from 'node:crypto'\nexport const now = () => randomBytes(1)\n",
  'src/contracts/booking-shape.ts': "import { it } from 'zod'\nexport const BookingShape = it\n",
  'src/database/db.ts': "import { it } from 'kysely'\nexport type Db = typeof it\nexport const open = it\n",
  'src/domain/deps.ts':
    "import type { Db } from '#database/db.ts'\nexport interface Deps { db: Db; send: () => void }\n",
  'src/domain/contacts/contact-repository.ts':
    "import { it } from 'kysely'\nimport type { Db } from '#database/db.ts'\nexport const insertContact = (db: Db) => [db, it]\n",
  'src/domain/contacts/capture-contact.ts':
    "import { insertContact } from './contact-repository.ts'\nexport const captureContact = insertContact\n",
  'src/domain/bookings/booking.ts': "import { now } from '#kit/time.ts'\nexport const isPast = () => now()\n",
  'src/domain/bookings/book.ts':
    "import { captureContact } from '#domain/contacts/capture-contact.ts'\nimport type { Deps } from '#domain/deps.ts'\nimport { listSlots } from '../availability/list-slots.ts'\nexport const book = (deps: Deps) => [deps, captureContact, listSlots]\n",
  // Tests may import anything.
  'src/domain/bookings/book.test.ts':
    "import { insertContact } from '#domain/contacts/contact-repository.ts'\nimport { route } from '#http/bookings.ts'\nexport const all = [insertContact, route]\n",
  'src/domain/availability/list-slots.ts':
    "import { now } from '#kit/time.ts'\nexport const listSlots = () => now()\n",
  'src/outside/sender.ts':
    "import { it } from 'undici'\nimport type { Deps } from '#domain/deps.ts'\nexport const send: Deps['send'] = () => it\n",
  'src/http/bookings.ts':
    "import { it } from 'fastify'\nimport { BookingShape } from '#contracts/booking-shape.ts'\nimport { book } from '#domain/bookings/book.ts'\nexport const route = [it, book, BookingShape]\n",
  'src/web/ui/button.tsx': "import { it } from 'react-router'\nexport const Button = () => it\n",
  'src/web/pages/home.tsx':
    "import { Button } from '../ui/button.tsx'\nimport type { Route } from './+types/home'\nexport const Home = (props: Route.Props) => [props, Button]\n",
  'sandbox/host/host.ts': "import { now } from '#kit/time.ts'\nexport const host = now\n",
  'integrations/zapier/src/fields.ts':
    "import type { it } from 'zapier-platform-core'\nexport type Z = typeof it\n",
  'integrations/zapier/src/index.ts': "import type { Z } from './fields.ts'\nexport const app = {} as Z\n",
}

/** One violation per wall: the file that breaks it, what it imports, and how the checker names the target. */
const planted: Record<string, { from: string; imports: string; to: string }> = {
  'contracts-stand-alone': {
    from: 'src/contracts/slot-shape.ts',
    imports: "import { now } from '#kit/time.ts'\nexport const Shape = now\n",
    to: 'src/kit/time.ts',
  },
  'kit-stands-alone': {
    from: 'src/kit/result.ts',
    imports: "import { BookingShape } from '#contracts/booking-shape.ts'\nexport const ok = BookingShape\n",
    to: 'src/contracts/booking-shape.ts',
  },
  'database-knows-no-product': {
    from: 'src/database/migrate.ts',
    imports: "import type { Deps } from '#domain/deps.ts'\nexport type Migrate = Deps\n",
    to: 'src/domain/deps.ts',
  },
  'domain-knows-no-door': {
    from: 'src/domain/bookings/cancel-booking.ts',
    imports: "import { it } from 'react-router'\nexport const cancel = it\n",
    to: 'node_modules/react-router/dist/index.js',
  },
  'only-repositories-speak-sql': {
    from: 'src/domain/bookings/list-bookings.ts',
    imports: "import { it } from 'kysely'\nexport const listBookings = it\n",
    to: 'node_modules/kysely/dist/index.js',
  },
  'repository-is-private-to-its-room': {
    from: 'src/domain/bookings/move-booking.ts',
    imports:
      "import { insertContact } from '#domain/contacts/contact-repository.ts'\nexport const move = insertContact\n",
    to: 'src/domain/contacts/contact-repository.ts',
  },
  'doors-use-verbs': {
    from: 'src/worker/deliveries.ts',
    imports:
      "import { insertContact } from '#domain/contacts/contact-repository.ts'\nexport const deliver = insertContact\n",
    to: 'src/domain/contacts/contact-repository.ts',
  },
  'availability-is-arithmetic': {
    from: 'src/domain/availability/open-time.ts',
    imports: "import { readFile } from 'node:fs/promises'\nexport const openTime = readFile\n",
    to: 'fs/promises',
  },
  'outside-knows-no-verb': {
    from: 'src/outside/mailer.ts',
    imports: "import { book } from '#domain/bookings/book.ts'\nexport const mail = book\n",
    to: 'src/domain/bookings/book.ts',
  },
  'ui-knows-no-product': {
    from: 'src/web/ui/field.tsx',
    imports:
      "import { BookingShape } from '#contracts/booking-shape.ts'\nexport const Field = BookingShape\n",
    to: 'src/contracts/booking-shape.ts',
  },
  'src-stands-on-itself': {
    from: 'src/main.ts',
    imports: "import { host } from '../sandbox/host/host.ts'\nexport const main = host\n",
    to: 'sandbox/host/host.ts',
  },
  'sandbox-is-an-outsider': {
    from: 'sandbox/engine/zaps.ts',
    imports:
      "import { BookingShape } from '../../src/contracts/booking-shape.ts'\nexport const zaps = BookingShape\n",
    to: 'src/contracts/booking-shape.ts',
  },
  'integration-stands-alone': {
    from: 'integrations/zapier/src/samples.ts',
    imports:
      "import { BookingShape } from '../../../src/contracts/booking-shape.ts'\nexport const samples = BookingShape\n",
    to: 'src/contracts/booking-shape.ts',
  },
  'zapier-core-is-types-only': {
    from: 'integrations/zapier/src/hydrate.ts',
    imports: "import { it } from 'zapier-platform-core'\nexport const hydrate = it\n",
    to: 'integrations/zapier/node_modules/zapier-platform-core/dist/index.js',
  },
  'server-needs-no-zapier-package': {
    from: 'sandbox/host/run.ts',
    imports: "import { it } from 'zapier-platform-core'\nexport const run = it\n",
    to: 'node_modules/zapier-platform-core/dist/index.js',
  },
  'imports-resolve': {
    from: 'src/http/health.ts',
    imports: "import { health } from '#domain/nowhere.ts'\nexport const route = health\n",
    to: '#domain/nowhere.ts',
  },
  'no-cycles': {
    from: 'src/web/format/day.ts',
    imports: "import { hour } from './hour.ts'\nexport const day = hour\n",
    to: 'src/web/format/hour.ts',
  },
  'no-cycles-between-rooms': {
    from: 'src/domain/contacts',
    imports: '',
    to: 'src/domain/bookings',
  },
}

/** What some violations need beside them, each sound in itself. */
const accomplices: Files = {
  'src/web/format/hour.ts': "import { day } from './day.ts'\nexport const hour = () => day\n",
  // Closes the ring of rooms through other files than those that opened it.
  'src/domain/contacts/contact.ts':
    "import { isPast } from '#domain/bookings/booking.ts'\nexport const contact = isPast\n",
}

const roots: string[] = []

function build(files: Files): string {
  const root = mkdtempSync(path.join(tmpdir(), 'hourwire-walls-'))
  roots.push(root)
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
    writeFileSync(path.join(root, file), text)
  }
  return root
}

afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true })
})

const inOrder = (violations: { wall: string; from: string; to: string }[]) =>
  violations.map(({ wall, from, to }) => `${wall}: ${from} -> ${to}`).sort()

// Each inspection is a process of its own, slow on a loaded machine.
describe('walls', { timeout: 60_000 }, () => {
  test('a house that keeps them is not reported, and every file of it but tests is looked at', () => {
    const { violations, unseen, fileCount } = inspectWalls(build(soundHouse))

    expect(inOrder(violations)).toEqual([])
    expect(unseen).toEqual([])
    const walled = Object.keys(soundHouse).filter((file) =>
      /^(src|sandbox|integrations)\/.*[.]tsx?$/.test(file),
    )
    expect(fileCount).toBe(walled.length - 1)
  })

  test('each wall has a planted violation', () => {
    expect(Object.keys(planted).sort()).toEqual(forbidden.map(({ name }) => name).sort())
  })

  test('each planted violation is reported by its wall and by no other', () => {
    const breakers = Object.fromEntries(
      Object.values(planted)
        .filter(({ imports }) => imports !== '')
        .map(({ from, imports }) => [from, imports]),
    )
    const { violations } = inspectWalls(build({ ...soundHouse, ...accomplices, ...breakers }))

    const expected = Object.entries(planted).map(([wall, { from, to }]) => ({ wall, from, to }))
    expect(inOrder(violations)).toEqual(
      inOrder([
        ...expected,
        // A ring of rooms is reported from both its ends.
        { wall: 'no-cycles-between-rooms', from: 'src/domain/bookings', to: 'src/domain/contacts' },
      ]),
    )
  })

  test('a checker that knows a file without its imports counts as blind', () => {
    const files = [
      { file: 'src/a.ts', text: "import {\n  b,\n} from './b.ts'\n" },
      { file: 'src/b.ts', text: 'export const b = 1\n' },
      { file: 'src/c.ts', text: "import type { Route } from './+types/c'\n" },
      { file: 'src/d.ts', text: "import './a.ts'\n" },
    ]

    expect(listUnseen(files, [])).toEqual(['src/a.ts', 'src/b.ts', 'src/c.ts', 'src/d.ts'])
    expect(
      listUnseen(
        files,
        files.map(({ file }) => ({ source: file, dependencies: [] })),
      ),
    ).toEqual(['src/a.ts', 'src/d.ts'])
  })
})

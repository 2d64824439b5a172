/**
 * The walls of the house: which room may import which (CONTRIBUTING.md, "Walls").
 *
 * Run by `npm run check` through tools/walls.ts, which also fails when dependency-cruiser saw fewer files than
 * there are. tests/walls/ plants one violation per wall and expects exactly that wall to report it.
 *
 * Tests may import anything, so they are left out; a test that reaches across rooms is no door.
 */

/** `comment` is what people read when they hit the wall: its reason, in one sentence. */
const wall = (name, comment, from, to, more = {}) => ({ name, comment, severity: 'error', from, to, ...more })

const ownTests = '^(src|sandbox)/.*[.]test(-support)?[.]tsx?$'

module.exports = {
  forbidden: [
    wall(
      'contracts-stand-alone',
      'A public shape is a promise on its own: it knows zod and nothing else, so that anybody may read it.',
      { path: '^src/contracts/' },
      { pathNot: '^src/contracts/|(^|/)node_modules/zod/' },
    ),
    wall(
      'kit-stands-alone',
      'The kit is what everything stands on, so it stands on nothing of ours.',
      { path: '^src/kit/' },
      { path: '^(src|sandbox|integrations)/', pathNot: '^src/kit/' },
    ),
    wall(
      'database-knows-no-product',
      'The database room opens, migrates and describes; what the rows mean belongs to the domain.',
      { path: '^src/database/' },
      { path: '^src/', pathNot: '^src/(database|kit)/' },
    ),
    wall(
      'domain-knows-no-door',
      'A rule must hold whichever door the call came through, and the outside comes in through deps.',
      { path: '^src/domain/' },
      {
        path: [
          '^src/(http|web|worker|outside)/',
          'node_modules/(fastify|@fastify|react|react-dom|react-router|@react-router|@mantine|undici)/',
        ],
      },
    ),
    wall(
      'only-repositories-speak-sql',
      'SQL lives in repositories and in src/database, so that the tenant scope of a query is looked for in one place.',
      { path: '^(src|sandbox)/', pathNot: '-repository[.]ts$|^src/database/' },
      { path: 'node_modules/(kysely|pg|@types/pg)/' },
    ),
    wall(
      'repository-is-private-to-its-room',
      'Another room asks for a verb: behind it a room may change its tables without asking anybody.',
      { path: '^src/domain/([^/]+)/' },
      { path: '^src/domain/[^/]+/.*-repository[.]ts$', pathNot: '^src/domain/$1/' },
    ),
    wall(
      'doors-use-verbs',
      'A door says who asks and in what shape; rule and transaction are in the verb, not in the door.',
      { path: '^src/', pathNot: '^src/domain/[^/]+/' },
      { path: '-repository[.]ts$' },
    ),
    wall(
      'availability-is-arithmetic',
      'Slots are computed from what is handed in: no database, no clock, no network, no package.',
      { path: '^src/domain/availability/' },
      { pathNot: '^src/(domain/availability|kit)/' },
    ),
    wall(
      'outside-knows-no-verb',
      'The outside fulfils what domain/deps.ts asks for; it never calls back into the product.',
      { path: '^src/outside/' },
      { path: '^src/(domain|database|http|web|worker)/', pathNot: '^src/domain/deps[.]ts$' },
    ),
    wall(
      'ui-knows-no-product',
      'Buttons, fields and dialogs could ship in another product.',
      { path: '^src/web/ui/' },
      { path: '^src/', pathNot: '^src/web/ui/' },
    ),
    wall(
      'src-stands-on-itself',
      'The server starts without its test bench, its integrations, its tests and its tools.',
      { path: '^src/' },
      { path: '^(sandbox|integrations|tests|tools|bench|bin)/' },
    ),
    wall(
      'sandbox-is-an-outsider',
      'The Zap sandbox knows the server as Zapier does, over HTTP; of ours it may only use the kit.',
      { path: '^sandbox/' },
      { path: '^src/', pathNot: '^src/kit/' },
    ),
    wall(
      'integration-stands-alone',
      'The integration is pushed to Zapier as a package of its own, so nothing outside its folder exists there.',
      { path: '^integrations/zapier/' },
      {
        path: [
          '^(src|sandbox|tests|tools|bench|bin|scripts)/',
          // Its own development tools are found in the root package where its own are not installed.
          '^node_modules/(?!vitest/|typescript/|@types/)',
        ],
      },
    ),
    wall(
      'zapier-core-is-types-only',
      "The integration runs in our own host too, which has no Zapier package, so Zapier's core gives it types only.",
      { path: '^integrations/zapier/src/', pathNot: '[.]test[.]ts$' },
      { path: 'zapier-platform-core', dependencyTypesNot: ['type-only'] },
    ),
    wall(
      'server-needs-no-zapier-package',
      "Zapier's packages come under Zapier's licence: installing, running and testing the server needs none of them.",
      { path: '^(src|sandbox)/' },
      { path: 'zapier-platform-' },
    ),
    wall(
      'imports-resolve',
      'An import that leads nowhere here is one that no wall can see.',
      { path: '^(src|sandbox)/' },
      { couldNotResolve: true, pathNot: '^virtual:|zapier-platform-' },
    ),
    wall(
      'no-cycles',
      'Two files that need each other are one thing, or hide a third.',
      {},
      { circular: true },
    ),
    wall(
      'no-cycles-between-rooms',
      'Rooms have a direction, or a change in one is a change in all.',
      { path: '^src/domain/[^/]+$' },
      { circular: true },
      { scope: 'folder' },
    ),
  ],
  options: {
    // Type imports count: a room that only takes another's types still depends on it.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['[+]types', ownTests, '^integrations/[^/]+/dist/'] },
    // Without these, ESM-only packages (kysely, react-router) do not resolve and go unseen.
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default'] },
  },
}

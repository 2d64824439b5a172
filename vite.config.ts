import { reactRouter } from '@react-router/dev/vite'
import { defineConfig, type Plugin } from 'vite'

/** Rooms whose code may run in a browser: shapes, the kit, pages, and pure rules of the domain. */
const browserRooms = /^#(contracts|domain|kit|web)\//

/**
 * In the built server `#room/file.ts` stays an import of the running program's own module, which Node runs as it
 * is: so database, clock and context keys exist once. Pages import each other's components relatively.
 */
const ownModulesExistOnce = (): Plugin => ({
  name: 'hourwire:own-modules-exist-once',
  enforce: 'pre',
  apply: 'build',
  resolveId: {
    filter: { id: /^#/ },
    handler(id, importer) {
      if (this.environment.name !== 'client') {
        if (id.endsWith('.ts') || id === '#config') return { id, external: true }
        this.error(
          `${importer} imports ${id}: only .ts modules run unbuilt, import components and styles relatively`,
        )
      }
      if (!browserRooms.test(id))
        this.error(`${importer} would take ${id} into the browser, where it has no business`)
      return null
    },
  },
})

export default defineConfig({
  plugins: [ownModulesExistOnce(), reactRouter()],
  build: { reportCompressedSize: false },
  // The UI kit is hundreds of modules of which we use some: bundled, the server starts sooner. React and the router must exist
  // once, in the server's own modules and in the pages, so they stay outside.
  ssr: { noExternal: [/^@mantine\//, /^@tabler\//] },
})

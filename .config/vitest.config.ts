import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { secondTry } from './second-try.ts'

// `npm test`: everything that needs nothing but Node. What needs more ends otherwise, e.g. in .system.test.ts, and is run by `npm run test:system`.
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    ...secondTry,
    include: ['packages/*/{src,test,generate}/**/*.test.ts', '.config/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/*.{system,browser,differential,keycloak}.test.ts'],
    setupFiles: ['vitest.setup.ts', 'vitest.home.ts'].map((name) => fileURLToPath(new URL(name, import.meta.url))),
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
})

import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// `npm test`: everything that needs nothing but Node. What needs more ends in .system.test.ts and is run by `npm run test:system`.
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['packages/*/{src,test,generate}/**/*.test.ts', '.config/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/*.{system,browser}.test.ts'],
    setupFiles: [fileURLToPath(new URL('vitest.setup.ts', import.meta.url))],
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
})

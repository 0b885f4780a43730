import { defineConfig } from 'vitest/config'
import base from './vitest.config'

// Part of `npm run test:system`: what needs a registry, or other programs than Node.
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['packages/*/test/**/*.system.test.ts'],
    exclude: ['**/node_modules/**'],
    testTimeout: 60_000,
  },
})

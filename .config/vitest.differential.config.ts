import { defineConfig } from 'vitest/config'
import base from './vitest.config.ts'

// Part of `npm run test:system`: our answers beside those of the Python programs that ours are to be like.
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['packages/*/test/differential/**/*.differential.test.ts'],
    exclude: ['**/node_modules/**'],
    testTimeout: 120_000,
  },
})

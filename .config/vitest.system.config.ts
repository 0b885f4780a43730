import { defineConfig } from 'vitest/config'
import base from './vitest.config.ts'

// Part of `npm run test:system`: what needs a registry, or other programs than Node.
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['packages/*/test/**/*.system.test.ts'],
    // npm needs the home of its user, where the registry is configured.
    setupFiles: base.test?.setupFiles?.slice(0, 1) ?? [],
    exclude: ['**/node_modules/**'],
    testTimeout: 60_000,
    // Some of them start a hundred processes, and some measure how long a lock is waited for.
    fileParallelism: false,
  },
})

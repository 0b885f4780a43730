import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import base from './vitest.config.ts'

// `npm run conformance`, and part of `npm run test:system`: our logins at somebody else's identity provider.
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['packages/conformance/test/keycloak/**/*.keycloak.test.ts'],
    exclude: ['**/node_modules/**'],
    globalSetup: [fileURLToPath(new URL('../packages/conformance/test/keycloak/global-setup.ts', import.meta.url))],
    testTimeout: 60_000,
    // A person's part at somebody else's pages, in a real browser on a busy machine: each test begins anew, so once more is fair.
    retry: 1,
    // They share one realm, and look at its log.
    fileParallelism: false,
  },
})

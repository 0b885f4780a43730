import { fileURLToPath } from 'node:url'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { chromiumFlags } from './chromium.ts'
import { secondTry } from './second-try.ts'

// Part of `npm run test:system`: the isomorphic packages in Debian's Chromium and Firefox.
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    ...secondTry,
    include: ['packages/*/test/browser/**/*.browser.test.ts'],
    globalSetup: ['conformance', 'admin'].map((name) =>
      fileURLToPath(new URL(`../packages/${name}/test/browser/server.ts`, import.meta.url)),
    ),
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      // Firefox took more than the default minute to start, once, on a machine that was busy with something else.
      connectTimeout: 180_000,
      instances: [
        {
          browser: 'chromium',
          provider: playwright({ launchOptions: { executablePath: '/usr/bin/chromium', args: chromiumFlags } }),
        },
        {
          browser: 'firefox',
          provider: playwright({ launchOptions: { executablePath: '/usr/bin/firefox-esr', channel: 'moz-firefox' } }),
        },
      ],
    },
  },
})

import { fileURLToPath } from 'node:url'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'

// Part of `npm run test:system`: the isomorphic packages in Debian's Chromium and Firefox.
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['packages/*/test/browser/**/*.browser.test.ts'],
    globalSetup: [fileURLToPath(new URL('../packages/conformance/test/browser/server.ts', import.meta.url))],
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      instances: [
        {
          browser: 'chromium',
          provider: playwright({ launchOptions: { executablePath: '/usr/bin/chromium', args: quiet } }),
        },
        {
          browser: 'firefox',
          provider: playwright({ launchOptions: { executablePath: '/usr/bin/firefox-esr', channel: 'moz-firefox' } }),
        },
      ],
    },
  },
})

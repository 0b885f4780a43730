// `npm run test:system`: what needs more than Node. A program that is missing is a failure that says what to install.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { installPython } from './python.mjs'
import { root, runStages } from './run-stages.mjs'

/** Programs that the stages need, and the Debian packages that bring them. */
const needed = {
  '/usr/bin/chromium': 'chromium',
  '/usr/bin/firefox-esr': 'firefox-esr',
  '/usr/bin/redis-server': 'redis-server',
  '/usr/bin/dbus-daemon': 'dbus-daemon',
  '/usr/bin/dbus-send': 'dbus-bin',
  '/usr/bin/gnome-keyring-daemon': 'gnome-keyring',
  '/usr/bin/secret-tool': 'libsecret-tools',
  '/usr/bin/script': 'bsdutils',
  '/usr/bin/zsh': 'zsh',
  '/usr/bin/fish': 'fish',
  '/usr/bin/unshare': 'util-linux',
  '/usr/sbin/ip': 'iproute2',
  '/usr/bin/mvn': 'maven',
  '/usr/bin/java': 'default-jre-headless',
}

const vitest = (config) => [process.execPath, join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', config]

/** @type {import('./run-stages.mjs').Stage[]} */
const stages = [
  {
    name: 'programs',
    run() {
      const missing = Object.entries(needed).filter(([program]) => !existsSync(program))
      if (missing.length === 0) return
      const packages = missing.map(([, name]) => name).join(' ')
      throw new Error(
        `missing: ${missing.map(([program]) => program).join(', ')}. Install: apt-get install ${packages}`,
      )
    },
  },
  { name: 'Python and flytekit', run: installPython },
  { name: 'browsers', run: vitest('.config/vitest.browser.config.ts') },
  {
    name: 'processes: packed packages, stores, other versions of Node',
    run: vitest('.config/vitest.system.config.ts'),
  },
  { name: 'conformance: logins at Keycloak', run: vitest('.config/vitest.keycloak.config.ts') },
  { name: 'differential: our answers and theirs', run: vitest('.config/vitest.differential.config.ts') },
]

const failed = runStages(stages, { only: process.argv[2] })
console.log(failed === 0 ? '\ntest:system: all passed' : `\ntest:system: ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

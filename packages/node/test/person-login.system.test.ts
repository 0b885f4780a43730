// A person logs in once, with a real browser, for all programs that they run.
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { chromiumFlags } from '../../../.config/chromium.js'
import { startTarget } from '../../pkce-auth/test/login-target.js'

const browserCommand = fileURLToPath(new URL('../../pkce-auth/test/browser-command.mjs', import.meta.url))
const program = fileURLToPath(new URL('list-projects.mjs', import.meta.url))
let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'flyte-js-person-'))
})
afterEach(() => rm(home, { recursive: true }))

/** Runs the program as a person would: nothing in the environment but where Flyte is, and what shows a URL. */
async function run(endpoint: string, environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: home, FLYTE_PLATFORM_URL: endpoint, ...environment },
  })
  const [told, complaints, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise((resolve) => child.once('close', resolve)),
  ])
  return { told: told && JSON.parse(told), complaints, code }
}

describe.each(['self', 'external'] as const)('at a Flyte Admin (%s)', (auth) => {
  test('a person logs in with Chromium for the first program, and is asked by no other', async () => {
    await using target = await startTarget(auth)
    const file = join(home, 'found.json')
    const BROWSER = [process.execPath, browserCommand, 'chromium', file].map((word) => `'${word}'`).join(' ')
    // The browser has our environment, and so its flags.
    const environment = { BROWSER, FLYTE_TEST_CHROMIUM_FLAGS: JSON.stringify(chromiumFlags) }

    const first = await run(target.endpoint, environment)
    expect(first).toMatchObject({ told: { asked: 1, projects: expect.any(Number) }, code: 0 })
    expect(first.told.projects).toBeGreaterThan(0)
    expect(first.complaints).toContain(`log in to ${new URL(target.endpoint).host}`)
    const found = await vi.waitFor(async () => JSON.parse(await readFile(file, 'utf8')), { timeout: 30_000 })
    process.kill(found.pid)
    expect(found.heading).toBe('You are logged in')

    const second = await run(target.endpoint, { BROWSER: 'none' })
    expect(second).toMatchObject({ told: { asked: 0, projects: first.told.projects }, code: 0, complaints: '' })
  })
})

test('where nobody can be asked, the program ends with an error that says how to log in', async () => {
  await using target = await startTarget('self')
  const { code, complaints } = await run(target.endpoint)
  expect(code).toBe(1)
  for (const part of ['FLYTE_AUTH_LOGIN_UNAVAILABLE', 'there is no terminal', 'FLYTE_CREDENTIALS_AUTH_MODE=basic'])
    expect(complaints).toContain(part)
})

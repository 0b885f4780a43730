import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import type { CommandLine } from './browser-variable.js'
import { openBrowser, started } from './open-browser.js'

const directory = mkdtempSync(join(tmpdir(), 'flyte-js-browser-'))
afterAll(() => rmSync(directory, { recursive: true }))

const url = 'https://flyte.example.com/authorize?state=canary&scope=all'
const missing: CommandLine = [join(directory, 'no-such-browser')]

/** A browser that writes down what it was given, and where it runs, and then does something. */
function browser(name: string, then = ''): { command: CommandLine; told(): Promise<Record<string, unknown>> } {
  const file = join(directory, name)
  const script = `
    const { argv, pid, env } = process
    require('node:fs').writeFileSync(${JSON.stringify(`${file}.part`)}, JSON.stringify({ argv: argv.slice(1), pid, home: env.HOME }))
    require('node:fs').renameSync(${JSON.stringify(`${file}.part`)}, ${JSON.stringify(file)})
    ${then}`
  return {
    command: [process.execPath, '--eval', script, 'canary-free'],
    told: () => vi.waitFor(() => JSON.parse(readFileSync(file, 'utf8')), { timeout: 10_000 }),
  }
}

test('a command gets the URL as its last argument, and our environment', async () => {
  const { command, told } = browser('plain')
  expect(await openBrowser(url, [command])).toBeUndefined()
  expect(await told()).toMatchObject({ argv: ['canary-free', url], home: process.env.HOME })
})

test('a command that blocks is not waited for, has a process group of its own, and holds nobody', async () => {
  const { command, told } = browser('blocking', 'setTimeout(() => {}, 60_000)')
  expect(await openBrowser(url, [command])).toBeUndefined()
  const { pid } = (await told()) as { pid: number }
  try {
    // proc_pid_stat(5): the third field after the name is the process group.
    const [, , group] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    expect(Number(group)).toBe(pid)
    expect(process.getActiveResourcesInfo()).not.toContain('ProcessWrap')
  } finally {
    process.kill(pid)
  }
})

test('each command is tried until one starts', async () => {
  const { command, told } = browser('second')
  expect(await openBrowser(url, [missing, command, missing])).toBeUndefined()
  expect(await told()).toMatchObject({ argv: ['canary-free', url] })
})

test('where none starts, the reason names each and says nothing of the URL', async () => {
  const reason = await openBrowser(url, [missing, [directory]])
  expect(reason).toMatch(/no-such-browser could not open it: spawn .+ENOENT; .+EACCES/)
  expect(reason).not.toContain('canary')
})

test.runIf(process.platform === 'linux')('without a command the system opens it', async () => {
  const file = join(directory, 'system')
  const script = join(directory, 'browser.sh')
  writeFileSync(script, `#!/bin/sh\nprintf %s "$1" > '${file}.part' && mv '${file}.part' '${file}'\n`, { mode: 0o755 })
  // What xdg-open falls back to, where there is no desktop.
  vi.stubEnv('BROWSER', script)
  for (const name of ['DISPLAY', 'WAYLAND_DISPLAY', 'XDG_CURRENT_DESKTOP', 'DESKTOP_SESSION'])
    vi.stubEnv(name, undefined)
  try {
    expect(await openBrowser(url, [])).toBeUndefined()
    await vi.waitFor(() => expect(readFileSync(file, 'utf8')).toBe(url), { timeout: 10_000 })
  } finally {
    vi.unstubAllEnvs()
  }
})

test.each(['file:///etc/passwd', 'javascript:alert(1)', 'ftp://flyte.example.com/', 'vscode://x'])(
  '%s is never opened',
  async (other) => {
    expect(await openBrowser(other, [[process.execPath, '--eval', '']])).toMatch(/neither http nor https/)
  },
)

test('what a foreign function says when it fails stays there', async () => {
  const reason = await started('the option browser', () => Promise.reject(new Error(`cannot open ${url}`)))
  expect(reason).toBe('the option browser could not open it: (message withheld)')
  expect(await started('it', () => {})).toBeUndefined()
})

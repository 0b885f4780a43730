// A person at a terminal: logs in with a browser that is elsewhere, and makes a configuration file.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { followRedirects } from '@flyte-js/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type EmbeddedTarget, startEmbedded } from '../../pkce-auth/test/login-target.js'
import { expectFree } from '../../pkce-auth/test/loopback.js'
import { openTerminal, type TerminalSession } from '../../pkce-auth/test/terminal-session.js'
import { bin } from './run-cli.js'
import { screenOf } from './screen.js'

let home: string
let target: EmbeddedTarget
let terminal: TerminalSession
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'flyte-js-cli-terminal-'))
  target = await startEmbedded('self')
  terminal = openTerminal({
    HOME: home,
    SSH_TTY: '/dev/pts/0',
    // The shell would write its history into this home while it is removed.
    HISTFILE: '/dev/null',
    FLYTE_PLATFORM_URL: target.endpoint,
    FLYTE_JS_TOKEN_STORE: 'file',
  })
  await terminal.shows(/prompt> /)
})
afterEach(async () => {
  await terminal.close()
  await target[Symbol.asyncDispose]()
  rmSync(home, { recursive: true })
})

const command = (words: string) => terminal.type(`'${process.execPath}' '${bin}' ${words}\r`)

/** The exit code of what ran before, and a terminal that is as it was. */
async function ends(code: number): Promise<void> {
  await terminal.shows(/prompt> /)
  terminal.type('echo "status $?"; stty -a\r')
  await terminal.shows(new RegExp(`status ${code}\\b`))
  await terminal.shows(/[^-]isig icanon iexten echo /)
  await terminal.shows(/prompt> /)
}

describe('login', () => {
  test('prints the URL, takes the answer that is pasted, and tells who is logged in; token prints it then', async () => {
    // There is a browser, which is not started.
    terminal.type('export BROWSER="touch $HOME/started"\r')
    await terminal.shows(/prompt> /)
    command('login --no-browser')
    const [, url = ''] = await terminal.shows(/To log in to \S+, open this address in a browser: (http\S+)/)
    const callback = await followRedirects(url, { until: target.redirectUri })
    await terminal.shows(/paste the address/)
    terminal.type(`${callback.href}\r`)
    await terminal.shows(/Mode: +standard: a person, by a browser/)
    await terminal.shows(/Token: +good for \d+m.*renewed by itself/)
    await terminal.shows(/Kept in: +\//)
    await ends(0)
    expect(terminal.all()).not.toContain(callback.searchParams.get('code'))
    command('token --header')
    await terminal.shows(/authorization: Bearer \S{20,}/)
    await ends(0)
    expect(target.authorizationRequests()).toHaveLength(1)
    expect(existsSync(join(home, 'started'))).toBe(false)
    await expectFree(target.port)
  })

  test('--device shows a code to type in elsewhere, whatever the configuration says', async () => {
    await using other = await startEmbedded('external')
    // With a browser at hand that would be the way.
    terminal.type('export BROWSER=true\r')
    await terminal.shows(/prompt> /)
    command(`login --device --endpoint ${other.endpoint}`)
    await terminal.shows(/To log in, open http\S+ on any device, and check or type in the code \S+/)
    terminal.type('\u0003')
    await ends(130)
    expect(other.authorizationRequests()).toEqual([])
  })

  test('is begun by any command that a server refuses without one', async () => {
    command('get projects')
    const [, url = ''] = await terminal.shows(/To log in to \S+, open this address in a browser: (http\S+)/)
    const callback = await followRedirects(url, { until: target.redirectUri })
    terminal.type(`${callback.href}\r`)
    await terminal.shows(/flytesnacks/)
    await ends(0)
  })

  test('ends with 130 on Ctrl-C, and the port is free', async () => {
    command('login')
    await terminal.shows(/paste the address/)
    terminal.type('\u0003')
    await ends(130)
    await expectFree(target.port)
  })
})

test('what takes long is seen to be under way, on stderr alone, and goes', async () => {
  let answer = () => {}
  const isWaitedFor = new Promise<void>((resolve) => {
    answer = resolve
  })
  target.admin.answer('/api/v1/projects', async () => {
    await isWaitedFor
    return { status: 200, body: { projects: [{ id: 'slow', name: 'slow', description: '' }], token: '' } }
  })
  terminal.type(`TERM=xterm '${process.execPath}' '${bin}' get projects > ~/answer.txt\r`)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the cursor is hidden while it turns
  await terminal.shows(/\u001b\[\?25l[\s\S]*Asking for projects/)
  answer()
  await ends(0)
  const { lines, hasCursor } = screenOf(terminal.all())
  expect(lines.join('\n')).not.toContain('Asking')
  expect(hasCursor).toBe(true)
  expect(readFileSync(join(home, 'answer.txt'), 'utf8')).toBe('ID    NAME  DESCRIPTION\nslow  slow\n')
})

describe('config init', () => {
  test('asks, and writes a file that only its user can read; once it is there, only on a yes', async () => {
    command('config init')
    await terminal.shows(/Endpoint of Flyte Admin.*: /)
    terminal.type('flyte.example.com\r')
    await terminal.shows(/Plain HTTP.*\[y\/N\] /)
    terminal.type('\r')
    await terminal.shows(/Login: .*\[pkce\] /)
    terminal.type('nonsense\r')
    await terminal.shows(/Login: .*\[pkce\] /)
    terminal.type('clientsecret\r')
    await terminal.shows(/The client's id: /)
    terminal.type('ci\r')
    await terminal.shows(/The file with its secret.*: /)
    terminal.type('/run/secrets/flyte\r')
    await terminal.shows(/Next: flyte-js login/)
    await ends(0)
    const path = join(home, '.flyte/config.yaml')
    const text = readFileSync(path, 'utf8')
    for (const line of [
      'endpoint: "dns:///flyte.example.com"',
      'authType: ClientSecret',
      'clientId: "ci"',
      'clientSecretLocation: "/run/secrets/flyte"',
    ])
      expect(text).toContain(`  ${line}\n`)
    expect(statSync(path).mode & 0o777).toBe(0o600)

    command('config init --host other.example.com')
    await terminal.shows(/is there already\. Put another in its place\? \[y\/N\] /)
    terminal.type('\r')
    await ends(2)
    expect(readFileSync(path, 'utf8')).toBe(text)
    command('config init --host other.example.com')
    await terminal.shows(/\[y\/N\] /)
    terminal.type('y\r')
    await ends(0)
    expect(readFileSync(path, 'utf8')).toContain('dns:///other.example.com')
  })

  test('ends with 130 on Ctrl-C, and nothing is written', async () => {
    command('config init')
    await terminal.shows(/Endpoint of Flyte Admin.*: /)
    terminal.type('\u0003')
    await ends(130)
    expect(() => statSync(join(home, '.flyte'))).toThrow('ENOENT')
  })
})

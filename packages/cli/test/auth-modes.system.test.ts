// A person at a terminal without a browser: what is printed, what is pasted, and what the commands after it find.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createUserAgent } from '@flyte-js/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AuthTarget, authTargets } from '../../node/test/auth-target.js'
import { expectFree } from '../../pkce-auth/test/loopback.js'
import { openTerminal, type TerminalSession } from '../../pkce-auth/test/terminal-session.js'
import { bin } from './run-cli.js'

describe.each(authTargets)('at %s', (_, start) => {
  let home: string
  let target: AuthTarget
  let terminal: TerminalSession
  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), 'flyte-js-cli-modes-'))
    target = await start()
    terminal = openTerminal({
      HOME: home,
      SSH_TTY: '/dev/pts/0',
      HISTFILE: '/dev/null',
      FLYTE_PLATFORM_URL: target.endpoint,
      FLYTE_JS_TOKEN_STORE: 'file',
      CLI: `${process.execPath} ${bin}`,
    })
    await terminal.shows(/prompt> /)
  })
  afterEach(async () => {
    await terminal.close()
    await target[Symbol.asyncDispose]()
    rmSync(home, { recursive: true })
  })

  const type = (line: string) => terminal.type(`$CLI ${line}; echo "status $?"\r`)
  const ends = (code: number) => terminal.shows(new RegExp(`status ${code}\\b`))

  /** What comes after a login: it is there for every command, in its file for pipes, until logout. */
  async function expectLoggedIn(flags = ''): Promise<void> {
    type(`get projects -o name ${flags} > ~/projects`)
    await ends(0)
    expect(readFileSync(join(home, 'projects'), 'utf8').split('\n')).toContain('flytesnacks')
    type(`token ${flags} > ~/token`)
    await ends(0)
    const token = readFileSync(join(home, 'token'), 'utf8').trimEnd()
    const headers = { authorization: `Bearer ${token}` }
    expect((await fetch(`${target.endpoint}/me`, { headers })).status).toBe(200)
    expect(terminal.all()).not.toContain(token)
    type(`whoami ${flags}`)
    await terminal.shows(/User: +.*user-1/)
    await ends(0)
    type(`logout ${flags}`)
    await terminal.shows(/Logged out of:? +http/)
    await ends(0)
    type(`whoami ${flags}`)
    await terminal.shows(/Nobody is logged in/)
    await ends(3)
  }

  const printed = /To log in to \S+, open this address in a browser: (http\S+)/

  test('login --no-browser prints a URL, and the answer is pasted', async () => {
    type('login --no-browser')
    const [, url = ''] = await terminal.shows(printed)
    const callback = await createUserAgent().followRedirects(url, { until: target.redirectUri })
    await terminal.shows(/paste the address/)
    // Another one is refused, and the login goes on.
    terminal.type(`${target.redirectUri}?code=not-ours&state=not-ours\r`)
    await terminal.shows(/state/)
    terminal.type(`${callback.href}\r`)
    await terminal.shows(/Mode: +standard: a person/)
    await ends(0)
    for (const secret of [callback.searchParams.get('code'), 'not-ours']) expect(terminal.all()).not.toContain(secret)
    expect(target.embedded?.authorizationRequests() ?? [1]).toHaveLength(1)
    expect(target.embedded?.tokenRequests().map(({ form }) => form.get('code')) ?? []).not.toContain('not-ours')
    await expectFree(Number(new URL(target.redirectUri).port))
    await expectLoggedIn()
  })

  test('the URL may be opened where the port of this machine leads here, too', async () => {
    type('login --no-browser')
    const [, url = ''] = await terminal.shows(printed)
    const last = await createUserAgent().followRedirects(url)
    expect(`${last.origin}${last.pathname}`).toBe(`${target.redirectUri}/done`)
    await terminal.shows(/User: +.*user-1/)
    await ends(0)
    expect(target.embedded?.tokenRequests() ?? [1]).toHaveLength(1)
  })

  test('login without a browser is by a code where the server has that for the client, else by a URL', async () => {
    const flow = /To log in, open (http\S+) on any device, and check or type in the code (\S+)/
    const id = target.deviceClientId
    terminal.type(`export FLYTE_CREDENTIALS_CLIENT_ID=${id ?? ''}\r`)
    await terminal.shows(/prompt> /)
    type('login')
    if (id === undefined) {
      await terminal.shows(printed)
      terminal.type('\u0003')
      await terminal.shows(/prompt> /)
      return
    }
    const [, uri = '', code = ''] = await terminal.shows(flow)
    await target.answerDevice(uri, code, 'confirm')
    await terminal.shows(/User: +.*user-1/)
    await ends(0)
    await expectLoggedIn()
    expect(target.embedded?.authorizationRequests() ?? []).toEqual([])
  })
})

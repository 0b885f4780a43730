// A person at a terminal whose browser is elsewhere, and pastes the answer.
import { fileURLToPath } from 'node:url'
import { followRedirects } from '@flyte-js/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type EmbeddedTarget, startEmbedded } from './login-target.js'
import { expectFree } from './loopback.js'
import { openTerminal, type TerminalSession } from './terminal-session.js'

const script = fileURLToPath(new URL('terminal-login.mjs', import.meta.url))
let target: EmbeddedTarget
let terminal: TerminalSession
beforeEach(async () => {
  target = await startEmbedded('external')
  terminal = openTerminal({ SSH_TTY: '/dev/pts/0' })
  await terminal.shows(/prompt> /)
})
afterEach(async () => {
  await terminal.close()
  await target[Symbol.asyncDispose]()
})

/** Starts the program, and logs in elsewhere. */
async function begin(more = ''): Promise<URL> {
  terminal.type(`'${process.execPath}' '${script}' ${target.endpoint} ${more}\r`)
  const [, url] = await terminal.shows(/To log in to \S+, open this address in a browser: (http\S+)/)
  return followRedirects(url ?? '', { until: target.redirectUri })
}
/** The terminal shows what is typed, cuts it into lines and knows Ctrl-C. */
async function expectUsualTerminal(): Promise<void> {
  terminal.type('stty -a\r')
  await terminal.shows(/[^-]isig icanon iexten echo /)
  await terminal.shows(/prompt> /)
}

test('an answer longer than a terminal line is taken and not shown, and the terminal is as it was', async () => {
  const callback = await begin('ask')
  await terminal.shows(/paste the address/)
  callback.searchParams.set('padding', 'canary'.repeat(1000))
  terminal.type(`wrong canary\r${callback.href}\r`)
  await terminal.shows(/That was not taken/)
  await terminal.shows(/logged in/)
  await terminal.shows(/What next\? /)
  terminal.type('a line of its own\r')
  await terminal.shows(/heard a line of its own/)
  await terminal.shows(/prompt> /)
  expect(terminal.all()).not.toContain('canary')
  expect(terminal.all()).not.toContain(callback.searchParams.get('code'))
  await expectUsualTerminal()
  await expectFree(target.port)
})

test('Ctrl-C ends the program as it would have without a login', async () => {
  await begin()
  await terminal.shows(/paste the address/)
  terminal.type('\u0003')
  await terminal.shows(/prompt> /)
  terminal.type('echo "status $?"\r')
  await terminal.shows(/status 130/)
  await expectUsualTerminal()
  await expectFree(target.port)
})

test('Ctrl-Z stops the program, and it goes on where it was', async () => {
  const callback = await begin()
  await terminal.shows(/paste the address/)
  terminal.type('half of a line')
  terminal.type('\u001a')
  await terminal.shows(/Stopped/)
  await terminal.shows(/prompt> /)
  await expectUsualTerminal()
  terminal.type('fg\r')
  // The person is told again, and not before the terminal is held again.
  await terminal.shows(/terminal-login.+paste the address/s)
  terminal.type(`\u0015${callback.href}\r`)
  await terminal.shows(/logged in/)
  await terminal.shows(/prompt> /)
  expect(terminal.all()).not.toContain(callback.searchParams.get('code'))
  await expectUsualTerminal()
})

test('a program that is sent to the background runs on there', async () => {
  const callback = await begin()
  await terminal.shows(/paste the address/)
  terminal.type('\u001a')
  await terminal.shows(/Stopped.+prompt> /s)
  terminal.type('bg\r')
  await terminal.shows(/prompt> /)
  terminal.type('jobs\r')
  await terminal.shows(/Running/)
  await fetch(callback)
  await terminal.shows(/logged in/)
  await expectUsualTerminal()
})

test('a program in the background leaves the terminal alone, and is logged in by the browser', async () => {
  const callback = await begin('&')
  terminal.type('jobs\r')
  await terminal.shows(/Running/)
  expect(terminal.all()).not.toContain('paste the address')
  await fetch(callback)
  await terminal.shows(/logged in/)
})

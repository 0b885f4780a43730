// biome-ignore-all lint/suspicious/noControlCharactersInRegex: what steers a terminal is looked for
// `watch` and `open` at a terminal, which `script` brings.
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { openTerminal, type TerminalSession } from '../../pkce-auth/test/terminal-session.js'
import { bin } from './run-cli.js'
import { type ExecutionId, register, startWorld, type World } from './world.js'

let world: World
let terminal: TerminalSession
let id: ExecutionId
let home: string
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'flyte-js-terminal-'))
  world = await startWorld()
  await register(world)
  id = await world.launch('f1')
  // The times of this are those of the machine's clock.
  await world.clock.advance(Date.now() - world.clock.now())
  const browser = join(home, 'browser')
  writeFileSync(browser, `#!/bin/sh\necho "$1" > ${home}/opened\n`)
  chmodSync(browser, 0o755)
  const node = `${process.execPath} ${bin}`
  terminal = openTerminal({ ...world.env, HOME: home, TERM: 'xterm', BROWSER: browser, CLI: node })
  await terminal.shows(/prompt> /)
})
afterEach(async () => {
  await terminal.close()
  await world[Symbol.asyncDispose]()
  rmSync(home, { recursive: true, force: true })
})

it('watches with the cursor hidden, colours, in place, and gives the cursor back', async () => {
  await world.tell(id, 'RUNNING')
  await world.tellNode(id, 'n0', 'RUNNING')
  terminal.type('stty columns 60 rows 20; $CLI watch f1; echo "ended with $?"\r')
  await terminal.shows(/\u001b\[\?25l/)
  await terminal.shows(/\u001b\[36mRUNNING/)
  // Up over the line of the execution, the head and the node.
  await terminal.shows(/\u001b\[3A\r.*n0 +.*RUNNING.*\ds/s)
  await world.tellNode(id, 'n0', 'SUCCEEDED')
  await world.tell(id, 'SUCCEEDED')
  await terminal.shows(/n0 +\u001b\[32mSUCCEEDED/)
  await terminal.shows(/\u001b\[\?25hended with 0/)
})

it('gives the cursor back at Ctrl-C, and ends with 130', async () => {
  terminal.type('$CLI watch f1; echo "ended with $?"\r')
  await terminal.shows(/UNDEFINED/)
  terminal.type('\u0003')
  await terminal.shows(/\u001b\[\?25h/)
  terminal.type('echo "code $?"\r')
  await terminal.shows(/(ended with|code) 130/)
})

it('opens the console in a browser, and prints its URL', async () => {
  terminal.type('$CLI open f1; echo "ended with $?"\r')
  const url = 'https://console.example.com/console/projects/flytesnacks/domains/development/executions/f1'
  await terminal.shows(new RegExp(`${url}\r\n`))
  await terminal.shows(/ended with 0/)
  await vi.waitFor(() => expect(readFileSync(join(home, 'opened'), 'utf8')).toBe(`${url}\n`), { timeout: 10_000 })
})

// The scripts in the shells that they are for, set up as the help says, and used by somebody who presses Tab.
import { execFile } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { openTerminal } from '../../pkce-auth/test/terminal-session.js'
import { bin, runCli } from './run-cli.js'

const execute = promisify(execFile)
const shells = ['bash', 'zsh', 'fish'] as const
let home: string
beforeAll(async () => {
  const missing = shells.filter((shell) => !existsSync(`/usr/bin/${shell}`))
  if (missing.length > 0) throw new Error(`There is no ${missing.join(', no ')}: apt-get install ${missing.join(' ')}`)
  home = mkdtempSync(join(tmpdir(), 'flyte-js-completion-'))
  mkdirSync(join(home, 'bin'))
  writeFileSync(join(home, 'bin/flyte-js'), `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@"\n`)
  chmodSync(join(home, 'bin/flyte-js'), 0o755)
  writeFileSync(join(home, 'settings.yaml'), '')
  // As the help says for fish.
  const folder = join(home, '.config/fish/completions')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'flyte-js.fish'), (await runCli(['completion', 'fish'])).stdout)
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

const environment = () => ({ HOME: home, PATH: `${join(home, 'bin')}:/usr/bin:/bin`, HISTFILE: '/dev/null' })

/** What is typed, and what is offered for it: all of it. */
const cases: readonly (readonly [typed: string, offered: readonly string[]])[] = [
  ['lo', ['login', 'logout']],
  ['config ', ['check', 'explain', 'init', 'path', 'profiles']],
  ['config p', ['path', 'profiles']],
  ['-p login --verbose config pr', ['profiles']],
  ['get projects -o ', ['table', 'wide', 'json', 'yaml', 'name']],
  ['login --d', ['--device', '--domain']],
  ['completion ', ['bash', 'zsh', 'fish']],
  ['config path --config sett', ['settings.yaml']],
]

/** What a terminal was told to show, without what steers it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: sequences begin with one
const shownWords = (text: string) => text.replace(/\u001b\[[\d;?]*[A-Za-z]/g, ' ').split(/\s+/)

describe('fish', () => {
  const offers = async (typed: string) => {
    const line = `cd; complete -C 'flyte-js ${typed}'`
    const { stdout } = await execute('/usr/bin/fish', ['-c', line], { env: environment() })
    return stdout.split('\n').flatMap((each) => each.split('\t')[0] || [])
  }

  test.each(cases)('offers for %j', async (typed, offered) => {
    expect((await offers(typed)).filter((word) => word !== 'help').sort()).toEqual([...offered].sort())
  })

  test('offers no command behind one that has none', async () => {
    expect(await offers('config path ')).not.toContain('profiles')
    expect(await offers('whoami ')).not.toContain('login')
  })
})

describe.each([
  ['bash', 'bash --norc --noprofile -i', 'source <(flyte-js completion bash)'],
  ['zsh', 'zsh -f -i', 'autoload -Uz compinit && compinit -D && source <(flyte-js completion zsh)'],
] as const)('%s', (_, shell, setUp) => {
  test.each(cases)('offers for %j', async (typed, offered) => {
    const terminal = openTerminal({ ...environment(), TERM: 'xterm' })
    try {
      await terminal.shows(/prompt> /)
      terminal.type(`cd; PS1='$ ' exec ${shell}\r`)
      await terminal.shows(/\$ /)
      // So that what is shown is neither paged nor decorated.
      terminal.type(`stty cols 200; ${setUp} && echo set "up"\r`)
      await terminal.shows(/set up\r?\n/)
      // One fills in what all have in common, the next ones show the list.
      terminal.type(`flyte-js ${typed}\t\t\t`)
      const found = await vi.waitFor(
        () => {
          const words = shownWords(terminal.all().split('set up').at(-1) ?? '')
          expect(words).toEqual(expect.arrayContaining([...offered]))
          return words
        },
        { timeout: 15_000 },
      )
      expect(found).not.toContain('whoami')
      // What has no description is shown without one.
      if (typed === 'completion ') expect(found).not.toContain('--')
    } finally {
      await terminal.close()
    }
  })
})

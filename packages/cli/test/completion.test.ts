// What a shell completes, asked of a shell.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { runCli } from './run-cli.js'

const execute = promisify(execFile)
const scripts: Record<string, string> = {}
beforeAll(async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { code, stdout, stderr } = await runCli(['completion', shell])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    scripts[shell] = stdout
  }
})

/** What bash offers behind these words, the last of which may be begun only. */
async function offered(...words: string[]): Promise<string[]> {
  const code = `${scripts.bash}
COMP_WORDS=(flyte-js ${words.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=${words.length}
_flyte_js
printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout } = await execute('bash', ['--norc', '--noprofile', '-c', code])
  return stdout.split('\n').filter((line) => line !== '')
}

describe('bash completes', () => {
  it.each([
    ['commands', ['lo'], ['login', 'logout']],
    ['commands of a command', ['config', ''], ['explain', 'check', 'init', 'path', 'profiles']],
    ['commands behind flags with values', ['-p', 'login', '--verbose', 'config', 'pr'], ['profiles']],
    ['behind an alias', ['get', 'project', '--outp'], ['--output']],
    ['flags of a command', ['login', '--d'], ['--device', '--domain']],
    ['global flags anywhere', ['config', 'path', '--prof'], ['--profile']],
    ['values of a flag', ['get', 'projects', '-o', ''], ['table', 'wide', 'json', 'yaml', 'name']],
    ['values of an argument', ['completion', ''], ['bash', 'zsh', 'fish']],
    ['nothing where only a person knows', ['--endpoint', ''], []],
    ['nothing of another command', ['login', '--he'], ['--help']],
  ])('%s', async (_, words, expected) => {
    expect((await offered(...words)).filter((word) => word !== 'help')).toEqual(expected)
  })
})

it('the other scripts have every command and every flag', () => {
  for (const word of ['login', 'whoami', 'profiles', 'init']) {
    expect(scripts.zsh).toContain(`'${word}:`)
    expect(scripts.fish).toContain(`-a ${word} `)
  }
  expect(scripts.zsh).toContain("'--device:")
  expect(scripts.fish).toContain('-l device ')
  // A quote in a description would end the word that it is in.
  for (const line of [scripts.zsh, scripts.fish].join('\n').split('\n')) {
    if (!line.includes('case "$')) expect((line.match(/'/g) ?? []).length % 2, line).toBe(0)
  }
})

it('another shell is refused, with those that there are', async () => {
  const { code, stderr } = await runCli(['completion', 'ksh'])
  expect(code).toBe(2)
  expect(stderr).toContain('bash, zsh, fish')
})

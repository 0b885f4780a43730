import { systemClock } from '@flyte-js/core'
import { createTestClock } from '@flyte-js/testing'
import { describe, expect, it } from 'vitest'
import { runCommand } from './run-command.js'

const setting = 'credentials.command'
const node = (code: string, ...parameters: string[]) => [process.execPath, '-e', code, ...parameters]
const run = (argv: readonly string[], more: Partial<Parameters<typeof runCommand>[0]> = {}) =>
  runCommand({ argv, setting, env: { PATH: process.env.PATH }, clock: systemClock, ...more })
const failed = (words: RegExp) => ({ code: 'FLYTE_AUTH_COMMAND_FAILED', message: expect.stringMatching(words) })

describe('a program', () => {
  it('gets its arguments as they are, an environment, and an empty stdin', async () => {
    const code =
      "process.stdin.resume().on('end', () => console.log(JSON.stringify([process.argv.slice(1), process.env.WHO])))"
    const output = await run(node(code, '$HOME', 'a b', '"; exit 1'), { env: { WHO: 'me' } })
    expect(JSON.parse(output)).toEqual([['$HOME', 'a b', '"; exit 1'], 'me'])
  })

  it('that is not there says so', async () => {
    await expect(run(['flyte-no-such-program', 'canary'])).rejects.toMatchObject(
      failed(/credentials\.command, flyte-no-such-program, was not found/),
    )
  })

  it('that fails says by which exit code, and nothing of what it printed or was given', async () => {
    const error = await run(node("console.log('canary-1'); process.exit(3)", 'canary-2')).catch((reason) => reason)
    expect(error).toMatchObject(failed(/ended with exit code 3\. Run it by hand/))
    expect(JSON.stringify(error) + error.stack).not.toContain('canary')
  })

  it('that prints without end is ended', async () => {
    const code =
      "const more = () => { while (process.stdout.write('x'.repeat(9999))); process.stdout.once('drain', more) }; more()"
    await expect(run(node(code))).rejects.toMatchObject(failed(/prints more than 65536 bytes/))
  })

  it('that hangs is ended, at the time by the clock', async () => {
    const clock = createTestClock()
    const hanging = run(node('setInterval(() => {}, 1000)'), { clock })
    const told = expect(hanging).rejects.toMatchObject(failed(/has not ended after 60000 ms/))
    await clock.advance(60_000)
    await told
  })

  it('is ended when nobody wants it any more', async () => {
    const enough = new AbortController()
    const running = run(node('setInterval(() => {}, 1000)'), { signal: enough.signal })
    enough.abort(new Error('enough'))
    await expect(running).rejects.toThrow('enough')
    await expect(run(node(''), { signal: enough.signal })).rejects.toThrow('enough')
  })

  it('has a name', async () => {
    await expect(run([''])).rejects.toMatchObject(failed(/has no name/))
  })
})

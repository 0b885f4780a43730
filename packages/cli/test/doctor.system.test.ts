// `doctor` at a terminal, and with a real Secret Service.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { expectFree } from '../../pkce-auth/test/loopback.js'
import { openTerminal } from '../../pkce-auth/test/terminal-session.js'
import { startKeyringSession } from '../../token-store/test/keyring-session.js'
import type { CheckResult } from '../src/doctor/draw-check.js'
import { startDoctor } from './doctor-stage.js'
import { bin } from './run-cli.js'

const execute = promisify(execFile)

it('token-store: the keyring answers; locked, it is told, and nobody waits for its prompt', {
  timeout: 120_000,
}, async () => {
  await using stage = await startDoctor()
  const keyring = await startKeyringSession()
  const examine = async (store: string): Promise<CheckResult> => {
    const env = { ...keyring.environment, FLYTE_PLATFORM_URL: stage.admin.url, FLYTE_JS_TOKEN_STORE: store }
    // A fault is an exit code that is not 0.
    const answer = await execute(process.execPath, [bin, 'doctor', '--json'], { env, timeout: 30_000 }).catch(
      (error) => error,
    )
    const { checks } = JSON.parse(answer.stdout) as { checks: CheckResult[] }
    return checks.find(({ name }) => name === 'token-store') ?? expect.unreachable()
  }
  try {
    const well = { name: 'token-store', verdict: 'ok', found: 'the keyring' }
    expect(await examine('')).toEqual(well)
    expect(await examine('keyring')).toEqual(well)
    // A login that there is: of what is empty nothing is locked.
    await keyring.store(['service', new URL(stage.admin.url).host, 'username', 'access_token'], 'a-token')
    await keyring.lock()
    const locked = await examine('keyring')
    expect(locked).toMatchObject({ verdict: 'fault', cure: expect.stringMatching(/Unlock/) })
    expect(await examine('')).toMatchObject({ verdict: 'warning', found: expect.stringMatching(/^a file.*keyring/) })
  } finally {
    await keyring.stop()
  }
})

describe('at a terminal', () => {
  it('tells each check as it is done, and Ctrl-C ends it with 130', async () => {
    await using stage = await startDoctor()
    stage.admin.fault('/healthcheck', { kind: 'black-hole' })
    const terminal = openTerminal({ ...stage.env, TERM: 'xterm' })
    try {
      await terminal.shows(/prompt> /)
      terminal.type(`stty columns 80; '${process.execPath}' '${bin}' doctor\r`)
      await terminal.shows(/ok\S* +tls +plain http/)
      await terminal.shows(/Checking healthcheck/)
      terminal.type('\u0003')
      await terminal.shows(/prompt> /)
      terminal.type('echo "status $?"\r')
      await terminal.shows(/status 130/)
    } finally {
      await terminal.close()
    }
    await expectFree(stage.callbackPort)
  })
})

// What `doctor` examines in tests: a Flyte Admin, and the command in this process beside it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tokenKey } from '@flyte-js/auth'
import type { TokenSet } from '@flyte-js/core'
import { defaultClients, type FlyteAdmin, type FlyteAdminOptions, startFlyteAdmin } from '@flyte-js/testing'
import { fileStore } from '@flyte-js/token-store/file'
import { expect } from 'vitest'
import { freePort } from '../../pkce-auth/test/loopback.js'
import type { CheckResult } from '../src/doctor/draw-check.js'
import type { Io } from '../src/io.js'
import { runInProcess } from './run-in-process.js'

/** What `doctor` has said. */
export interface Examined {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** It, running. */
export interface DoctorStage extends AsyncDisposable {
  readonly admin: FlyteAdmin
  /** The port that browsers come back to, which nobody has. */
  readonly callbackPort: number
  /** A person, whose logins are kept in a file. */
  readonly env: Readonly<Record<string, string>>
  /** Keeps a login of that person, with a token that Flyte Admin takes where it says no other. */
  keep(tokenSet?: Partial<TokenSet>): Promise<void>
  run(parameters?: readonly string[], env?: Readonly<Record<string, string>>, io?: Partial<Io>): Promise<Examined>
  /** What one check has found. */
  check(name: string, env?: Readonly<Record<string, string>>, parameters?: readonly string[]): Promise<CheckResult>
}

/** Client credentials, whose token is kept as well. */
export const machine = {
  FLYTE_CREDENTIALS_AUTH_MODE: 'basic',
  FLYTE_CREDENTIALS_CLIENT_ID: 'flytepropeller',
  FLYTE_CREDENTIALS_CLIENT_SECRET: 'short-secret',
}

/** Runs `doctor` in this process. */
export async function runDoctor(
  parameters: readonly string[],
  env: Readonly<Record<string, string>>,
  io: Partial<Io> = {},
): Promise<Examined> {
  return runInProcess(['doctor', ...parameters], { env, ...io })
}

/** What one check has found, where the exit code says the same. */
export async function checkOf(
  name: string,
  env: Readonly<Record<string, string>>,
  parameters: readonly string[] = [],
): Promise<CheckResult> {
  const { stdout, code } = await runDoctor([...parameters, '--json'], env)
  const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: CheckResult[] }
  const isWell = checks.every(({ verdict }) => verdict !== 'fault')
  expect({ ok, code }).toEqual({ ok: isWell, code: isWell ? 0 : 1 })
  return checks.find((each) => each.name === name) ?? expect.unreachable(`there is no check ${name}`)
}

/** Starts it. */
export async function startDoctor(options: FlyteAdminOptions = {}): Promise<DoctorStage> {
  const home = mkdtempSync(join(tmpdir(), 'flyte-js-doctor-'))
  // Stores go by the process's own.
  process.env.XDG_DATA_HOME = home
  const callbackPort = await freePort()
  const redirectUri = `http://localhost:${callbackPort}/callback`
  const admin = await startFlyteAdmin({
    clients: [...defaultClients, { id: 'people', redirectUris: [redirectUri] }],
    publicClient: { redirectUri, clientId: 'people' },
    ...options,
  })
  // A browser is at hand, wherever the tests run; nobody starts it.
  const env = { HOME: home, FLYTE_PLATFORM_URL: admin.url, FLYTE_JS_TOKEN_STORE: 'file', BROWSER: 'firefox' }

  async function freshToken(): Promise<string> {
    const response = await fetch(`${admin.url}/oauth2/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa('flytepropeller:short-secret')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'all' }),
    })
    return ((await response.json()) as { access_token: string }).access_token
  }

  return {
    admin,
    callbackPort,
    env,
    async keep(tokenSet = {}) {
      const key = await tokenKey({ endpoint: admin.url, scopes: [] })
      const accessToken = tokenSet.accessToken ?? (await freshToken())
      const kept = { tokenType: 'bearer', issuer: admin.url, ...tokenSet, accessToken }
      await fileStore({ directory: join(home, 'flyte-js/tokens') }).set(key, kept)
    },
    run: (parameters = [], more = {}, io = {}) => runDoctor(parameters, { ...env, ...more }, io),
    check: (name, more = {}, parameters = []) => checkOf(name, { ...env, ...more }, parameters),
    async [Symbol.asyncDispose]() {
      await admin.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

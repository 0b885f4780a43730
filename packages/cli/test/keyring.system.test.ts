// One login for flyte-js and flytekit, in a real Secret Service.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EmbeddedTarget, startEmbedded } from '../../pkce-auth/test/login-target.js'
import { type KeyringSession, startKeyringSession } from '../../token-store/test/keyring-session.js'
import { bin } from './run-cli.js'

const execute = promisify(execFile)
const follower = fileURLToPath(new URL('../../conformance/test/differential/follow-login.mjs', import.meta.url))
let keyring: KeyringSession
let target: EmbeddedTarget
/** The endpoint as flytekit has it. */
let service: string
beforeAll(async () => {
  keyring = await startKeyringSession()
  target = await startEmbedded('self')
  service = new URL(target.endpoint).host
})
afterAll(async () => {
  await target[Symbol.asyncDispose]()
  await keyring.stop()
})

/** Runs flyte-js as a person who has a browser. */
async function run(...parameters: string[]): Promise<string> {
  const env = {
    ...keyring.environment,
    FLYTE_PLATFORM_URL: service,
    FLYTE_PLATFORM_INSECURE: 'true',
    BROWSER: `'${process.execPath}' '${follower}'`,
  }
  return (await execute(process.execPath, [bin, ...parameters], { env, timeout: 30_000 })).stdout
}

const flytekitReads = () =>
  keyring.python(
    `
import json, sys
from flytekit.clients.auth.keyring import KeyringStore
found = KeyringStore.retrieve(sys.argv[1])
print(json.dumps(found and [found.access_token, found.refresh_token]))`,
    service,
  )

const flytekitStores = (access: string, refresh: string) =>
  keyring.python(
    `
import sys
from flytekit.clients.auth.keyring import Credentials, KeyringStore
KeyringStore.store(Credentials(sys.argv[2], sys.argv[3], sys.argv[1]))
print("null")`,
    service,
    access,
    refresh,
  )

test('flytekit reads the login of flyte-js login, and flyte-js that of flytekit', { timeout: 120_000 }, async () => {
  const told = JSON.parse(await run('login', '-o', 'json'))
  expect(told).toMatchObject({ mode: 'pkce', keptIn: 'the keyring', isRenewable: true })
  const token = (await run('token')).trim()
  const [access, refresh] = (await flytekitReads()) as [string, string]
  expect(access).toBe(token)
  const headers = { authorization: `Bearer ${access}`, accept: 'application/json' }
  expect((await fetch(`${target.endpoint}/api/v1/projects`, { headers })).status).toBe(200)

  // Renewed, as flytekit would, and written by it.
  const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'flytectl', refresh_token: refresh })
  // Within the same second Flyte Admin hands out the same token once more.
  await new Promise((resolve) => setTimeout(resolve, 1_100))
  const renewal = await fetch(`${target.endpoint}/oauth2/token`, { method: 'POST', body })
  const renewed = (await renewal.json()) as { access_token: string; refresh_token: string }
  expect(renewed.access_token).not.toBe(token)
  await flytekitStores(renewed.access_token, renewed.refresh_token)
  expect(await run('token')).toBe(`${renewed.access_token}\n`)
  expect(JSON.parse(await run('whoami', '-o', 'json'))).toMatchObject({ mode: 'pkce', subject: told.subject })

  await run('logout')
  expect(await flytekitReads()).toBeNull()
})

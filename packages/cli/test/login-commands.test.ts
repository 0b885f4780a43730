import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { tokenKey } from '@flyte-js/auth'
import type { TokenSet } from '@flyte-js/core'
import { fileStore } from '@flyte-js/token-store/file'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { runNode } from '../../basic-auth/test/run.js'
import { bin } from './run-cli.js'
import { type Stage, startStage } from './stage.js'

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage[Symbol.asyncDispose]())
beforeEach(() => stage.target.embedded?.clearRequests())

// What only the embedded one can tell.
const requests = () => stage.target.embedded?.requests.map(({ path }) => path)

/** Stores a login as though the command had. */
async function keep(tokenSet: TokenSet, clientId = stage.env.FLYTE_CREDENTIALS_CLIENT_ID ?? ''): Promise<void> {
  const store = fileStore({ directory: join(stage.home, '.local/share/flyte-js/tokens') })
  await store.set(await tokenKey({ endpoint: stage.target.url, clientId, scopes: [] }), tokenSet)
}

describe('token', () => {
  it('gets one, prints it, and the next time prints the same without asking anybody', async () => {
    const first = await stage.run(['token'])
    expect(first).toEqual({ code: 0, stdout: expect.stringMatching(/^\S{20,}\n$/), stderr: '' })
    stage.target.embedded?.clearRequests()
    expect(await stage.run(['token'])).toEqual(first)
    expect(requests() ?? []).toEqual([])
  })

  it('loads nothing of the network where a token is stored', async () => {
    await stage.run(['token'])
    const preload = `data:text/javascript,process.on('exit',()=>console.error(process.moduleLoadList.join()))`
    const { stderr } = await runNode(['--import', preload, bin, 'token'], stage.env)
    expect(stderr).toContain('NativeModule fs')
    // `crypto` is what `import` of it loads; Web Crypto does with less.
    for (const name of ['http', 'https', 'tls', 'child_process', 'crypto', 'readline', 'internal/deps/undici/undici'])
      expect(stderr.split(',')).not.toContain(`NativeModule ${name}`)
  })

  it('that is about to end is renewed first, and printed where it cannot be', async () => {
    const aboutToEnd = { accessToken: 'about-to-end', tokenType: 'bearer', expiresAt: Date.now() + 55_000 }
    await keep(aboutToEnd)
    const wrong = { FLYTE_CREDENTIALS_CLIENT_SECRET: 'wrong' }
    expect(await stage.run(['token'], wrong)).toEqual({ code: 0, stdout: 'about-to-end\n', stderr: '' })
    const { code, stdout } = await stage.run(['token'])
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^\S{20,}\n$/) })
    // In the store too.
    expect((await stage.run(['token'], wrong)).stdout).toBe(stdout)
    await keep({ ...aboutToEnd, expiresAt: Date.now() - 1 })
    expect(await stage.run(['token'], wrong)).toMatchObject({ code: 3, stdout: '' })
  })

  it('--header prints a line for curl, with the header of the configuration', async () => {
    const { stdout: token } = await stage.run(['token'])
    expect((await stage.run(['token', '--header'])).stdout).toBe(`authorization: Bearer ${token}`)
    const env = { FLYTE_CREDENTIALS_AUTHORIZATION_METADATA_KEY: 'Flyte-Authorization' }
    expect((await stage.run(['token', '--header'], env)).stdout).toBe(`flyte-authorization: Bearer ${token}`)
  })

  it('--header is one line, for curl, also where a proxy wants a token of its own', async () => {
    const env = { FLYTE_CREDENTIALS_PROXY_COMMAND: 'printf,%s\\n,proxy-token', PATH: process.env.PATH ?? '' }
    const { code, stdout } = await stage.run(['token', '--header'], env)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^authorization: Bearer \S+\n$/)
    expect(stdout).not.toContain('proxy-token')
  })

  it('is that of the program that the configuration names', async () => {
    const env = {
      FLYTE_CREDENTIALS_AUTH_MODE: 'external_process',
      FLYTE_CREDENTIALS_COMMAND: 'printf,%s\\n,printed-token',
      PATH: process.env.PATH ?? '',
    }
    expect(await stage.run(['token'], env)).toEqual({ code: 0, stdout: 'printed-token\n', stderr: '' })
  })

  it('is none in the mode none, which is told', async () => {
    const { code, stderr } = await stage.run(['token'], { FLYTE_CREDENTIALS_AUTH_MODE: 'none' })
    expect(code).toBe(2)
    expect(stderr).toContain('credentials.auth_mode is none')
  })
})

describe('login, whoami and logout', () => {
  it('log in anew, tell of it, and end it', async () => {
    const { stdout: old } = await stage.run(['token'])
    const { code, stdout } = await stage.run(['login', '-o', 'json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      endpoint: stage.target.url,
      mode: 'client_credentials',
      remaining: expect.any(Number),
      isRenewable: true,
      keptIn: expect.stringContaining(stage.home),
    })
    const { stdout: token } = await stage.run(['token'])
    expect(token).not.toBe(old)

    const who = await stage.run(['whoami'])
    expect(who).toMatchObject({ code: 0, stderr: '' })
    for (const line of [
      /^Endpoint: +http/m,
      /^Mode: +basic: client credentials$/m,
      /^Token: +good for \d+m/m,
      /^Kept in: +\//m,
    ])
      expect(who.stdout).toMatch(line)
    expect(who.stdout).not.toContain(token.trim())

    const ended = await stage.run(['logout', '-o', 'json'])
    expect(JSON.parse(ended.stdout)).toEqual({ endpoint: stage.target.url, ended: true, revoked: false })
    expect(ended.stderr).toContain('good until they end')
    expect(JSON.parse((await stage.run(['logout', '-o', 'json'])).stdout)).toMatchObject({ ended: false })
  })

  it('say that a login in memory is gone', async () => {
    const { code, stderr } = await stage.run(['login'], { FLYTE_JS_TOKEN_STORE: 'memory' })
    expect(code).toBe(0)
    expect(stderr).toContain('FLYTE_JS_TOKEN_STORE')
  })
})

describe('whoami of a person', () => {
  const person = { FLYTE_CREDENTIALS_AUTH_MODE: 'standard', FLYTE_CREDENTIALS_CLIENT_ID: '' }

  it('asks nobody where nobody is logged in, and ends with 3', async () => {
    const { code, stdout, stderr } = await stage.run(['whoami'], person)
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toBe(
      `error: Nobody is logged in to ${stage.target.url}. Log in with: flyte-js login\ncode: FLYTE_AUTH_LOGGED_OUT\n`,
    )
    expect(requests() ?? []).toEqual([])
  })

  it.each(['standard', 'deviceflow'])('asks nobody where the login can be renewed no more (%s)', async (mode) => {
    const ended = { accessToken: 'an-old-one', tokenType: 'bearer', expiresAt: 1, refreshToken: randomUUID() }
    await keep({ ...ended, issuer: stage.target.url }, '')
    // A browser is at hand, and is not started.
    const mark = join(stage.home, 'asked')
    const env = { ...person, FLYTE_CREDENTIALS_AUTH_MODE: mode, BROWSER: `touch ${mark}`, PATH: process.env.PATH ?? '' }
    const { code, stderr } = await stage.run(['whoami'], env)
    expect(code).toBe(3)
    expect(existsSync(mark)).toBe(false)
    expect(stderr).toContain('Log in with: flyte-js login')
    expect(requests() ?? ['/oauth2/token']).toContain('/oauth2/token')
    expect(stderr).not.toContain('an-old-one')
  })
})

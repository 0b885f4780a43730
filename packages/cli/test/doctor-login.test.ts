// Each check of the login, with its fault.

import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { FlyteEvent } from '@flyte-js/core'
import { createFlyteLogin } from '@flyte-js/node/login'
import { startAuthorizationServer } from '@flyte-js/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { giveBack, take } from '../../pkce-auth/test/loopback.js'
import { type DoctorStage, machine, startDoctor } from './doctor-stage.js'
import { runCli } from './run-cli.js'

let stage: DoctorStage
beforeEach(async () => {
  stage = await startDoctor()
})
afterEach(() => stage[Symbol.asyncDispose]())

describe('discovery', () => {
  const metadata = '/.well-known/oauth-authorization-server'
  const client = '/config/v1/flyte_client'

  it.each<[string, string, Record<string, string>, string]>([
    ['the metadata', metadata, {}, 'fault'],
    ['the metadata', metadata, machine, 'fault'],
    ['the metadata', metadata, { FLYTE_CREDENTIALS_AUTH_MODE: 'none' }, 'warning'],
    ['the public client', client, {}, 'fault'],
    ['the public client', client, { FLYTE_CREDENTIALS_CLIENT_ID: 'own' }, 'warning'],
    ['the public client', client, machine, 'warning'],
  ])('without %s, at %s, for %j it is a %s', async (_, path, env, verdict) => {
    stage.admin.answer(path, { status: 404, body: { code: 5, message: 'Not Found', details: [] } })
    const result = await stage.check('discovery', env)
    expect(result).toMatchObject({ verdict, found: expect.stringContaining(`${path} answered with HTTP 404`) })
    expect(result.cure).toMatch(/platform\.url/)
  })

  it('a public client without a name is a fault for people', async () => {
    stage.admin.answer(client, {
      body: { client_id: '', redirect_uri: '', scopes: [], authorization_metadata_key: '' },
    })
    const result = await stage.check('discovery')
    expect(result).toMatchObject({ verdict: 'fault', found: expect.stringContaining('names no client') })
    expect(result.cure).toMatch(/flyteClient.*FLYTE_CREDENTIALS_CLIENT_ID/)
    expect(await stage.check('discovery', machine)).toMatchObject({ verdict: 'ok' })
  })

  it('a server without a login is well, and needs nothing of what follows', async () => {
    await using open = await startDoctor({ auth: 'none' })
    expect(await open.check('discovery')).toMatchObject({
      verdict: 'ok',
      found: expect.stringContaining('asks for no login'),
    })
    const forced = await open.check('discovery', { FLYTE_PLATFORM_AUTH: 'true' })
    expect(forced).toMatchObject({
      verdict: 'warning',
      cure: expect.stringContaining('FLYTE_CREDENTIALS_AUTH_MODE=none'),
    })
    for (const name of ['issuer', 'header-name', 'login-flow', 'callback-port', 'token'])
      expect(await open.check(name)).toMatchObject({
        verdict: 'skipped',
        found: 'because Flyte Admin asks for no login',
      })
    expect(await open.check('call')).toMatchObject({ verdict: 'ok' })
    expect(await open.check('call', machine)).toMatchObject({ verdict: 'ok' })
    expect(open.admin.requestsTo('/oauth2/token')).toEqual([])
  })
})

describe('issuer', () => {
  it('an external one confirms who it is', async () => {
    await using provider = await startAuthorizationServer()
    await using external = await startDoctor({ auth: 'external', externalAuthServer: provider.issuer })
    const result = await external.check('issuer')
    expect(result).toMatchObject({ verdict: 'ok', found: `${provider.issuer} confirms it` })
  })

  it('one that says otherwise is a fault', async () => {
    await using provider = await startAuthorizationServer()
    await using external = await startDoctor({ auth: 'external', externalAuthServer: provider.issuer })
    const { issuer } = provider
    external.admin.answer('/.well-known/oauth-authorization-server', {
      body: { issuer, token_endpoint: `${external.admin.url}/oauth2/token`, authorization_endpoint: `${issuer}/auth` },
    })
    const result = await external.check('issuer')
    expect(result).toMatchObject({ verdict: 'fault', found: expect.stringContaining('another token endpoint') })
    expect(result.cure).toMatch(/externalAuthServer/)
    expect(await external.check('discovery')).toMatchObject({ verdict: 'ok' })
  })

  it('one that cannot be asked is a warning', async () => {
    stage.admin.answer('/.well-known/oauth-authorization-server', {
      body: { issuer: 'http://localhost:1', token_endpoint: 'http://localhost:1/token' },
    })
    const result = await stage.check('issuer')
    expect(result).toMatchObject({
      verdict: 'warning',
      found: expect.stringMatching(/http:\/\/localhost:1 does not confirm/),
    })
    expect(result.cure).toMatch(/can reach the issuer/)
  })

  it('https on a server of plain http is told, and corrected where that is meant', async () => {
    await using plain = await startDoctor({ authorizedUris: [] })
    const corrected = await plain.check('issuer')
    expect(corrected).toMatchObject({
      verdict: 'warning',
      found: expect.stringContaining('advertises https://localhost'),
    })
    expect(corrected.cure).toBe(`Set auth.authorizedUris of Flyte Admin to ${plain.admin.url}`)
    const url = { FLYTE_PLATFORM_URL: `localhost:${plain.admin.port}`, FLYTE_PLATFORM_HTTP_URL: plain.admin.url }
    const refused = await plain.check('issuer', url)
    expect(refused).toMatchObject({ verdict: 'fault', found: expect.stringContaining('advertises https://localhost') })
    expect(refused.cure).toMatch(/Set that to|FLYTE_PLATFORM_INSECURE=true/)
  })

  it('is skipped where no document names it', async () => {
    stage.admin.fault('/.well-known/oauth-authorization-server', { kind: 'status', status: 500 })
    expect(await stage.check('issuer')).toMatchObject({ verdict: 'skipped' })
  })
})

describe('header-name', () => {
  const key = 'FLYTE_CREDENTIALS_AUTHORIZATION_METADATA_KEY'

  it('another than the advertised one is a warning', async () => {
    const result = await stage.check('header-name', { [key]: 'X-Other' })
    expect(result).toMatchObject({ verdict: 'warning', found: expect.stringMatching(/x-other.*flyte-authorization/) })
    expect(result.cure).toContain(`(${key})`)
  })

  it('what is no header is a fault', async () => {
    const result = await stage.check('header-name', { [key]: 'no header' })
    expect(result).toMatchObject({ verdict: 'fault', found: expect.stringContaining('no name of a header') })
    expect(result.cure).toContain(key)
  })

  it('the usual one is well, and so is the advertised one', async () => {
    expect((await stage.check('header-name')).verdict).toBe('ok')
    expect(await stage.check('header-name', { [key]: 'Flyte-Authorization' })).toMatchObject({ verdict: 'ok' })
  })

  it('the call shows where HTTP takes another than what is advertised', async () => {
    await using two = await startDoctor({ httpAuthorizationHeader: 'x-http', grpcAuthorizationHeader: 'x-grpc' })
    await two.keep()
    const env = { [key]: 'x-grpc' }
    expect(await two.check('header-name', env)).toMatchObject({ verdict: 'ok' })
    const result = await two.check('call', env)
    expect(result).toMatchObject({
      verdict: 'warning',
      found: expect.stringContaining('the header authorization alone'),
    })
    expect(result.cure).toMatch(new RegExp(`Unset .*${key}.*httpAuthorizationHeader`))
  })
})

describe('clock', () => {
  const answeredAt = (difference: number) =>
    stage.admin.answer('/healthcheck', () => ({ headers: { date: new Date(Date.now() + difference).toUTCString() } }))

  it.each([
    [0, 'ok', /as the server's/],
    [20_000, 'ok', /behind/],
    [45_000, 'warning', /^4\ds behind the server's$/],
    [-45_000, 'warning', /^4\ds ahead of the server's$/],
    [400_000, 'fault', /^6m \d+s behind the server's/],
    [-86_400_000, 'fault', /ahead of/],
  ])('a server that is %d ms ahead: %s', async (difference, verdict, found) => {
    answeredAt(difference)
    const result = await stage.check('clock')
    expect(result).toMatchObject({ verdict, found: expect.stringMatching(found) })
    if (verdict !== 'ok') expect(result.cure).toMatch(/NTP/)
  })

  it('a server that does not tell its time is skipped', async () => {
    stage.admin.answer('/healthcheck', { headers: { date: 'nonsense' } })
    expect(await stage.check('clock')).toMatchObject({ verdict: 'skipped' })
  })
})

describe('login-flow', () => {
  const device = { FLYTE_CREDENTIALS_AUTH_MODE: 'deviceflow' }

  it('tells how a person would be asked, and each reason', async () => {
    const { verdict, found } = await stage.check('login-flow')
    expect(verdict).toBe('ok')
    const [way, reasons = ''] = found.split(': ')
    expect(way).toBe('a browser opens')
    expect(reasons.split('; ')).toEqual([
      'BROWSER names one',
      expect.stringMatching(/^there is (a|no) terminal/),
      'the authorization server has an authorization endpoint',
      'the authorization server has no device flow',
    ])
    expect(stage.admin.requestsTo('/oauth2/authorize')).toEqual([])
  })

  it('where nobody can be asked it is a warning that names client credentials', async () => {
    // CI, so that it does not matter whether somebody sits at these tests.
    const result = await stage.check('login-flow', { BROWSER: 'none', CI: 'true' })
    expect(result).toMatchObject({
      verdict: 'warning',
      found: expect.stringMatching(/^nobody can be asked to log in here: BROWSER is none; there is no terminal/),
      cure: expect.stringMatching(/^In CI and services .*FLYTE_CREDENTIALS_AUTH_MODE=basic/),
    })
  })

  it('by device it is well where the server has that, and else a fault', async () => {
    expect(await stage.check('login-flow', device)).toMatchObject({
      verdict: 'fault',
      found: 'the authorization server has no device flow',
      cure: expect.stringContaining('FLYTE_CREDENTIALS_AUTH_MODE=standard'),
    })
    await using provider = await startAuthorizationServer()
    await using external = await startDoctor({ auth: 'external', externalAuthServer: provider.issuer })
    const found = 'an address and a code are printed, for any device'
    expect(await external.check('login-flow', device)).toMatchObject({ verdict: 'ok', found })
    expect(provider.requestsTo('/device/auth')).toEqual([])
  })

  it('is the flow that the login chooses', async () => {
    const events: FlyteEvent[] = []
    const ending = new AbortController()
    const login = await createFlyteLogin({
      env: stage.env,
      login: { browser: () => ending.abort(), onUrl() {}, pasteFrom: false },
      onEvent: (event) => events.push(event),
    })
    await login.login({ signal: ending.signal }).catch(() => {})
    login.close()
    const chosen = events.find((event) => event.type === 'login.chosen')
    const { found } = await stage.check('login-flow')
    expect(chosen).toMatchObject({ flow: 'pkce' })
    // But for the browser, which this program starts itself.
    expect(found.split('; ').slice(1)).toEqual(chosen?.reasons.slice(1))
  })

  it('is skipped where nobody is asked', async () => {
    expect(await stage.check('login-flow', machine)).toMatchObject({
      verdict: 'skipped',
      found: expect.stringMatching(/^because nobody is asked with auth_mode basic/),
    })
  })
})

describe('callback-port', () => {
  it('a port that somebody has is a fault, which says who', async () => {
    const taken = await take(stage.callbackPort)
    const result = await stage.check('callback-port')
    await giveBack(taken)
    expect(result).toMatchObject({ verdict: 'fault' })
    expect(result.found).toMatch(process.platform === 'linux' ? /is taken by this process itself/ : /is taken/)
    expect(result.cure).toMatch(/FLYTE_CREDENTIALS_REDIRECT_URI/)
  })

  it('with another one that is free it is a warning', async () => {
    const taken = await take(stage.callbackPort)
    const result = await stage.check('callback-port', { FLYTE_CREDENTIALS_REDIRECT_URI: 'http://127.0.0.1:0/callback' })
    await giveBack(taken)
    expect(result).toMatchObject({ verdict: 'warning', found: expect.stringContaining('any free port will do') })
  })

  it('a redirect URI of another machine is a fault', async () => {
    const env = {
      FLYTE_CREDENTIALS_CLIENT_ID: 'own',
      FLYTE_CREDENTIALS_REDIRECT_URI: 'https://portal.example/callback',
    }
    const result = await stage.check('callback-port', env)
    expect(result).toMatchObject({ verdict: 'fault', found: expect.stringContaining('none of this machine') })
  })

  it('is skipped where no browser comes back', async () => {
    for (const mode of ['deviceflow', 'none'])
      expect(await stage.check('callback-port', { FLYTE_CREDENTIALS_AUTH_MODE: mode })).toMatchObject({
        verdict: 'skipped',
      })
  })

  it('leaves the port free', async () => {
    expect(await stage.check('callback-port')).toMatchObject({
      verdict: 'ok',
      found: `port ${stage.callbackPort} is free`,
    })
    await giveBack(await take(stage.callbackPort))
  })
})

describe('token-store', () => {
  it('without a keyring the file is used, which is a warning', async () => {
    const env = { ...stage.env, FLYTE_JS_TOKEN_STORE: '', DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' }
    const { stdout } = await runCli(['doctor', '--json'], env)
    const result = JSON.parse(stdout).checks.find(({ name }: { name: string }) => name === 'token-store')
    expect(result).toMatchObject({
      verdict: 'warning',
      found: expect.stringMatching(/file.*the keyring cannot be used/),
    })
    expect(result.cure).toMatch(/FLYTE_JS_TOKEN_STORE=file$/)
    const { stdout: only } = await runCli(['doctor', '--json'], { ...env, FLYTE_JS_TOKEN_STORE: 'keyring' })
    const alone = JSON.parse(only).checks.find(({ name }: { name: string }) => name === 'token-store')
    expect(alone).toMatchObject({ verdict: 'fault', found: expect.stringMatching(/keyring cannot be used/i) })
  })

  it.each<[string, Record<string, string>, string, RegExp]>([
    ['a word that is none', { FLYTE_JS_TOKEN_STORE: 'drawer' }, 'fault', /FLYTE_JS_TOKEN_STORE is none of/],
    ['a Redis that is not there', { FLYTE_JS_TOKEN_STORE: 'redis://localhost:1' }, 'fault', /./],
    ['memory in CI', { FLYTE_JS_TOKEN_STORE: '', CI: 'true' }, 'ok', /^memory/],
    ['a file by name', {}, 'ok', /^a file that only you can read$/],
    ['nothing to keep', { FLYTE_CREDENTIALS_AUTH_MODE: 'none' }, 'skipped', /nothing to keep/],
  ])('%s', async (_, env, verdict, found) => {
    const result = await stage.check('token-store', env)
    expect(result).toMatchObject({ verdict, found: expect.stringMatching(found) })
    if (verdict === 'fault') expect(result.cure).toMatch(/./)
  })

  it('a directory that is somebody else’s is a fault', async () => {
    const { HOME: home = '' } = stage.env
    mkdirSync(join(home, 'flyte-js'))
    symlinkSync('/tmp', join(home, 'flyte-js/tokens'))
    const result = await stage.check('token-store')
    expect(result).toMatchObject({ verdict: 'fault', cure: expect.stringMatching(/./) })
  })
})

describe('token', () => {
  const inTime = (milliseconds: number) => ({ accessToken: 'a', inTime: milliseconds })

  it.each([
    ['none', {}, 'warning', /nobody is logged in/],
    ['good, and then renewed', { ...inTime(600_900), refreshToken: 'r' }, 'ok', /^good for 10m, renewed by itself$/],
    ['good, and then over', inTime(600_900), 'ok', /^good for 10m, then a person has to log in again$/],
    ['good for nobody knows how long', { accessToken: 'a' }, 'ok', /until a server refuses it/],
    ['ended, and renewed', { ...inTime(-60_000), refreshToken: 'r' }, 'ok', /ended 1m ago; the next call renews it/],
    ['ended for good', inTime(-60_000), 'warning', /ended 1m ago, and cannot be renewed/],
  ])('%s', async (_, kept, verdict, found) => {
    const { inTime: left, ...tokenSet } = kept as { inTime?: number }
    if (Object.keys(kept).length > 0)
      await stage.keep({ ...tokenSet, ...(left !== undefined && { expiresAt: Date.now() + left }) })
    const result = await stage.check('token')
    expect(result).toMatchObject({ verdict, found: expect.stringMatching(found) })
    if (verdict === 'warning') {
      expect(result.cure).toBe('Log in with flyte-js login')
      expect(await stage.check('call')).toMatchObject({ verdict: 'skipped', found: 'because nobody is logged in' })
    }
  })

  it('that of a client is got by the first call', async () => {
    expect(await stage.check('token', machine)).toMatchObject({
      verdict: 'ok',
      found: expect.stringMatching(/none is kept/),
    })
  })

  it('a client without a secret is a fault', async () => {
    const { FLYTE_CREDENTIALS_CLIENT_SECRET: _, ...env } = machine
    const result = await stage.check('token', env)
    expect(result).toMatchObject({ verdict: 'fault', found: expect.stringContaining('client_secret is not set') })
    expect(result.cure).toMatch(/FLYTE_CREDENTIALS_CLIENT_SECRET/)
    expect(await stage.check('call', env)).toMatchObject({
      verdict: 'skipped',
      found: 'because there is no login to try',
    })
  })
})

describe('call', () => {
  it('is answered with the token that is kept', async () => {
    await stage.keep()
    expect(await stage.check('call')).toMatchObject({
      verdict: 'ok',
      found: expect.stringMatching(/^Flyte Admin.* answers \(\d+ ms\)$/),
    })
  })

  it('a token that is refused is a fault, and nobody is asked', async () => {
    await stage.keep({ accessToken: 'of-somebody-else' })
    const result = await stage.check('call')
    expect(result).toMatchObject({ verdict: 'fault' })
    expect(result.cure).toMatch(/flyte-js login/)
    expect(stage.admin.requestsTo('/oauth2/authorize')).toEqual([])
    expect(stage.admin.requestsTo('/api/v1/version').length).toBeLessThanOrEqual(2)
  })

  it.each(['standard', 'deviceflow'])(
    'so is a login that can be renewed no more (%s): nobody is asked',
    async (mode) => {
      await stage.keep({ accessToken: 'old', expiresAt: 1, refreshToken: 'nonsense' })
      // A browser is at hand, and is not started.
      const mark = join(stage.env.HOME ?? '', 'asked')
      const env = { FLYTE_CREDENTIALS_AUTH_MODE: mode, BROWSER: `touch ${mark}`, PATH: process.env.PATH ?? '' }
      const result = await stage.check('call', env)
      expect(existsSync(mark)).toBe(false)
      expect(result).toMatchObject({ verdict: 'fault', found: 'the login can be renewed no more' })
      expect(result.cure).toBe('Log in with flyte-js login')
    },
  )

  it.each([
    [
      'a secret that is refused',
      { ...machine, FLYTE_CREDENTIALS_CLIENT_SECRET: 'wrong' },
      /invalid_client|refuse/,
      /FLYTE_CREDENTIALS_CLIENT_SECRET/,
    ],
    [
      'a client without the scope',
      { ...machine, FLYTE_CREDENTIALS_CLIENT_ID: 'limited', FLYTE_CREDENTIALS_SCOPES: 'read' },
      /refuses the token \(HTTP 401\)/,
      /the scope that Flyte Admin wants/,
    ],
  ])('%s is a fault', async (_, env, found, cure) => {
    const result = await stage.check('call', env)
    expect(result).toMatchObject({ verdict: 'fault', found: expect.stringMatching(found) })
    expect(result.cure).toMatch(cure)
  })

  it('a server that fails is one, after one try', async () => {
    await stage.keep()
    stage.admin.fault('/api/v1/version', { kind: 'status', status: 503 })
    expect(await stage.check('call')).toMatchObject({ verdict: 'fault', found: expect.stringContaining('503') })
    expect(stage.admin.requestsTo('/api/v1/version')).toHaveLength(1)
  })
})

describe('cors', () => {
  const origin = 'https://app.example.com'
  const flag = ['--origin', origin]

  it.each<[string, Parameters<typeof startDoctor>[0], string, RegExp, RegExp]>([
    [
      'no CORS at all',
      {},
      'fault',
      /are not let in/,
      /allowCors .*true.*https:\/\/app\.example\.com into server\.security\.allowedOrigins/,
    ],
    [
      'another origin',
      { cors: { allowedOrigins: ['https://other.example'] } },
      'fault',
      /are not let in/,
      /allowedOrigins/,
    ],
    [
      'no header for the token',
      { cors: { allowedOrigins: [origin], allowedHeaders: ['Content-Type'] } },
      'fault',
      /may not send one of the headers content-type, flyte-authorization/,
      /content-type and flyte-authorization into server\.security\.allowedHeaders/,
    ],
    ['every origin', { cors: { allowedOrigins: ['*'] } }, 'warning', /every origin/, /in the place of \*/],
    [
      'this one',
      { cors: { allowedOrigins: [origin] } },
      'ok',
      /are let in, with content-type, flyte-authorization/,
      /^$/,
    ],
  ])('%s', async (_, options, verdict, found, cure) => {
    await using own = await startDoctor(options)
    const result = await own.check('cors', {}, flag)
    expect(result).toMatchObject({ verdict, found: expect.stringMatching(found) })
    expect(result.cure ?? '').toMatch(cure)
  })

  it('a header or an origin that the answer leaves out is a fault', async () => {
    const answer = (headers: Record<string, string>) =>
      stage.admin.answer(({ method }) => method === 'OPTIONS', { headers })
    answer({ 'access-control-allow-origin': origin, 'access-control-allow-headers': 'Content-Type' })
    expect(await stage.check('cors', {}, flag)).toMatchObject({
      verdict: 'fault',
      found: `pages of ${origin} may not send the headers flyte-authorization`,
    })
    answer({ 'access-control-allow-origin': 'https://other.example', 'access-control-allow-headers': '*' })
    expect(await stage.check('cors', {}, flag)).toMatchObject({
      verdict: 'fault',
      found: expect.stringContaining('only pages of https://other.example'),
    })
  })

  it('asks as a browser does, without a token', async () => {
    await stage.keep()
    await stage.check('cors', {}, flag)
    const [preflight, ...others] = stage.admin.requests.filter(({ method }) => method === 'OPTIONS')
    expect(others).toEqual([])
    expect(preflight?.headers).toMatchObject({
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,flyte-authorization',
    })
    expect(preflight?.headers).not.toHaveProperty('authorization')
  })
})

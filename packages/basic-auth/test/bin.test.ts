// The command as CI scripts run it: a process of its own, configured through the environment alone.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FlyteAdmin, startFlyteAdmin } from '@flyte-js/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { canaries } from '../../auth/test/canaries.js'
import { type Ended, runBin, runScript } from './run.js'
import { startTarget, type Target } from './target.js'

const directory = mkdtempSync(join(tmpdir(), 'flyte-basic-auth-'))
afterAll(() => rmSync(directory, { recursive: true }))

/** A failure as a CI log shows it: exit code 1, what to do on stderr, no stack trace and no secret anywhere. */
function expectFailure({ code, stdout, stderr }: Ended, ...says: (string | RegExp)[]): void {
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  for (const each of says) expect(stderr).toMatch(each)
  expect(stderr).toMatch(/^flyte-basic-auth: /)
  expect(stderr).not.toMatch(/^\s+at |node:internal|\.js:\d+/m)
  expect(stderr.length).toBeLessThan(1500)
  expect(stdout + stderr).not.toMatch(/canary/i)
}

describe('flyte-basic-auth', () => {
  let target: Target
  beforeAll(async () => {
    target = await startTarget()
  })
  afterAll(() => target[Symbol.asyncDispose]())

  it('token prints a token that Flyte Admin takes', async () => {
    const { code, stdout, stderr } = await runBin(['token'], target.env)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^\S+\n$/)
    const response = await fetch(`${target.url}/me`, { headers: { authorization: `Bearer ${stdout.trim()}` } })
    expect(response.status).toBe(200)
  })

  it('output that nobody hears any more is a failure without a stack trace', async () => {
    expect(await runBin(['token'], target.env, { isHeard: false })).toEqual({ code: 1, stdout: '', stderr: '' })
  })

  it('header prints one line for curl -H', async () => {
    const { code, stdout, stderr } = await runBin(['header'], target.env)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^authorization: Bearer \S+\n$/)
  })

  it('header has the configured name', async () => {
    const { stdout } = await runBin(['header'], {
      ...target.env,
      FLYTE_CREDENTIALS_AUTHORIZATION_METADATA_KEY: 'Flyte-Authorization',
    })
    expect(stdout).toMatch(/^flyte-authorization: Bearer \S+\n$/)
  })

  it('whoami prints what Flyte Admin says', async () => {
    const { code, stdout, stderr } = await runBin(['whoami'], target.env)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toHaveProperty('subject')
  })

  it('takes its settings through redirects, a file with a line break at its end included', async () => {
    const secretFile = join(directory, 'secret')
    writeFileSync(secretFile, `${target.clientSecret}\n`)
    const { code, stdout } = await runBin(['token'], {
      FLYTE_PLATFORM_URL_FROM_ENV_VAR: 'MY_FLYTE',
      MY_FLYTE: target.url,
      FLYTE_CREDENTIALS_CLIENT_ID_FROM_ENV_VAR: 'MY_ID',
      MY_ID: target.clientId,
      FLYTE_CREDENTIALS_CLIENT_SECRET_FROM_FILE: secretFile,
    })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^\S+\n$/)
  })

  it('says that a secret is wrong', async () => {
    const ended = await runBin(['token'], { ...target.env, FLYTE_CREDENTIALS_CLIENT_SECRET: canaries.secret })
    expectFailure(
      ended,
      'invalid_client',
      'FLYTE_CREDENTIALS_CLIENT_ID and FLYTE_CREDENTIALS_CLIENT_SECRET',
      'FLYTE_AUTH_GRANT_REFUSED',
    )
  })

  it('says that a scope is unknown', async () => {
    const ended = await runBin(['token'], { ...target.env, FLYTE_CREDENTIALS_SCOPES: 'nonsense' })
    expectFailure(ended, 'invalid_scope', 'Check FLYTE_CREDENTIALS_SCOPES')
  })

  it('says that an audience is not expected', async () => {
    const ended = await runBin(['token'], { ...target.env, FLYTE_CREDENTIALS_AUDIENCE: 'https://nowhere.example' })
    expectFailure(ended, 'invalid_request', 'FLYTE_CREDENTIALS_AUDIENCE')
  })

  it.each(['FLYTE_PLATFORM_URL', 'FLYTE_CREDENTIALS_CLIENT_ID', 'FLYTE_CREDENTIALS_CLIENT_SECRET'])(
    'says that %s is missing, and what else would do',
    async (name) => {
      const env: Record<string, string> = { ...target.env, FLYTE_CREDENTIALS_CLIENT_SECRET: canaries.secret }
      delete env[name]
      expectFailure(await runBin(['token'], env), `Set ${name}, or ${name}_FROM_ENV_VAR`, `${name}_FROM_FILE`)
    },
  )

  it('names the variable that a redirect leads to in vain', async () => {
    const { FLYTE_CREDENTIALS_CLIENT_SECRET: _, ...env } = target.env
    const ended = await runBin(['token'], { ...env, FLYTE_CREDENTIALS_CLIENT_SECRET_FROM_ENV_VAR: 'MY_CI_SECRET' })
    expectFailure(ended, 'FLYTE_CREDENTIALS_CLIENT_SECRET_FROM_ENV_VAR -> MY_CI_SECRET', 'is not set')
  })

  it('names the file that a redirect leads to in vain', async () => {
    const { FLYTE_CREDENTIALS_CLIENT_SECRET: _, ...env } = target.env
    const path = join(directory, 'not-there')
    const ended = await runBin(['token'], { ...env, FLYTE_CREDENTIALS_CLIENT_SECRET_FROM_FILE: path })
    expectFailure(ended, `FLYTE_CREDENTIALS_CLIENT_SECRET_FROM_FILE -> ${path}`)
  })

  it('does not print a secret that stands where its place belongs', async () => {
    const { FLYTE_CREDENTIALS_CLIENT_SECRET: _, ...env } = target.env
    for (const redirect of ['FROM_ENV_VAR', 'FROM_FILE']) {
      const name = `FLYTE_CREDENTIALS_CLIENT_SECRET_${redirect}`
      expectFailure(await runBin(['token'], { ...env, [name]: 'p@ss-canary word' }), name)
    }
  })

  it('says that nothing answers at the endpoint', async () => {
    const gone = await startFlyteAdmin()
    await gone.close()
    const ended = await runBin(['token'], {
      ...target.env,
      FLYTE_PLATFORM_URL: gone.url,
      FLYTE_CREDENTIALS_CLIENT_SECRET: canaries.secret,
    })
    expectFailure(ended, gone.url, 'ECONNREFUSED', 'FLYTE_PLATFORM_URL')
  })

  it('says that a token is not accepted for lack of a scope', async () => {
    await using embedded = await startFlyteAdmin({
      clients: [{ id: 'limited', secret: canaries.secret, scopes: ['read'] }],
    })
    const ended = await runBin(['whoami'], {
      FLYTE_PLATFORM_URL: embedded.url,
      FLYTE_CREDENTIALS_CLIENT_ID: 'limited',
      FLYTE_CREDENTIALS_CLIENT_SECRET: canaries.secret,
      FLYTE_CREDENTIALS_SCOPES: 'read',
    })
    expectFailure(ended, 'HTTP 401', 'FLYTE_CREDENTIALS_SCOPES', 'FLYTE_PLATFORM_URL')
    expect(embedded.requestsTo('/me')).toHaveLength(2)
  })

  it.each([['--help'], ['-h'], ['help']])('%s prints how it is used', async (word) => {
    const { code, stdout, stderr } = await runBin([word])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const each of ['token', 'header', 'whoami', 'FLYTE_PLATFORM_URL', '_FROM_ENV_VAR', '_FROM_FILE', 'Exit codes'])
      expect(stdout).toContain(each)
  })

  it.each([
    { parameters: [] },
    { parameters: ['login'] },
    { parameters: ['constructor'] },
    { parameters: ['token', '--client-secret=canary'] },
    { parameters: ['--client-secret=canary', 'token'] },
  ])('exits with 2 for $parameters, points at --help and repeats nothing', async ({ parameters }) => {
    const { code, stdout, stderr } = await runBin(parameters, target.env)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^flyte-basic-auth: .+ See flyte-basic-auth --help\n$/)
    expect(stderr).not.toContain('canary')
  })
})

describe('flyte-basic-auth before something else than a Flyte Admin', () => {
  let admin: FlyteAdmin
  let undo = () => {}
  beforeAll(async () => {
    admin = await startFlyteAdmin({ clients: [{ id: 'ci', secret: canaries.secret }] })
  })
  afterAll(() => admin.close())
  afterEach(() => undo())

  const env = () => ({
    FLYTE_PLATFORM_URL: admin.url,
    FLYTE_CREDENTIALS_CLIENT_ID: 'ci',
    FLYTE_CREDENTIALS_CLIENT_SECRET: canaries.secret,
  })
  const page = { headers: { 'content-type': 'text/html' }, body: '<!doctype html><p>canary' }
  const big = { headers: { 'content-type': 'application/json' }, body: `{"canary":"${'x'.repeat(4 << 20)}"}` }
  const cut = { headers: { 'content-type': 'application/json' }, body: '{"access_token":"canary-acc' }
  const places = {
    metadata: '/.well-known/oauth-authorization-server',
    'public client': '/config/v1/flyte_client',
    token: '/oauth2/token',
  }

  it.each(
    Object.entries(places).flatMap(([place, path]) => [
      { what: 'a page', place, path, answer: page, says: /HTML|content-type/i },
      { what: '4 MiB', place, path, answer: big, says: /more than 1048576 bytes/ },
      { what: 'cut JSON', place, path, answer: cut, says: /JSON/ },
      { what: 'an empty answer', place, path, answer: { body: '' }, says: /JSON|content-type/i },
      { what: 'HTTP 503', place, path, answer: { status: 503, body: 'canary' }, says: /HTTP 503/ },
    ]),
  )('says what to do about $what in place of the $place', async ({ path, answer, says }) => {
    undo = admin.answer(path, answer)
    expectFailure(await runBin(['token'], env()), admin.url + path, says, /Check that/)
  })

  it.each([
    ['a page', page],
    ['HTTP 500', { status: 500, body: 'canary' }],
    ['nothing', { status: 404 }],
  ])('says what to do about %s in place of the person', async (_, answer) => {
    undo = admin.answer('/me', answer)
    expectFailure(await runBin(['whoami'], env()), `${admin.url}/me`, 'FLYTE_PLATFORM_URL')
  })

  it('never shows a token that is not accepted, or a secret that is echoed', async () => {
    const token = { body: { access_token: canaries.accessToken, token_type: 'Bearer' } }
    const takeBack = admin.answer('/oauth2/token', token)
    undo = admin.answer('/me', ({ headers }) => ({ status: 403, body: { message: headers.authorization } }))
    expectFailure(await runBin(['whoami'], env()), 'HTTP 403')
    takeBack()
    undo()
    undo = admin.answer('/oauth2/token', ({ headers }) => ({
      status: 400,
      body: { error: 'invalid_request', error_description: `${canaries.secret} ${headers.authorization}` },
    }))
    expectFailure(await runBin(['token'], env()), 'withheld')
  })
})

describe('what the environment does not say comes from the configuration file', () => {
  let target: Target
  let home: string
  beforeAll(async () => {
    target = await startTarget()
    home = join(directory, 'home')
    mkdirSync(join(home, '.flyte'), { recursive: true })
    const secret = join(home, 'secret')
    writeFileSync(secret, `${target.clientSecret}\n`)
    const yaml = [
      'admin:',
      `  endpoint: ${target.url}`,
      `  clientId: ${JSON.stringify(target.clientId)}`,
      `  clientSecretLocation: ${JSON.stringify(secret)}`,
    ]
    writeFileSync(join(home, '.flyte/config.yaml'), yaml.join('\n'))
    writeFileSync(join(home, '.flyte/config.ci.yaml'), yaml.slice(0, 3).join('\n'))
  })
  afterAll(() => target[Symbol.asyncDispose]())

  it('with the secret in a file', async () => {
    const { code, stdout, stderr } = await runBin(['token'], { HOME: home })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^ey\S+\n$/)
  })

  it('of a profile, with the secret in a variable', async () => {
    const env = {
      HOME: home,
      FLYTE_PROFILE: 'ci',
      FLYTE_CREDENTIALS_CLIENT_SECRET_ENV_VAR: 'CI_SECRET',
      CI_SECRET: target.clientSecret,
    }
    expect(await runBin(['token'], env)).toMatchObject({ code: 0, stderr: '' })
  })

  it('and the environment wins over it', async () => {
    const env = { HOME: home, FLYTE_CREDENTIALS_CLIENT_ID: 'nobody-of-that-name' }
    expectFailure(await runBin(['token'], env), 'invalid_client')
  })

  it('where a variable with the secret is not set, that is said', async () => {
    const env = { HOME: home, FLYTE_PROFILE: 'ci', FLYTE_CREDENTIALS_CLIENT_SECRET_ENV_VAR: 'CI_SECRET' }
    expectFailure(await runBin(['token'], env), 'CI_SECRET (not set)')
  })

  it('where it is broken, its line is named', async () => {
    writeFileSync(join(home, 'broken.yaml'), 'admin:\n  clientSecret: "canary\n')
    expectFailure(
      await runBin(['token'], { FLYTECTL_CONFIG: join(home, 'broken.yaml') }),
      /broken\.yaml line \d+, column/,
    )
  })

  it('where the profile is not there, the others are', async () => {
    expectFailure(await runBin(['token'], { HOME: home, FLYTE_PROFILE: 'none' }), 'There are: ci')
  })

  it('where FLYTECTL_CONFIG is not there, that is a warning', async () => {
    const env = { HOME: home, FLYTECTL_CONFIG: '/no/such.yaml' }
    const { code, stderr } = await runBin(['token'], env)
    expect(code).toBe(0)
    expect(stderr).toContain('FlyteConfigWarning: FLYTECTL_CONFIG names no file that is there')
  })
})

describe('a script with basicAuth', () => {
  it('has the header by its name, with nothing but the environment', async () => {
    await using target = await startTarget()
    const script =
      "import('@flyte-js/basic-auth/node').then(async m => console.log(Object.keys(await (await m.basicAuth()).headers())))"
    const { code, stdout, stderr } = await runScript(script, target.env)
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "[ 'authorization' ]\n", stderr: '' })
  })

  it('ends by itself, though answers were refused, redirected and left unread', async () => {
    await using admin = await startFlyteAdmin()
    admin.answer('/api/v1/projects', { status: 401, body: 'x'.repeat(1 << 20) }, 1)
    admin.answer('/old', { status: 302, headers: { location: '/api/v1/version' }, body: 'x'.repeat(1 << 20) })
    const script = `
      import { basicAuth } from '@flyte-js/basic-auth/node'
      const auth = await basicAuth()
      for (const path of ['/api/v1/projects', '/old']) {
        const response = await auth.fetch(path)
        await response.text()
        console.log(response.status)
      }`
    const { code, stdout, stderr } = await runScript(script, {
      FLYTE_PLATFORM_URL: admin.url,
      FLYTE_CREDENTIALS_CLIENT_ID: 'flytepropeller',
      FLYTE_CREDENTIALS_CLIENT_SECRET: 'short-secret',
    })
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '200\n200\n', stderr: '' })
  })

  it("never asks by Node's own fetch, which would slow its start", async () => {
    await using target = await startTarget()
    const script = `
      import { basicAuth } from '@flyte-js/basic-auth/node'
      globalThis.fetch = () => { throw new Error('global fetch') }
      console.log((await (await basicAuth()).fetch('/api/v1/projects')).status)`
    expect(await runScript(script, target.env)).toEqual({ code: 0, stdout: '200\n', stderr: '' })
  })
})

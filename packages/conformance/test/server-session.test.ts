import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import {
  type AuthorizationServer,
  createUserAgent,
  type FlyteAdmin,
  startAuthorizationServer,
  startFlyteAdmin,
} from '@flyte-js/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../../pkce-auth/test/loopback.js'
import { root, run } from './run.js'

const clientSecret = 'canary-of-the-secret'
const cookieKey = randomBytes(32).toString('base64url')
let origin: string
let provider: AuthorizationServer
let admin: FlyteAdmin

beforeAll(async () => {
  origin = `http://localhost:${await freePort()}`
  const grantTypes = ['authorization_code', 'refresh_token']
  provider = await startAuthorizationServer({
    clients: [{ id: 'portal', secret: clientSecret, grantTypes, redirectUris: [`${origin}/callback`] }],
  })
  admin = await startFlyteAdmin({
    auth: 'external',
    externalAuthServer: provider.issuer,
    allowedAudience: [provider.issuer],
  })
})
afterAll(() => Promise.all([provider.close(), admin.close()]))

/** Starts an example as a user does, and waits until it says that it listens. */
async function start(name: string): Promise<{ child: ChildProcess; said: string[] }> {
  const env = {
    PATH: process.env.PATH ?? '',
    FLYTE_URL: admin.url,
    OIDC_ISSUER: provider.issuer,
    CLIENT_ID: 'portal',
    CLIENT_SECRET: clientSecret,
    REDIRECT_URI: `${origin}/callback`,
    COOKIE_KEYS: cookieKey,
    PORT: new URL(origin).port,
  }
  const child = spawn(process.execPath, [join(root, 'examples/server-session', name)], { env, stdio: 'pipe' })
  const said: string[] = []
  const listens = new Promise<void>((resolve, reject) => {
    const hear = (text: string) => {
      said.push(text)
      if (text.includes('Open http')) resolve()
    }
    child.stdout.setEncoding('utf8').on('data', hear)
    child.stderr.setEncoding('utf8').on('data', hear)
    child.once('exit', () => reject(new Error(said.join(''))))
  })
  await listens
  return { child, said }
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill()
  await ended
}

describe.each(['hono.mjs', 'express.mjs'])('examples/server-session/%s', (name) => {
  let example: Awaited<ReturnType<typeof start>>
  beforeAll(async () => {
    example = await start(name)
    admin.clearRequests()
  })
  afterAll(() => stop(example.child))
  const browser = createUserAgent()
  const send = (path: string, init: RequestInit = {}) => browser.request(`${origin}${path}`, init)
  const own = () => ({ method: 'POST', headers: { origin } })

  test('lets nobody see Flyte Admin who is not logged in', async () => {
    expect(await (await send('/whoami')).json()).toBeNull()
    const refused = await send('/api/v1/projects')
    expect([refused.status, await refused.text()]).toEqual([401, '{"code":"FLYTE_AUTH_LOGGED_OUT"}'])
    expect(admin.requests).toEqual([])
  })

  test('logs a person in, whose page then asks Flyte Admin', async () => {
    expect(await (await send('/')).text()).toContain("fetch('/api/v1/projects'")
    const begun = await send('/login?redirect_url=/', own())
    expect(begun.status).toBe(303)
    const home = await browser.followRedirects(begun.headers.get('location') as string)
    expect(home.href).toBe(`${origin}/`)
    expect(await (await send('/whoami')).json()).toMatchObject({ subject: 'user-1', name: 'Test User' })
    const answer = await send('/api/v1/projects', { headers: { accept: 'application/json' } })
    const { projects } = await answer.json()
    expect(projects.map(({ id }: { id: string }) => id)).toContain('flytesnacks')
    expect(admin.requestsTo('/api/v1/projects')[0]?.headers.authorization).toMatch(/^Bearer /)
  })

  test('hands a body on', async () => {
    const body = JSON.stringify({ project: { id: name.replace('.mjs', ''), name: 'An example' } })
    const headers = { origin, 'content-type': 'application/json' }
    expect((await send('/api/v1/projects', { method: 'POST', headers, body })).status).toBe(200)
  })

  test('lets no other page change anything, and no link log anybody in or out', async () => {
    admin.clearRequests()
    const foreign = { method: 'POST', headers: { origin: 'https://evil.example.com' } }
    for (const path of ['/api/v1/projects', '/login', '/logout']) expect((await send(path, foreign)).status).toBe(403)
    for (const path of ['/login', '/logout']) expect((await send(path)).status).toBe(405)
    expect(admin.requests).toEqual([])
    expect(await (await send('/whoami')).json()).not.toBeNull()
  })

  test('logs the person out', async () => {
    expect((await send('/logout', own())).status).toBe(303)
    expect(await (await send('/whoami')).json()).toBeNull()
    expect((await send('/api/v1/projects')).status).toBe(401)
  })

  test('says what happens, and no secret', () => {
    const all = example.said.join('')
    expect(all).toContain('"type":"session.started"')
    expect(all).not.toMatch(/canary|eyJ/)
    expect(all).not.toContain(cookieKey)
  })
})

test('without its settings it says which one is missing', async () => {
  const { code, stderr } = await run(process.execPath, [join(root, 'examples/server-session/hono.mjs')])
  expect(code).toBe(1)
  expect(stderr).toContain('OIDC_ISSUER is not set: see README.md')
})

test('all examples type-check, those for Next.js too', { timeout: 60_000 }, async () => {
  const tsc = join(root, 'node_modules/.bin/tsc')
  const { code, stdout } = await run(tsc, ['--noEmit', '--project', join(root, 'examples'), '--pretty', 'false'])
  expect(stdout).toBe('')
  expect(code).toBe(0)
})

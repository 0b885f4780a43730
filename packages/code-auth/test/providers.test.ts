// The portal at every kind of server, on node:http, with a browser that is asked nothing: the whole way of a session.
import type { AuthorizationServerClient } from '@flyte-js/testing'
import { afterEach, describe, expect, it } from 'vitest'
import {
  type AdminStage,
  type ProviderStage,
  type ProviderStageOptions,
  type Stage,
  secret,
  startAdminStage,
  startProviderStage,
} from './stage.js'
import type { PortalOptions } from './start-portal.js'
import { visit } from './visit.js'

const projects = ['flyteexamples', 'flytesnacks', 'flytetester']

let stages: Stage[] = []
afterEach(async () => {
  await Promise.all(stages.map((stage) => stage.close()))
  stages = []
})

/** At a provider that asks nobody. */
async function atProvider(
  portal: Partial<PortalOptions> = {},
  client: Partial<AuthorizationServerClient> = {},
  options: Pick<ProviderStageOptions, 'isNamedByAdmin'> = {},
): Promise<ProviderStage> {
  const provider = { asksPerson: false }
  const stage = await startProviderStage({ portal, client: () => client, provider, ...options })
  stages.push(stage)
  return stage
}

async function atAdmin(...setUp: Parameters<typeof startAdminStage>): Promise<AdminStage> {
  const stage = await startAdminStage(...setUp)
  stages.push(stage)
  return stage
}

describe.each<[client: string, start: () => Promise<Stage>]>([
  ['without PKCE and with a secret', () => atProvider()],
  ['that is sent no challenge', () => atProvider({ pkce: false })],
  ['that must use PKCE', () => atProvider({}, { requirePkce: true })],
  [
    'that sends its secret in the form',
    () => atProvider({ clientAuthentication: 'client_secret_post' }, { tokenEndpointAuthMethod: 'client_secret_post' }),
  ],
  ['of the server that Flyte Admin names', () => atProvider({}, {}, { isNamedByAdmin: true })],
  ['of Flyte Admin itself', () => atAdmin()],
  ['of Flyte Admin itself that is sent no challenge', () => atAdmin({ pkce: false })],
  [
    'of Flyte Admin itself that sends its secret in the form',
    () => atAdmin({ clientAuthentication: 'client_secret_post' }),
  ],
])('a client %s', (_, start) => {
  it('signs people in, calls Flyte Admin, renews once for 50, and signs them out for good', async () => {
    const stage = await start()
    const { origin } = stage
    const { signIn, signOut, callAdmin, callAdminAtOnce, page, lastCookie } = visit(stage)
    expect((await signIn()).href).toBe(`${origin}/projects`)
    expect(await page()).toContain('<h1>Test User</h1>')
    const { projects: found } = (await (await callAdmin()).json()) as { projects: { id: string }[] }
    expect(found.map(({ id }) => id)).toEqual(expect.arrayContaining(projects))
    expect(stage.refreshes()).toBe(0)

    await stage.endTokens()
    expect(await callAdminAtOnce(50)).toEqual(Array(50).fill(200))
    expect(stage.refreshes()).toBe(1)
    // And once more, with what the renewal has brought.
    await stage.endTokens()
    expect((await callAdmin()).status).toBe(200)
    expect(stage.refreshes()).toBe(2)

    const old = lastCookie()
    expect((await signOut()).status).toBe(303)
    expect(await page()).toContain('Nobody is signed in.')
    // What Flyte Admin and the provider keep at this host is no session of ours.
    expect(lastCookie()).not.toContain('flyte-js')
    expect((await callAdmin()).status).toBe(401)
    const refused = await fetch(`${origin}/api/v1/projects`, { headers: { cookie: old } })
    expect([refused.status, await refused.json()]).toEqual([401, { code: 'FLYTE_AUTH_LOGGED_OUT' }])
    expect(stage.instances[0]?.events.map(({ type }) => type)).toEqual([
      'discovery.completed',
      'session.started',
      'token.refreshed',
      'token.refreshed',
      'session.ended',
      'session.refused',
      'session.refused',
    ])
  })
})

describe('what the provider is sent', () => {
  const formEncoded = (text: string) => new URLSearchParams({ text }).toString().slice('text='.length)

  async function sentBy(...setUp: Parameters<typeof atProvider>) {
    const stage = await atProvider(...setUp)
    await visit(stage).signIn()
    const [asked] = stage.provider.requestsTo('/auth')
    const [exchange] = stage.provider.requestsTo('/token')
    return { stage, asked: asked?.query, headers: exchange?.headers, form: new URLSearchParams(exchange?.body) }
  }

  it('is a challenge, a nonce and a state of 256 bits, and the form-encoded secret', async () => {
    const { stage, asked, headers, form } = await sentBy()
    expect(Object.fromEntries(asked ?? [])).toEqual({
      response_type: 'code',
      client_id: 'portal',
      redirect_uri: `${stage.origin}/callback`,
      scope: 'openid profile email all offline_access',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
    })
    expect(headers?.authorization).toBe(`Basic ${btoa(`portal:${formEncoded(secret)}`)}`)
    expect([...form.keys()].sort()).toEqual(['code', 'code_verifier', 'grant_type', 'redirect_uri'])
  })

  it('is neither challenge nor verifier with pkce: false', async () => {
    const { asked, form } = await sentBy({ pkce: false })
    expect([...(asked?.keys() ?? [])].filter((name) => name.startsWith('code_'))).toEqual([])
    expect(asked?.get('nonce')).toMatch(/^[\w-]{43}$/)
    expect([...form.keys()].sort()).toEqual(['code', 'grant_type', 'redirect_uri'])
  })

  it('is the secret in the form alone with client_secret_post', async () => {
    const setUp = { clientAuthentication: 'client_secret_post' } as const
    const { headers, form } = await sentBy(setUp, { tokenEndpointAuthMethod: 'client_secret_post' })
    expect(headers).not.toHaveProperty('authorization')
    expect([form.get('client_id'), form.get('client_secret')]).toEqual(['portal', secret])
  })
})

describe('a portal that is set up wrongly', () => {
  it.each([
    ['leaves PKCE out where it is required', { pkce: false }, { requirePkce: true }],
    ['has another secret', { clientSecret: 'a canary of a secret' }, {}],
  ])('%s: the login ends with a status and a code', async (_, portal, client) => {
    const stage = await atProvider(portal, client)
    const { signIn, page } = visit(stage)
    const failure = await signIn().then(String, (error: Error) => error.message)
    expect(failure).toMatch(/\/callback with (400|401|403|500|502): \{"code":"FLYTE_AUTH_\w+"\}$/)
    expect(await page()).toContain('Nobody is signed in.')
    const events = stage.instances[0]?.events ?? []
    expect(events.at(-1)).toMatchObject({ type: 'session.refused', operation: 'callback' })
    expect(JSON.stringify(events)).not.toMatch(/canary|p@ss/)
  })
})

describe('a refresh token that has ended', () => {
  it.each<[string, () => Promise<[Stage, end: () => void]>]>([
    [
      'at the provider, which says invalid_grant',
      async () => {
        const stage = await atProvider()
        return [stage, () => stage.provider.answer('/token', { status: 400, body: { error: 'invalid_grant' } }, 1)]
      },
    ],
    [
      "at Flyte Admin's own server, which says HTTP 500",
      async () => {
        const stage = await atAdmin({}, { isEmbedded: true })
        return [stage, () => stage.embedded?.advance(2 * 3_600_000)]
      },
    ],
  ])('%s: all who wait get 401, and a page nobody', async (_, start) => {
    const [stage, end] = await start()
    const { signIn, callAdmin, callAdminAtOnce, page } = visit(stage)
    await signIn()
    expect((await callAdmin()).status).toBe(200)
    end()
    await stage.endTokens()
    expect(await callAdminAtOnce(50)).toEqual(Array(50).fill(401))
    expect(await (await callAdmin()).json()).toEqual({ code: 'FLYTE_AUTH_LOGGED_OUT' })
    expect(await page()).toContain('Nobody is signed in.')
    expect(stage.refreshes()).toBe(1)
    // A login is not far, and not begun by itself.
    await signIn()
    expect(await page()).toContain('<h1>Test User</h1>')
  })
})

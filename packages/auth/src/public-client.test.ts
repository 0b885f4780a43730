import { createTestClock, type FlyteAdmin, startAuthorizationServer, startFlyteAdmin } from '@flyte-js/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { publicClient } from './public-client.js'
import { publicClientGrant } from './public-client-grant.js'

let admin: FlyteAdmin
beforeAll(async () => {
  admin = await startFlyteAdmin()
})
afterAll(() => admin.close())
afterEach(() => admin.clearRequests())

const paths = () => admin.requests.map(({ path }) => path).sort()
const documents = ['/.well-known/oauth-authorization-server', '/config/v1/flyte_client']

describe('a public client', () => {
  it('is who Flyte Admin says it is', async () => {
    const client = await publicClient({ endpoint: admin.url }).find({})
    expect(client).toMatchObject({
      clientId: 'flytectl',
      redirectUri: 'http://localhost:53593/callback',
      scopes: ['all', 'offline'],
      isFlyteAdmin: true,
    })
    expect(client).not.toHaveProperty('audience')
    expect(client.server.token_endpoint).toBe(`${admin.url}/oauth2/token`)
  })

  it('is who it was told to be', async () => {
    const finder = publicClient({ endpoint: admin.url, clientId: 'mine', scopes: ['read'], audience: 'here' })
    expect(await finder.find({})).toMatchObject({ clientId: 'mine', scopes: ['read'], audience: 'here' })
  })

  it('asks for a refresh token where one is wanted, or not', async () => {
    const finder = publicClient({ endpoint: admin.url })
    expect(await finder.find({ offline: false })).toMatchObject({ scopes: ['all'] })
    expect(await finder.find({ offline: true })).toMatchObject({ scopes: ['all', 'offline'] })
    await expect(
      publicClient({ endpoint: admin.url, scopes: ['offline'] }).find({ offline: false }),
    ).rejects.toMatchObject({ code: 'FLYTE_INVALID_ARGUMENT' })
  })

  it('takes the audience that is advertised', async () => {
    await using other = await startFlyteAdmin({ publicClient: { audience: 'https://audience.example' } })
    expect(await publicClient({ endpoint: other.url }).find({})).toMatchObject({ audience: 'https://audience.example' })
  })

  it('asks nobody before it is needed, and once', async () => {
    const finder = publicClient({ endpoint: admin.url })
    expect(admin.requests).toEqual([])
    await finder.find({})
    await finder.find({})
    await finder.findIdentity({})
    expect(paths()).toEqual(documents)
    finder.forget()
    await finder.find({})
    expect(paths()).toEqual([...documents, ...documents].sort())
  })

  it('needs no word of Flyte Admin for a token request where it has an id', async () => {
    expect(await publicClient({ endpoint: admin.url, clientId: 'mine' }).findIdentity({})).toMatchObject({
      clientId: 'mine',
    })
    expect(paths()).toEqual([documents[0]])
  })

  it('takes an authorization server that was given', async () => {
    const authorizationServer = { issuer: 'https://login.example.com' }
    for (const given of [authorizationServer, async () => authorizationServer]) {
      const finder = publicClient({ endpoint: admin.url, authorizationServer: given })
      expect(await finder.find({})).toMatchObject({ server: authorizationServer, isFlyteAdmin: false })
    }
    expect(paths()).toEqual([documents[1], documents[1]])
  })

  it('says what to do where nobody names an id', async () => {
    await using nameless = await startFlyteAdmin({ publicClient: { clientId: '' } })
    await expect(publicClient({ endpoint: nameless.url }).find({})).rejects.toMatchObject({
      code: 'FLYTE_AUTH_DISCOVERY_FAILED',
      message: expect.stringMatching(/flyteClient.*FLYTE_CREDENTIALS_CLIENT_ID/),
    })
  })
})

describe('the grant of a public client', () => {
  const clock = createTestClock(Date.now())

  it('hands over who it is, and forgets that after a failure', async () => {
    const seen: string[] = []
    const grant = publicClientGrant(
      { endpoint: admin.url },
      {
        type: 'authorization_code',
        logIn: async (findClient) => {
          const { clientId } = await findClient()
          seen.push(clientId)
          throw new Error('refused')
        },
      },
    )
    expect(grant).toMatchObject({ type: 'authorization_code', interactive: true })
    await expect(grant.acquire({ clock })).rejects.toThrow('refused')
    await expect(grant.acquire({ clock })).rejects.toThrow('refused')
    expect(seen).toEqual(['flytectl', 'flytectl'])
    expect(paths()).toEqual([...documents, ...documents].sort())
  })

  it('renews and revokes with the id in the body and no header of its own', async () => {
    await using issuer = await startAuthorizationServer()
    await using relay = await startFlyteAdmin({ auth: 'external', externalAuthServer: issuer.issuer })
    const grant = publicClientGrant(
      { endpoint: relay.url },
      { type: 'authorization_code', logIn: () => Promise.reject(new Error('nobody is asked')) },
    )
    const refreshToken = await issuer.issueRefreshToken()
    const login = { accessToken: 'ended', tokenType: 'bearer', refreshToken, issuer: issuer.issuer }
    const renewed = await grant.refresh?.(login, { clock })
    expect(renewed?.refreshToken).toEqual(expect.not.stringMatching(refreshToken))
    const [request] = issuer.requestsTo('/token')
    expect(new URLSearchParams(request?.body).get('client_id')).toBe('flytectl')
    expect(request?.headers).not.toHaveProperty('authorization')
    expect(await grant.revoke?.(renewed as typeof login, { clock })).toBe(true)
    expect(new URLSearchParams(issuer.requestsTo('/token/revocation')[0]?.body).get('client_id')).toBe('flytectl')
    await expect(grant.refresh?.(renewed as typeof login, { clock })).rejects.toMatchObject({
      oauthError: 'invalid_grant',
    })
  })
})

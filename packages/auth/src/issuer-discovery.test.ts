import { AuthError, type FlyteEvent } from '@flyte-js/core'
import { type AuthorizationServer, startAuthorizationServer } from '@flyte-js/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { discoverIssuer } from './issuer-discovery.js'

const openId = '/.well-known/openid-configuration'
const rfc8414 = '/.well-known/oauth-authorization-server'

let server: AuthorizationServer
beforeAll(async () => {
  server = await startAuthorizationServer()
})
afterAll(() => server.close())

let undo: (() => void)[] = []
afterEach(() => {
  for (const each of undo) each()
  undo = []
  server.clearRequests()
})
const answer = (...given: Parameters<AuthorizationServer['answer']>) => undo.push(server.answer(...given))

const failure = async (issuer: string): Promise<AuthError> => {
  const error = await discoverIssuer({ issuer }).catch((caught: unknown) => caught)
  if (!AuthError.isInstance(error)) throw new Error('no AuthError')
  return error
}

describe('discovery of an issuer', () => {
  it('asks for the document of OpenID Connect, and for nothing else where there is one', async () => {
    const events: FlyteEvent[] = []
    const found = await discoverIssuer({ issuer: server.issuer, onEvent: (event) => events.push(event) })
    expect(found).toMatchObject({ issuer: server.issuer, token_endpoint: `${server.issuer}/token` })
    expect(Object.isFrozen(found)).toBe(true)
    expect(server.requests.map(({ url }) => url)).toEqual([openId])
    expect(events).toMatchObject([{ type: 'discovery.completed', issuer: `${server.issuer}/` }])
  })

  it('falls back to that of RFC 8414, with the path of the issuer in the middle', async () => {
    const issuer = `${server.issuer}/realms/flyte`
    answer(`${rfc8414}/realms/flyte`, { body: { issuer, token_endpoint: `${issuer}/token` } })
    expect(await discoverIssuer({ issuer })).toMatchObject({ issuer, token_endpoint: `${issuer}/token` })
    expect(server.requests.map(({ url }) => url)).toEqual([`/realms/flyte${openId}`, `${rfc8414}/realms/flyte`])
  })

  it('takes an issuer with a slash at its end as the server writes it', async () => {
    answer(openId, { body: { issuer: `${server.issuer}/`, token_endpoint: `${server.issuer}/token` } })
    expect((await discoverIssuer({ issuer: server.issuer })).issuer).toBe(`${server.issuer}/`)
  })

  it('refuses the metadata of another issuer, and looks no further', async () => {
    answer(openId, { body: { issuer: 'https://evil.example.com', token_endpoint: 'https://evil.example.com/token' } })
    expect(await failure(server.issuer)).toMatchObject({
      code: 'FLYTE_AUTH_ISSUER_MISMATCH',
      message: expect.stringContaining('https://evil.example.com'),
    })
    expect(server.requests).toHaveLength(1)
  })

  it('follows no redirect, and says what was wrong with the first place', async () => {
    answer(openId, { status: 302, headers: { location: 'https://evil.example.com/' } })
    answer(rfc8414, { status: 404 })
    expect(await failure(server.issuer)).toMatchObject({
      code: 'FLYTE_AUTH_DISCOVERY_FAILED',
      message: `${server.issuer}${openId} answered with HTTP 302. Check that issuer is the one of an OpenID provider, or of a server with RFC 8414 metadata`,
    })
  })

  it('refuses plain text, the issuer’s and that of an endpoint', async () => {
    expect((await failure('http://login.example.com')).code).toBe('FLYTE_AUTH_INSECURE_ENDPOINT')
    answer(openId, { body: { issuer: server.issuer, token_endpoint: 'http://login.example.com/token' } })
    expect((await failure(server.issuer)).code).toBe('FLYTE_AUTH_INSECURE_ENDPOINT')
    expect(await discoverIssuer({ issuer: server.issuer, insecure: true })).toMatchObject({
      token_endpoint: 'http://login.example.com/token',
    })
    expect((await failure('nonsense')).code).toBe('FLYTE_INVALID_ARGUMENT')
  })

  it('ends by a signal, with its reason', async () => {
    const reason = new Error('enough')
    const signal = AbortSignal.abort(reason)
    await expect(discoverIssuer({ issuer: server.issuer, signal })).rejects.toBe(reason)
  })
})

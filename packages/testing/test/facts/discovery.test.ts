import { describe, expect, test } from 'vitest'
import { claimsOf, snakeCase, useExternalTarget, useTarget } from './target.js'

const metadataPath = '/.well-known/oauth-authorization-server'

describe('without authorized URIs', () => {
  const target = useTarget('https')

  test('fact 15: every advertised URL and the audience are https, even on a plain-HTTP server', async () => {
    const https = target.url.replace('http:', 'https:')
    const metadata = await target.send(metadataPath, { headers: snakeCase })
    expect(metadata.json()).toMatchObject({
      issuer: https,
      token_endpoint: `${https}/oauth2/token`,
      jwks_uri: `${https}/oauth2/jwks`,
    })
    const token = await target.token()
    expect(claimsOf(token).aud).toEqual([https])
    expect((await target.call('GET', '/api/v1/projects')).status).toBe(200)
  })
})

describe('with its own OAuth server', () => {
  const target = useTarget()

  test('fact 16: a token got through localhost is refused at 127.0.0.1', async () => {
    const headers = { authorization: `Bearer ${await target.token()}` }
    const refused = await target.send('/me', { headers, host: '127.0.0.1' })
    expect(refused.status).toBe(401)
    expect(refused.json<{ message: string }>().message).toMatch(
      /access token err: invalid audience \[&\{\[http:\/\/localhost:\d+\] {3}\d{4}-.* \+0000 UTC .*\}\], wanted \[map\[http:\/\/127\.0\.0\.1:\d+:\{\}\]\], access token err/,
    )
    const metadata = await target.send(metadataPath, { headers: snakeCase, host: '127.0.0.1' })
    expect(metadata.json<{ issuer: string }>().issuer).toBe(target.url.replace('localhost', '127.0.0.1'))
  })

  test('fact 17: OpenID discovery is a 303 to the identity provider', async () => {
    const answer = await target.send('/.well-known/openid-configuration')
    expect(answer.status).toBe(303)
    const { location } = answer.headers
    expect(location).toMatch(/^http:\/\/localhost:\d+\/\.well-known\/openid-configuration$/)
    expect(answer.text).toBe(`<a href="${location}">See Other</a>.\n\n`)
    expect(location).not.toContain(target.url)
  })

  test('fact 18: the metadata lists all only, the client config all and offline; absent endpoints are empty', async () => {
    const metadata = await target.send(metadataPath, { headers: snakeCase })
    expect(metadata.json()).toEqual({
      issuer: target.url,
      authorization_endpoint: `${target.url}/oauth2/authorize`,
      token_endpoint: `${target.url}/oauth2/token`,
      response_types_supported: ['code', 'token', 'code token'],
      scopes_supported: ['all'],
      token_endpoint_auth_methods_supported: ['client_secret_basic'],
      jwks_uri: `${target.url}/oauth2/jwks`,
      code_challenge_methods_supported: ['S256'],
      grant_types_supported: ['client_credentials', 'refresh_token', 'authorization_code'],
      device_authorization_endpoint: '',
    })
    const config = await target.send('/config/v1/flyte_client', { headers: snakeCase })
    expect(config.json()).toEqual({
      client_id: 'flytectl',
      redirect_uri: 'http://localhost:53593/callback',
      scopes: ['all', 'offline'],
      authorization_metadata_key: 'flyte-authorization',
      service_http_endpoint: '',
      audience: '',
    })
  })
})

describe('with an external authorization server', () => {
  const target = useExternalTarget()

  test('fact 19: the metadata is relayed and cut, there is no token endpoint, tokens need scp with all', async () => {
    const metadata = await target.send(metadataPath, { headers: snakeCase })
    const relayed = metadata.json<{ issuer: string; device_authorization_endpoint: string }>()
    expect(Object.keys(relayed)).toEqual([
      'issuer',
      'authorization_endpoint',
      'token_endpoint',
      'response_types_supported',
      'scopes_supported',
      'token_endpoint_auth_methods_supported',
      'jwks_uri',
      'code_challenge_methods_supported',
      'grant_types_supported',
      'device_authorization_endpoint',
    ])
    expect(relayed.issuer).not.toBe(target.url)
    expect(relayed.device_authorization_endpoint).toBe(`${relayed.issuer}/device/auth`)
    expect((await target.requestToken({ grant_type: 'client_credentials' })).status).toBe(404)

    const me = async (scope?: string) =>
      target.send('/me', { headers: { ...snakeCase, authorization: `Bearer ${await target.issuerToken(scope)}` } })
    const accepted = await me('all')
    expect(accepted.status).toBe(200)
    expect(accepted.json()).toMatchObject({ subject: 'svc', additional_claims: { scp: ['all'], iss: relayed.issuer } })
    expect(accepted.headers['x-user-subject']).toBe('svc')
    const refused = await me()
    expect(refused.status).toBe(401)
    expect(refused.json()).toMatchObject({ message: `authenticated user doesn't have required scope` })
  })
})

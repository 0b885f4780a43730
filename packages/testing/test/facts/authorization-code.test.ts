import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createUserAgent } from '../../src/index.js'
import { basicHeader, claimsOf, snakeCase, useTarget } from './target.js'

const redirectUri = 'http://localhost:53593/callback'
const verifier = 'v'.repeat(43)
const challenge = createHash('sha256').update(verifier).digest('base64url')
const pkce = { code_challenge: challenge, code_challenge_method: 'S256' }
const invalidRequest =
  'The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed.'

/** A request that is answered at once, without a login. */
async function refusalOf(
  url: string,
): Promise<{ status: number; headers: Headers; location: URL | undefined; json: unknown }> {
  const response = await createUserAgent().request(url)
  const location = response.headers.get('location')
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    location: location === null ? undefined : new URL(location),
    json: text === '' ? undefined : JSON.parse(text),
  }
}

describe('the authorization endpoint', () => {
  const target = useTarget()

  test('fact 26: over the login, the identity provider and the callbacks to the redirect URI, with a cookie jar', async () => {
    const agent = createUserAgent()
    const hop = async (url: string) => {
      const response = await agent.request(url)
      const cookies = response.headers.getSetCookie().map((line) => line.replace(/=[^;]+/, '=…'))
      const location = new URL(response.headers.get('location') ?? '', url)
      return { status: response.status, cookies, location, page: await response.text() }
    }
    const state = 'a state with ~signs'
    const authorize = await hop(target.authorizationUrl({ state, ...pkce }))
    expect(authorize).toMatchObject({ status: 307, cookies: ['flyte_auth_code=…; HttpOnly'] })
    expect(authorize.location.href).toBe(`${target.url}/login?redirect_url=/oauth2/authorize_callback`)
    expect(authorize.page).toBe('<a href="/login?redirect_url=/oauth2/authorize_callback">Temporary Redirect</a>.\n\n')

    const login = await hop(authorize.location.href)
    expect(login).toMatchObject({
      status: 307,
      cookies: ['flyte_csrf_state=…; HttpOnly; SameSite=Lax', 'flyte_redirect_location=…; HttpOnly; SameSite=Lax'],
    })
    expect(login.location.origin).not.toBe(target.url)
    expect(Object.fromEntries(login.location.searchParams)).toEqual({
      client_id: 'flyteadmin',
      redirect_uri: `${target.url}/callback`,
      response_type: 'code',
      scope: 'openid profile email offline_access',
      state: expect.stringMatching(/^[0-9a-f]{64}$/),
    })

    const atProvider = await agent.followRedirects(login.location, { until: `${target.url}/callback` })
    const callback = await hop(atProvider.href)
    expect(callback).toMatchObject({
      status: 307,
      cookies: [
        'flyte_at_1=…; HttpOnly',
        'flyte_at_2=…; HttpOnly',
        'flyte_idt=…; HttpOnly',
        'flyte_rt=…; HttpOnly',
        'flyte_user_info=…; HttpOnly',
      ],
    })
    expect(callback.location.href).toBe(`${target.url}/oauth2/authorize_callback`)

    const last = await hop(callback.location.href)
    expect(last).toMatchObject({ status: 303, cookies: [], page: '' })
    expect(last.location.href).toMatch(`${redirectUri}?code=`)
    expect(Object.fromEntries(last.location.searchParams)).toEqual({
      code: expect.any(String),
      scope: 'f.all offline access_token',
      state,
    })
    const code = last.location.searchParams.get('code') as string
    expect(code.length).toBeGreaterThan(1400)
    expect(code.length).toBeLessThan(1700)
    expect(claimsOf(code)).toMatchObject({
      aud: [],
      client_id: 'flytectl',
      form: { code_challenge: expect.any(String), code_challenge_method: expect.any(String) },
      iss: target.url,
      scp: ['f.all', 'offline', 'access_token'],
      sub: 'user-1',
      user_info: { subject: 'user-1', name: 'Test User', additional_claims: { aud: 'flyteadmin', sub: 'user-1' } },
    })
    expect(code).not.toContain(challenge)

    const exchanged = await target.exchange(last.location, { code_verifier: verifier, redirect_uri: redirectUri })
    expect(exchanged.headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' })
    const { access_token: accessToken } = exchanged.json<{ access_token: string }>()
    const headers = { ...snakeCase, authorization: `Bearer ${accessToken}` }
    const me = await target.send('/me', { headers })
    expect(me.status).toBe(200)
    expect(me.headers['x-user-subject']).toBe('user-1')
    expect(me.json()).toEqual({
      subject: 'user-1',
      name: 'Test User',
      preferred_username: 'tuser',
      given_name: 'Test',
      family_name: 'User',
      email: 'tuser@example.com',
      picture: '',
      additional_claims: claimsOf(accessToken),
    })
    expect((await target.send('/api/v1/projects', { headers })).status).toBe(200)
  })

  test('fact 26: neither a code nor a refresh token opens the API, and a session that lives asks nobody', async () => {
    const agent = createUserAgent()
    const callback = await target.logIn({}, agent)
    const code = callback.searchParams.get('code') as string
    const { refresh_token: refreshToken } = (await target.exchange(callback)).json<{ refresh_token: string }>()
    const messageOf = async (token: string) => {
      const answer = await target.send('/api/v1/version', { headers: { authorization: `Bearer ${token}` } })
      return [answer.status, answer.json<{ message: string }>().message]
    }
    expect(await messageOf(code)).toEqual([
      401,
      expect.stringContaining('access token err: invalid audience [&{[] http'),
    ])
    expect(await messageOf(refreshToken)).toEqual([401, `authenticated user doesn't have required scope`])

    const again = await agent.request(`${target.url}/login?redirect_url=/oauth2/authorize_callback`)
    expect([again.status, again.headers.get('location')]).toEqual([307, '/oauth2/authorize_callback'])
  })

  test('fact 27: a state under 8 characters is refused at the redirect URI', async () => {
    for (const state of ['1234567', '', undefined]) {
      const { status, location, headers } = await refusalOf(target.authorizationUrl({ state }))
      expect(status).toBe(303)
      expect(headers.get('cache-control')).toBe('no-store')
      expect(location?.origin + (location?.pathname ?? '')).toBe(redirectUri)
      expect(Object.fromEntries(location?.searchParams ?? [])).toEqual({
        error: 'invalid_state',
        error_description: `The state is missing or does not have enough characters and is therefore considered too weak. Request parameter 'state' must be at least be 8 characters long to ensure sufficient entropy.`,
        state: state ?? '',
      })
    }
    expect((await target.logIn({ state: '12345678' })).searchParams.get('state')).toBe('12345678')
  })

  test('fact 28: another port, 127.0.0.1 and everything else but the registered string get a page, no redirect', async () => {
    const others = [
      'http://localhost:40000/callback',
      'http://127.0.0.1:53593/callback',
      'http://localhost:53593/callback/',
      'http://localhost:53593/callback?x=1',
      undefined,
    ]
    for (const redirect_uri of others) {
      const { status, location, headers, json } = await refusalOf(target.authorizationUrl({ redirect_uri }))
      expect([status, location]).toEqual([400, undefined])
      expect(headers.get('content-type')).toBe('application/json;charset=UTF-8')
      expect(json).toEqual({
        error: 'invalid_request',
        error_description: `${invalidRequest} The 'redirect_uri' parameter does not match any of the OAuth 2.0 Client's pre-registered redirect urls.`,
      })
    }
    const second = 'http://localhost:12345/callback'
    expect((await target.logIn({ redirect_uri: second })).href).toMatch(`${second}?code=`)
    // At the token endpoint nobody looks at it again.
    const callback = await target.logIn()
    expect((await target.exchange(callback, { redirect_uri: second })).status).toBe(200)
  })

  test('fact 29: PKCE is not enforced, plain is refused, a wrong verifier gets invalid_grant', async () => {
    expect((await target.exchange(await target.logIn())).status).toBe(200)

    const plain = await target.logIn({ code_challenge: verifier, code_challenge_method: 'plain' })
    expect(Object.fromEntries(plain.searchParams)).toMatchObject({
      error: 'invalid_request',
      error_description: `${invalidRequest} Clients must use code_challenge_method=S256, plain is not allowed.`,
    })
    const withoutMethod = await target.logIn({ code_challenge: challenge })
    expect(withoutMethod.searchParams.get('error')).toBe('invalid_request')

    const callback = await target.logIn(pkce)
    const outcome = async (form: Record<string, string>, at = callback) => {
      const answer = await target.exchange(at, form)
      const { error, error_description: description = '' } = answer.json<{
        error?: string
        error_description?: string
      }>()
      return [answer.status, error, description.replace(/^.*issued to another client\. /, '')]
    }
    const short = 'The PKCE code verifier must be at least 43 characters.'
    const mismatch = 'The PKCE code challenge did not match the code verifier.'
    expect(await outcome({})).toEqual([400, 'invalid_grant', short])
    expect(await outcome({ code_verifier: 'short' })).toEqual([400, 'invalid_grant', short])
    expect(await outcome({ code_verifier: 'x'.repeat(43) })).toEqual([400, 'invalid_grant', mismatch])
    expect(await outcome({ code_verifier: verifier })).toEqual([200, undefined, ''])
    expect(await outcome({ code_verifier: verifier }, await target.logIn())).toEqual([400, 'invalid_grant', mismatch])
  })

  test('facts 26 to 29: who or what is not known is refused, at the redirect URI where it is safe', async () => {
    const unknown = await refusalOf(target.authorizationUrl({ client_id: 'nobody' }))
    expect(unknown).toMatchObject({ status: 401, location: undefined, json: { error: 'invalid_client' } })

    const redirected = async (parameters: Record<string, string | undefined>) => {
      const { location } = await refusalOf(target.authorizationUrl(parameters))
      return [location?.searchParams.get('error'), location?.searchParams.get('error_description')]
    }
    for (const scope of ['bogus', 'openid', 'all,offline']) {
      expect(await redirected({ scope })).toEqual([
        'invalid_scope',
        `The requested scope is invalid, unknown, or malformed. The OAuth 2.0 Client is not allowed to request scope '${scope}'.`,
      ])
    }
    expect(await redirected({ audience: target.url })).toEqual([
      'invalid_request',
      `${invalidRequest} Requested audience '${target.url}' has not been whitelisted by the OAuth 2.0 Client.`,
    ])
    expect(await redirected({ response_type: undefined })).toEqual([
      'unsupported_response_type',
      expect.stringContaining("The request is missing the 'response_type' parameter."),
    ])
    expect(await redirected({ response_type: 'code token' })).toEqual([
      'unsupported_response_type',
      expect.stringContaining(`The client is not allowed to request response_type 'code token'.`),
    ])
    expect(await redirected({ response_mode: 'query' })).toEqual(['unsupported_response_mode', expect.any(String)])
    // This one is refused after the login, in the fragment.
    const token = await target.logIn({ response_type: 'token' })
    expect(token.hash).toMatch(
      /^#error=unsupported_response_type&error_description=The\+authorization\+server.*&state=/,
    )
    expect(token.search).toBe('')
  })
})

describe('clients at the token endpoint', () => {
  const target = useTarget()

  test('a confidential client needs its secret, in the header or in the body, and PKCE is its own choice', async () => {
    const callback = await target.logIn({ client_id: 'webapp', redirect_uri: 'http://localhost:3000/callback' })
    const code = callback.searchParams.get('code') ?? ''
    const form = { grant_type: 'authorization_code', code }
    const basic = { authorization: basicHeader('webapp', 'short-secret') }
    const exchanged = await target.requestToken(form, basic)
    expect(exchanged.status).toBe(200)
    const { access_token: token, refresh_token: refreshToken } = exchanged.json<Record<string, string>>()
    expect(claimsOf(token ?? '')).toMatchObject({
      client_id: 'webapp',
      sub: 'user-1',
      scp: expect.arrayContaining(['all']),
    })
    const inBody = { client_id: 'webapp', client_secret: 'short-secret' }
    expect((await target.requestToken({ ...form, ...inBody }, {})).status).toBe(200)
    const without = await target.requestToken({ ...form, client_id: 'webapp' }, {})
    expect([without.status, without.json<{ error: string }>().error]).toEqual([401, 'invalid_client'])

    const refresh = { grant_type: 'refresh_token', refresh_token: refreshToken ?? '' }
    expect((await target.requestToken(refresh, basic)).status).toBe(200)
    expect((await target.requestToken({ ...refresh, client_id: 'webapp' }, {})).status).toBe(401)
  })

  test('a code is for the client that asked for it, and for a grant that the client has', async () => {
    const callback = await target.logIn()
    const other = await target.exchange(callback, { client_id: 'flyte-cli' })
    expect([other.status, other.json<{ error: string }>().error]).toEqual([400, 'invalid_grant'])
    expect(other.text).toContain(
      'The OAuth 2.0 Client ID from this request does not match the one from the authorize request.',
    )
    const code = callback.searchParams.get('code') ?? ''
    const service = await target.requestToken({ grant_type: 'authorization_code', code })
    expect([service.status, service.json<{ error: string }>().error]).toEqual([400, 'unauthorized_client'])
  })
})

describe('the pages of the login', () => {
  const target = useTarget()
  const csrfToken = 'csrf-token'
  const csrf = { cookie: `flyte_csrf_state=${csrfToken}` }
  const state = createHash('sha256').update(csrfToken).digest('hex')

  test('redirect_url must be relative or an authorized URI, else 403', async () => {
    const statusOf = async (redirectUrl: string) =>
      (await target.send(`/login?redirect_url=${encodeURIComponent(redirectUrl)}`)).status
    expect(await statusOf('/console')).toBe(307)
    expect(await statusOf(`${target.url}/me`)).toBe(307)
    for (const foreign of ['http://evil.example/x', '//evil.example/x', 'http://localhost:3/x', '/\r\nx']) {
      expect(await statusOf(foreign)).toBe(403)
    }
  })

  test('the callback wants the state of its cookie, and a code that the provider takes', async () => {
    expect((await target.send(`/callback?code=x&state=${state}`)).status).toBe(401)
    expect((await target.send('/callback?code=x&state=other', { headers: csrf })).status).toBe(401)
    expect((await target.send(`/callback?code=x&state=${state}`, { headers: csrf })).status).toBe(403)
    expect((await target.send(`/callback?error=access_denied&state=${state}`, { headers: csrf })).status).toBe(403)
  })

  test('without a session or without the request, the way back ends in an error that OAuth does not know', async () => {
    const unrecognizable = { error: 'error', error_description: 'The error is unrecognizable' }
    const without = createUserAgent()
    await without.request(target.authorizationUrl())
    const withoutRequest = createUserAgent()
    await withoutRequest.followRedirects(`${target.url}/login?redirect_url=/healthcheck`)
    for (const agent of [createUserAgent(), without, withoutRequest]) {
      const answer = await agent.request(`${target.url}/oauth2/authorize_callback`)
      expect([answer.status, await answer.json()]).toEqual([500, unrecognizable])
    }
  })
})

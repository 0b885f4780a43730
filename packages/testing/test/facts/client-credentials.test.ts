import { expect, test } from 'vitest'
import { basicHeader, claimsOf, formEncode, useTarget } from './target.js'

const target = useTarget()
const grant = { grant_type: 'client_credentials', scope: 'all' }
const special = { id: 'specialchars', secret: 'p@ss:w/o+rd %41é' }
const invalidClient = {
  error: 'invalid_client',
  error_description:
    'Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method).',
}

test('fact 20: the Basic credentials are form-decoded', async () => {
  const encoded = basicHeader(formEncode(special.id), formEncode(special.secret))
  expect((await target.requestToken(grant, { authorization: encoded })).status).toBe(200)
  const percent = basicHeader(special.id, encodeURIComponent(special.secret))
  expect((await target.requestToken(grant, { authorization: percent })).status).toBe(200)
  const raw = await target.requestToken(grant, { authorization: basicHeader(special.id, special.secret) })
  expect(raw.status).toBe(401)
  expect(raw.json()).toEqual(invalidClient)
})

test('fact 21: the answer has a lower-case bearer, 1799 seconds and no refresh token; client_secret_post works', async () => {
  const answer = await target.requestToken(grant)
  expect(answer.headers).toMatchObject({
    'content-type': 'application/json;charset=UTF-8',
    'cache-control': 'no-store',
    pragma: 'no-cache',
  })
  const expected = { access_token: expect.any(String), expires_in: 1799, scope: 'all', token_type: 'bearer' }
  expect(answer.json()).toEqual(expected)
  const post = { ...grant, client_id: special.id, client_secret: special.secret }
  expect((await target.requestToken(post, {})).json()).toEqual(expected)
})

test('fact 22: the token has no sub, no iss and an empty client_id, and its header key_id', async () => {
  const token = await target.token()
  const header = JSON.parse(Buffer.from(token.split('.')[0] as string, 'base64url').toString())
  const { keys } = (await target.send('/oauth2/jwks')).json<{ keys: { kid: string }[] }>()
  expect(header).toEqual({ alg: 'RS256', key_id: keys[0]?.kid, typ: 'JWT' })
  const claims = claimsOf(token)
  expect(claims).toEqual({
    aud: [target.url],
    client_id: '',
    exp: expect.any(Number),
    iat: expect.any(Number),
    jti: expect.any(String),
    scp: ['all'],
    user_info: null,
  })
})

test('fact 23: scopes are separated by spaces, and a token without scope still works', async () => {
  const both = await target.requestToken({ ...grant, scope: 'all offline' })
  expect(both.json()).toMatchObject({ scope: 'all offline' })
  const comma = await target.requestToken({ ...grant, scope: 'all,offline' })
  expect(comma.status).toBe(400)
  expect(comma.json()).toEqual({
    error: 'invalid_scope',
    error_description:
      "The requested scope is invalid, unknown, or malformed. The OAuth 2.0 Client is not allowed to request scope 'all,offline'.",
  })
  const none = (await target.requestToken({ grant_type: 'client_credentials' })).json<{
    access_token: string
    scope: string
  }>()
  expect(none.scope).toBe('')
  const answer = await target.send('/api/v1/projects', { headers: { authorization: `Bearer ${none.access_token}` } })
  expect(answer.status).toBe(200)
})

test('fact 24: an audience that is not in the client’s list gets 400', async () => {
  const answer = await target.requestToken({ ...grant, audience: target.url })
  expect(answer.status).toBe(400)
  expect(answer.json<{ error: string; error_description: string }>()).toMatchObject({
    error: 'invalid_request',
    error_description: expect.stringMatching(
      /Requested audience '.*' has not been whitelisted by the OAuth 2\.0 Client\.$/,
    ),
  })
})

test('fact 25: a wrong secret and an unknown client look the same', async () => {
  for (const authorization of [basicHeader('flytepropeller', 'wrong'), basicHeader('nobody', 'x')]) {
    const answer = await target.requestToken(grant, { authorization })
    expect(answer.status).toBe(401)
    expect(answer.json()).toEqual(invalidClient)
  }
})

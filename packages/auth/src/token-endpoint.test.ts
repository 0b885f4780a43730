import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AuthError, createFetch, defined, type Fetch } from '@flyte-js/core'
import { createNodeFetch } from '@flyte-js/core/node'
import {
  createTestClock,
  type FlyteAdmin,
  type InjectedAnswer,
  startAuthorizationServer,
  startFlyteAdmin,
} from '@flyte-js/testing'
import { type AuthorizationServer, ClientSecretBasic, INVALID_RESPONSE, OperationProcessingError } from 'oauth4webapi'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { canaries, shownBy } from '../test/canaries.js'
import { inBase64 } from './in-base64.js'
import { exchangeTokens, type TokenExchange } from './token-endpoint.js'

const path = '/oauth2/token'
const clock = createTestClock()

let admin: FlyteAdmin
beforeAll(async () => {
  admin = await startFlyteAdmin({ clients: [{ id: 'ci', secret: canaries.secret }] })
})
afterAll(() => admin.close())
afterEach(() => admin.clearRequests())

interface Exchange {
  server?: AuthorizationServer
  id?: string
  secret?: string
  fetch?: Fetch
  signal?: AbortSignal
  check?: TokenExchange['check']
}

/** One exchange of client credentials. */
function exchange({
  server,
  id = 'ci',
  secret = canaries.secret,
  fetch = createNodeFetch(),
  signal,
  check,
}: Exchange = {}) {
  const metadata = server ?? { issuer: admin.url, token_endpoint: `${admin.url}${path}` }
  return exchangeTokens({
    grant: 'client_credentials',
    server: metadata,
    clientId: id,
    clientAuth: ClientSecretBasic(secret),
    parameters: {},
    secrets: [secret, ...inBase64(secret)],
    fetch,
    clock,
    ...defined({ signal, check }),
  })
}

async function failure(promise: Promise<unknown>): Promise<AuthError> {
  const error = await promise.then(
    (value) => Promise.reject(new Error(`it resolved with ${JSON.stringify(value)}`)),
    (error) => error,
  )
  expect(error).toBeInstanceOf(AuthError)
  expect(shownBy(error)).toEqual([])
  return error
}

/** Has the token endpoint answer once. */
const answer = (given: InjectedAnswer) => admin.answer(path, given, 1)

async function serve(listener: RequestListener) {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    metadata: { issuer: url, token_endpoint: `${url}/token?canary=1` },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const withheld = '(withheld: it repeats a secret)'

describe('a token set', () => {
  it('has what the server said, and its issuer', async () => {
    answer({
      body: {
        access_token: 'a',
        token_type: 'BeArEr',
        expires_in: 90,
        refresh_token: 'r',
        scope: 'f.all offline access_token',
      },
    })
    expect(await exchange()).toEqual({
      accessToken: 'a',
      tokenType: 'bearer',
      expiresAt: clock.now() + 90_000,
      refreshToken: 'r',
      scope: 'f.all offline access_token',
      issuer: admin.url,
    })
  })

  it.each(['bearer', 'Bearer', 'BEARER'])('may be of the type %s', async (type) => {
    answer({ body: { access_token: 'a', token_type: type } })
    expect(await exchange()).toEqual({ accessToken: 'a', tokenType: 'bearer', issuer: admin.url })
  })

  it('lives from before the request on, however slow the answer is', async () => {
    const sentAt = clock.now()
    admin.answer(
      path,
      async () => {
        await clock.advance(20_000)
        return { body: { access_token: 'a', token_type: 'bearer', expires_in: 60 } }
      },
      1,
    )
    expect((await exchange()).expiresAt).toBe(sentAt + 60_000)
  })
})

describe('a refusal', () => {
  it.each([400, 401, 403, 500, 503])("with HTTP %s has the server's own words", async (status) => {
    answer({ status, body: { error: 'invalid_scope', error_description: 'No such scope.' } })
    const error = await failure(exchange())
    expect(error).toMatchObject({
      code: 'FLYTE_AUTH_GRANT_REFUSED',
      grant: 'client_credentials',
      oauthError: 'invalid_scope',
      oauthErrorDescription: 'No such scope.',
      endpoint: `${admin.url}${path}`,
      status,
    })
    expect(error.message).toBe(
      `The token endpoint ${admin.url}${path} refused the client_credentials grant: invalid_scope (No such scope.)`,
    )
  })

  it('may go without a description', async () => {
    answer({ status: 400, body: { error: 'invalid_request' } })
    const error = await failure(exchange())
    expect(error).not.toHaveProperty('oauthErrorDescription')
    expect(error.message).toMatch(/invalid_request$/)
  })

  // RFC 6749 section 5.2: invalid_client comes with a challenge.
  it.each(['Basic realm="x"', 'Basic', 'free text without a scheme'])(
    'may come with the challenge %s',
    async (challenge) => {
      answer({
        status: 401,
        headers: { 'www-authenticate': challenge },
        body: { error: 'invalid_client', error_description: 'wrong' },
      })
      expect(await failure(exchange())).toMatchObject({ oauthError: 'invalid_client', oauthErrorDescription: 'wrong' })
    },
  )

  it('may be no more than a challenge', async () => {
    answer({ status: 401, headers: { 'www-authenticate': 'Basic realm="x"' }, body: '' })
    expect(await failure(exchange())).toMatchObject({ code: 'FLYTE_AUTH_GRANT_REFUSED', oauthError: 'invalid_client' })
  })

  it('of Flyte Admin for a wrong secret', async () => {
    const error = await failure(exchange({ secret: 'canary-wrong' }))
    expect(error).toMatchObject({ oauthError: 'invalid_client', status: 401 })
    expect(error.oauthErrorDescription).toContain('Client authentication failed')
  })

  it('of an identity provider for a wrong secret', async () => {
    await using issuer = await startAuthorizationServer({ clients: [{ id: 'ci', secret: 'right' }] })
    const server = { issuer: issuer.issuer, token_endpoint: `${issuer.issuer}/token` }
    const error = await failure(exchange({ server, secret: 'canary-wrong' }))
    expect(error).toMatchObject({ code: 'FLYTE_AUTH_GRANT_REFUSED', oauthError: 'invalid_client', status: 401 })
    expect(error.oauthErrorDescription).toBe('client authentication failed')
  })

  it.each([
    ['as it is', canaries.secret],
    ['percent-encoded', encodeURIComponent(canaries.secret)],
    ['form-encoded', new URLSearchParams([['', canaries.secret]]).toString().slice(1)],
    ['in lower-case hex', encodeURIComponent(canaries.secret).replace(/%../g, (hex) => hex.toLowerCase())],
    ['with every character encoded', Buffer.from(canaries.secret).toString('hex').replace(/../g, '%$&')],
    ['as a Basic header', `Basic ${btoa(`ci:${encodeURIComponent(canaries.secret)}`)}`],
    ['in upper case', canaries.secret.toUpperCase()],
    ['as a percent-encoded Basic header', `Basic%20${btoa(`ci:${encodeURIComponent(canaries.secret)}`)}`],
    ['as a form-encoded Basic header', `Basic+${btoa(`ci:${encodeURIComponent(canaries.secret)}`)}`],
    ['right behind other letters', `auth_${btoa(`ci:${encodeURIComponent(canaries.secret)}`)}`],
    ['in wrapped lines', btoa(`ci:${encodeURIComponent(canaries.secret)}`).replace(/.{10}/g, '$&\n')],
    ['in base64 with something before it', btoa(`x${encodeURIComponent(canaries.secret)}y`)],
    ['in base64 of its own', btoa(String.fromCharCode(...new TextEncoder().encode(canaries.secret)))],
    [
      'in the base64 of URLs',
      btoa(`ci:${encodeURIComponent(canaries.secret)}`)
        .replaceAll('+', '-')
        .replaceAll('/', '_'),
    ],
  ])('never repeats a secret that the server echoes %s', async (_, echo) => {
    answer({ status: 400, body: { error: `bad ${echo}`, error_description: `what is ${echo}? And again: ${echo}` } })
    const error = await failure(exchange())
    expect(error.oauthErrorDescription).toBe(withheld)
  })

  it('never repeats the secret that was really sent, as Flyte Admin encodes and echoes it', async () => {
    admin.answer(
      path,
      ({ headers }) => ({
        status: 401,
        body: {
          error: 'invalid_client',
          error_description: `got ${headers.authorization}, ${atob((headers.authorization ?? '').slice(6))}`,
        },
      }),
      1,
    )
    expect((await failure(exchange())).oauthErrorDescription).toBe(withheld)
  })

  it('is short and of one line, whatever the server writes', async () => {
    answer({ status: 400, body: { error: 'x', error_description: `a\r\n\u001b[31mb\u0000${'c'.repeat(10_000)}` } })
    const { oauthErrorDescription = '', message } = await failure(exchange())
    expect(oauthErrorDescription).toMatch(/^a \[31mb c+$/)
    expect(oauthErrorDescription).toHaveLength(500)
    expect(message).not.toMatch(/[\r\n]/)
  })
})

describe('what is no answer of a token endpoint', () => {
  const token = { access_token: canaries.accessToken, token_type: 'bearer' }
  it.each([
    { what: 'a page', given: { headers: { 'content-type': 'text/html' }, body: '<html>canary' } },
    {
      what: 'a page that says it is JSON',
      given: { headers: { 'content-type': 'application/json' }, body: '<html>canary' },
    },
    {
      what: 'a page with an error',
      given: { status: 502, headers: { 'content-type': 'text/html' }, body: '<html>canary' },
    },
    {
      what: 'truncated JSON',
      given: { headers: { 'content-type': 'application/json' }, body: JSON.stringify(token).slice(0, -4) },
    },
    { what: 'nothing', given: { body: '' } },
    { what: 'no token', given: { body: { ...token, access_token: undefined } } },
    { what: 'a token of no type', given: { body: { ...token, token_type: undefined } } },
    { what: 'a token of a strange type', given: { body: { ...token, token_type: 'mac' } } },
    { what: 'a lifetime that is none', given: { body: { ...token, expires_in: 'soon' } } },
    { what: 'an error that is no text', given: { status: 400, body: { error: { canary: 1 } } } },
    { what: 'a server error', given: { status: 500, body: 'canary' } },
    { what: 'a list', given: { body: [token] } },
  ])('is an error for $what', async ({ given }) => {
    answer(given)
    const error = await failure(exchange())
    expect(error.code).toBe('FLYTE_AUTH_RESPONSE_INVALID')
    expect(error.status).toBe((given as { status?: number }).status ?? 200)
    expect(error.message).toContain('Check that server, and that no proxy or login page stands before it')
  })

  it('is an error for what a closer look refuses', async () => {
    answer({ body: token })
    const refused = new OperationProcessingError('not for this login', { code: INVALID_RESPONSE })
    const error = await failure(
      exchange({
        check({ access_token }) {
          expect(access_token).toBe(canaries.accessToken)
          throw refused
        },
      }),
    )
    expect(error).toMatchObject({ code: 'FLYTE_AUTH_RESPONSE_INVALID', status: 200 })
    expect(error.message).toContain('not for this login')
  })

  it('is an error for 4 MiB, of which the rest is not read', async () => {
    answer({
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...token, x: 'x'.repeat(4 << 20) }),
    })
    const error = await failure(exchange())
    expect(error.code).toBe('FLYTE_AUTH_SERVER_UNREACHABLE')
    expect(error.message).toContain('answered with more than 1048576 bytes')
    expect(error.message).toContain('Check that')
  })

  it('is an error for a redirect to another origin, where nothing is sent', async () => {
    await using elsewhere = await startFlyteAdmin()
    answer({ status: 307, headers: { location: `${elsewhere.url}/steal?canary=1` } })
    const error = await failure(exchange())
    expect(error).toMatchObject({ code: 'FLYTE_AUTH_RESPONSE_INVALID', status: 307 })
    expect(elsewhere.requests).toEqual([])
  })
})

describe('a token endpoint that gives no answer', () => {
  const fetches = {
    "Node's own transport": createNodeFetch(),
    "the platform's fetch": createFetch(),
    'a bare fetch': globalThis.fetch as Fetch,
  }
  describe.each(Object.entries(fetches))('asked by %s', (_, fetch) => {
    it('is an error that says why it cannot be reached, once', async () => {
      const gone = await startFlyteAdmin()
      await gone.close()
      const server = { issuer: gone.url, token_endpoint: `${gone.url}${path}` }
      const error = await failure(exchange({ server, fetch }))
      expect(error.code).toBe('FLYTE_AUTH_SERVER_UNREACHABLE')
      expect(error.message).toContain('cannot be reached: connect ECONNREFUSED')
      expect(error.message).toContain('Check that')
      expect(error.message.split(gone.url)).toHaveLength(2)
      expect(error.status).toBeUndefined()
    })

    it('is an error when the connection is cut', async () => {
      await using server = await serve((request) => request.socket.destroy())
      const error = await failure(exchange({ server: server.metadata, fetch }))
      expect(error.code).toBe('FLYTE_AUTH_SERVER_UNREACHABLE')
    })
  })

  it('is an error when the answer is cut in the middle', async () => {
    await using server = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 })
      response.write('{"access_token":"canary', () => response.destroy())
    })
    expect((await failure(exchange({ server: server.metadata }))).code).toBe('FLYTE_AUTH_SERVER_UNREACHABLE')
  })

  it('is an error when the time is up', async () => {
    await using server = await serve(() => {})
    const error = await failure(exchange({ server: server.metadata, fetch: createNodeFetch({ timeout: 20 }) }))
    expect(error.code).toBe('FLYTE_AUTH_SERVER_UNREACHABLE')
    expect(error.message).toContain('gave no whole answer within 20 ms')
  })

  it('is an error when the metadata names none, and nothing is sent', async () => {
    const error = await failure(exchange({ server: { issuer: admin.url } }))
    expect(error.code).toBe('FLYTE_AUTH_DISCOVERY_FAILED')
    expect(error.message).toContain('no token endpoint')
    expect(admin.requests).toEqual([])
  })
})

it("a caller's abort ends the request at the server, and the reason comes back as it is", async () => {
  const reason = new Error('enough')
  const controller = new AbortController()
  let closed: Promise<unknown> = Promise.resolve()
  await using server = await serve((request) => {
    closed = new Promise((resolve) => request.socket.once('close', resolve))
    controller.abort(reason)
  })
  await expect(exchange({ server: server.metadata, signal: controller.signal })).rejects.toBe(reason)
  await closed
})

describe('an access token that no header can carry', () => {
  it.each(['a\r\nx-evil: 1', 'a b', 'a\nb', 'ä', '\0'])('%j is refused, and not repeated', async (accessToken) => {
    answer({ body: { access_token: accessToken, token_type: 'bearer' } })
    const error = await failure(exchange())
    expect(error).toMatchObject({ code: 'FLYTE_AUTH_RESPONSE_INVALID', status: 200 })
    expect(error.message).not.toContain(accessToken)
  })
})

import { fileURLToPath } from 'node:url'
import { publicClient } from '@flyte-js/auth'
import { systemClock } from '@flyte-js/core'
import { loopbackLogin } from '@flyte-js/pkce-auth/node'
import { type FlyteAdmin, followRedirects, type RecordedRequest, startFlyteAdmin } from '@flyte-js/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../../../pkce-auth/test/loopback.js'
import { ask } from './python.js'

let admin: FlyteAdmin
beforeAll(async () => {
  const redirectUri = `http://localhost:${await freePort()}/callback`
  admin = await startFlyteAdmin({
    clients: [{ id: 'people', redirectUris: [redirectUri] }],
    publicClient: { clientId: 'people', redirectUri },
  })
})
afterAll(() => admin.close())

/** What is in a request, with what is random replaced by how long it is. */
function shapeOf(parameters: URLSearchParams | undefined): Record<string, unknown> {
  const random = /^(state|nonce|code|code_challenge|code_verifier|refresh_token)$/
  return Object.fromEntries([...(parameters ?? [])].map(([name, value]) => [name, random.test(name) ? '…' : value]))
}

const authorizationRequest = () => shapeOf(admin.requestsTo('/oauth2/authorize')[0]?.query)
const tokenRequests = () =>
  admin
    .requestsTo('/oauth2/token')
    .map(({ body, status }: RecordedRequest) => ({ ...shapeOf(new URLSearchParams(body)), status }))

test('flytekit logs in at the embedded Flyte Admin, and renews; we send the same but for what no server needs', async () => {
  const follower = fileURLToPath(new URL('follow-login.mjs', import.meta.url))
  const [tokens] = await ask<[string, string]>('flytekit', 'log_in_with_flytekit.py', [
    // With & it is not waited for: flytekit would wait for its browser, and the browser for it.
    { endpoint: admin.url, browser: `${process.execPath} ${follower} %s &` },
  ])
  for (const token of tokens ?? []) {
    const headers = { authorization: `Bearer ${token}`, accept: 'application/json' }
    expect((await fetch(`${admin.url}/api/v1/projects`, { headers })).status).toBe(200)
  }
  const theirs = { authorization: authorizationRequest(), tokens: tokenRequests() }
  expect(theirs.tokens.map(({ status }) => status)).toEqual([200, 200])

  admin.clearRequests()
  const grant = loopbackLogin({
    endpoint: admin.url,
    onUrl: (url) => void followRedirects(url),
    browser: false,
    pasteFrom: false,
  })
  const context = { clock: systemClock }
  const login = await grant.acquire(context)
  await grant.refresh?.(login, context)
  const ours = { authorization: authorizationRequest(), tokens: tokenRequests() }

  expect(ours.authorization).toEqual(theirs.authorization)
  const [code, renewal] = ours.tokens
  const [theirCode, theirRenewal] = theirs.tokens
  // flytekit repeats there what it said in the authorization request, which RFC 6749 section 4.1.3 has no place for.
  expect(theirCode).toMatchObject({ ...code })
  expect(
    Object.keys(theirCode ?? {})
      .filter((name) => !(name in (code ?? {})))
      .sort(),
  ).toEqual(['code_challenge', 'code_challenge_method', 'response_type', 'scope', 'state'])
  expect(renewal).toEqual(theirRenewal)
  expect(await publicClient({ endpoint: admin.url }).findIdentity({})).toMatchObject({ clientId: 'people' })
})

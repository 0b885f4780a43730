import { createHash } from 'node:crypto'
import { AuthError, type FlyteEvent } from '@flyte-js/core'
import { createNodeFetch } from '@flyte-js/core/node'
import { createTestClock } from '@flyte-js/testing'
import { describe, expect, it } from 'vitest'
import { shownBy } from '../../auth/test/canaries.js'
import { type Answer, answers, authorization, startScriptedServer } from '../test/scripted-server.js'
import { letTimePass } from '../test/time.js'
import { deviceLogin } from './index.js'

const missing = { error: 'invalid_request', error_description: 'Missing parameter: code_challenge_method' }

/** A server that wants PKCE of this client, as Keycloak does where an administrator requires it. */
const demanding: Answer = (response, form) => {
  const isContent = form.has('code_challenge')
  response
    .writeHead(isContent ? 200 : 400, { 'content-type': 'application/json' })
    .end(JSON.stringify(isContent ? authorization : missing))
}

async function logIn(device: Answer, polls: readonly Answer[] = [answers.pending, answers.tokens]) {
  const clock = createTestClock(0)
  const server = await startScriptedServer(clock, { device, polls })
  const events: FlyteEvent[] = []
  const grant = deviceLogin({ endpoint: server.endpoint, fetch: createNodeFetch(), onPrompt: () => {} })
  const login = grant.acquire({ clock, onEvent: (event) => void events.push(event) })
  const outcome = await letTimePass(clock, login).catch((error: unknown) => error)
  return { ...server, outcome, events }
}

describe('a server that wants PKCE in the device flow', () => {
  it('gets it, once it has said so', async () => {
    const { asked, outcome } = await logIn(demanding)
    expect(outcome).toMatchObject({ accessToken: 'token' })
    const [first, second, ...others] = asked.device.map(({ form }) => form)
    expect(others).toEqual([])
    expect(first).toEqual({ client_id: 'flytectl', scope: 'all offline' })
    expect(second).toEqual({ ...first, code_challenge: expect.any(String), code_challenge_method: 'S256' })
    const verifiers = asked.token.map(({ form }) => form.code_verifier ?? '')
    expect(new Set(verifiers).size).toBe(1)
    expect(
      createHash('sha256')
        .update(verifiers[0] ?? '')
        .digest('base64url'),
    ).toBe(second?.code_challenge)
  })

  it('is not asked a third time', async () => {
    const { asked, outcome } = await logIn({ status: 400, json: missing })
    expect(outcome).toMatchObject({ code: 'FLYTE_AUTH_GRANT_REFUSED', oauthError: 'invalid_request' })
    expect(asked.device).toHaveLength(2)
  })

  it('does not have its verifier shown, though it echoes it', async () => {
    const echo: Answer = (response, form) =>
      response
        .writeHead(400, { 'content-type': 'application/json' })
        .end(JSON.stringify({ error: 'invalid_grant', error_description: `no ${form.get('code_verifier')}` }))
    const { asked, outcome, events } = await logIn(demanding, [echo])
    const verifier = asked.token[0]?.form.code_verifier ?? expect.unreachable('no verifier was sent')
    expect(AuthError.isInstance(outcome)).toBe(true)
    expect(shownBy([outcome, events], [verifier])).toEqual([])
  })
})

it.each([
  ['that says nothing of it', { json: authorization }],
  ['that refuses for another reason', { status: 400, json: { error: 'invalid_request', error_description: 'scope' } }],
  [
    'that refuses the client',
    { status: 400, json: { error: 'unauthorized_client', error_description: 'code_challenge' } },
  ],
] as const)('a server %s gets what RFC 8628 has, once', async (_, device) => {
  const { asked } = await logIn(device)
  expect(asked.device.map(({ form }) => form)).toEqual([{ client_id: 'flytectl', scope: 'all offline' }])
  for (const { form } of asked.token) expect(form).not.toHaveProperty('code_verifier')
})

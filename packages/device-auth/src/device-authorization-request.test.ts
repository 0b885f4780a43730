import type { AuthError } from '@flyte-js/core'
import { createNodeFetch } from '@flyte-js/core/node'
import { createTestClock, type TestClock } from '@flyte-js/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { shownBy } from '../../auth/test/canaries.js'
import { type Answer, answers, authorization, deviceCode, startScriptedServer } from '../test/scripted-server.js'
import { deviceLogin } from './index.js'

// What a device authorization endpoint may answer that a good one never does. oidc-provider is in device-login.test.ts.

let clock: TestClock
beforeEach(() => {
  clock = createTestClock()
})

/** A login that cannot go on: nobody is prompted, no token is asked for, nothing is left behind. */
async function refusedLogin(device: Answer): Promise<AuthError> {
  const server = await startScriptedServer(clock, { device })
  const fetch = createNodeFetch()
  const onPrompt = () => expect.unreachable('nobody can be prompted')
  const grant = deviceLogin({ endpoint: server.endpoint, fetch, onPrompt })
  const login = grant.acquire({ clock })
  while (server.asked.device.length === 0) await clock.advance(0)
  const error: AuthError = await login.then(
    () => expect.unreachable('it brought tokens'),
    (error) => error,
  )
  expect(error).toMatchObject({ endpoint: `${server.endpoint}/device`, grant: grant.type })
  expect(error.message).toContain(`${server.endpoint}/device`)
  expect(server.asked.token).toEqual([])
  expect(clock.sleeping).toBe(0)
  expect(shownBy(error, [deviceCode])).toEqual([])
  return error
}

describe('an answer that no login can be made of', () => {
  it.each([
    ['no device code', { device_code: undefined }, 'device_code'],
    ['an empty device code', { device_code: '' }, 'device_code'],
    ['a device code that is no text', { device_code: 7 }, 'device_code'],
    ['no user code', { user_code: undefined }, 'user_code'],
    ['a user code of control characters', { user_code: '\u001b[2J' }, 'user_code'],
    ['no verification URI', { verification_uri: undefined }, 'verification_uri'],
    ['a verification URI that runs a script', { verification_uri: 'javascript:alert(1)' }, 'verification_uri'],
    [
      'a complete one that opens a file',
      { verification_uri_complete: 'file:///etc/passwd' },
      'verification_uri_complete',
    ],
    ['a complete one that is no text', { verification_uri_complete: {} }, 'verification_uri_complete'],
    ['no life', { expires_in: undefined }, 'expires_in'],
    ['a life that has ended', { expires_in: 0 }, 'expires_in'],
    ['a negative life', { expires_in: -600 }, 'expires_in'],
    ['a life that is no number', { expires_in: 'soon' }, 'expires_in'],
    ['a life without end', { expires_in: 'Infinity' }, 'expires_in'],
    ['a huge interval', { interval: 1e12 }, 'interval'],
    ['a negative interval', { interval: -5 }, 'interval'],
    ['a negative interval as text', { interval: '-5' }, 'interval'],
  ])('has %s', async (_, changes, field) => {
    const error = await refusedLogin({ json: { ...authorization, ...changes } })
    expect(error).toMatchObject({ code: 'FLYTE_AUTH_RESPONSE_INVALID', status: 200 })
    expect(error.message).toContain(field)
  })

  it('has numbers beyond all numbers', async () => {
    const body = JSON.stringify(authorization).replace('600', '1e999')
    const error = await refusedLogin((response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(body)
    })
    expect(error.code).toBe('FLYTE_AUTH_RESPONSE_INVALID')
  })

  it.each([200, 302, 404])('is a page, with HTTP %s', async (status) => {
    const error = await refusedLogin(answers.html(status))
    expect(error).toMatchObject({ code: 'FLYTE_AUTH_RESPONSE_INVALID', status })
    expect(error.message).toContain('proxy or login page')
  })

  it('is JSON that is cut, with the device code in it', async () => {
    const error = await refusedLogin((response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(authorization).slice(0, -1))
    })
    expect(error.code).toBe('FLYTE_AUTH_RESPONSE_INVALID')
  })
})

describe('a device authorization endpoint', () => {
  it("may refuse: the error has the server's words", async () => {
    const json = { error: 'invalid_scope', error_description: 'no such scope' }
    const error = await refusedLogin({ status: 400, json })
    expect(error).toMatchObject({
      code: 'FLYTE_AUTH_GRANT_REFUSED',
      oauthError: 'invalid_scope',
      oauthErrorDescription: 'no such scope',
      status: 400,
    })
  })

  it('may hang up: nobody has been asked for anything yet, so the login ends', async () => {
    const error = await refusedLogin(answers.cut)
    expect(error.code).toBe('FLYTE_AUTH_SERVER_UNREACHABLE')
  })

  it('may not answer: the timeout holds for it as well', async () => {
    const server = await startScriptedServer(clock, { device: () => {} })
    const grant = deviceLogin({
      endpoint: server.endpoint,
      fetch: createNodeFetch(),
      timeout: 3_000,
      onPrompt: () => expect.unreachable('nobody can be prompted'),
    })
    const login = grant.acquire({ clock }).catch((error) => error)
    while (server.asked.device.length === 0) await clock.advance(0)
    await clock.advance(2_999)
    expect(clock.sleeping).toBe(1)
    await clock.advance(1)
    expect(await login).toMatchObject({
      code: 'FLYTE_AUTH_SERVER_UNREACHABLE',
      message: expect.stringContaining('no answer to the device authorization request within 3 s'),
    })
    expect(clock.sleeping).toBe(0)
  })
})

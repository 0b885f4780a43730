// A long-lived program outlives its authorization server's address: what was found out about it is not believed for ever.
import {
  type AuthorizationServer,
  createTestClock,
  type FlyteAdmin,
  followRedirects,
  startAuthorizationServer,
} from '@flyte-js/testing'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { startExternalAdmin } from '../test/external-admin.js'
import { createFlyteClient } from './create-flyte-client.js'

let issuer: AuthorizationServer
let admin: FlyteAdmin

beforeEach(async () => {
  issuer = await startAuthorizationServer()
  admin = await startExternalAdmin(issuer)
})
afterEach(async () => {
  await Promise.all([admin.close(), issuer.close()])
})

it('asks again where the server is after a renewal that failed', async () => {
  const clock = createTestClock(Date.now())
  const flyte = await createFlyteClient({
    env: { FLYTE_PLATFORM_URL: admin.url, FLYTE_JS_TOKEN_STORE: 'memory' },
    login: {
      browser: (url) => {
        followRedirects(url).catch(() => {})
      },
      onUrl: () => {},
      pasteFrom: false,
    },
    clock,
  })
  const { expiresAt = 0 } = await flyte.auth.login()
  await issuer.close()
  await clock.advance(expiresAt - clock.now() + 1)
  const discoveries = () => admin.requestsTo('/.well-known/oauth-authorization-server').length
  const found = discoveries()
  await expect(flyte.auth.getToken()).rejects.toMatchObject({ code: 'FLYTE_AUTH_SERVER_UNREACHABLE' })
  await clock.advance(60_000)
  await expect(flyte.auth.getToken()).rejects.toThrow()
  expect(discoveries()).toBe(found + 1)
  flyte.close()
})

it('takes no notice of the redirect URI where a person logs in by device alone', async () => {
  const env = {
    FLYTE_PLATFORM_URL: admin.url,
    FLYTE_JS_TOKEN_STORE: 'memory',
    FLYTE_CREDENTIALS_AUTH_MODE: 'deviceflow',
    FLYTE_CREDENTIALS_REDIRECT_URI: 'https://page.example.com/callback',
  }
  const clock = createTestClock(Date.now())
  const onPrompt = vi.fn(({ userCode }: { userCode: string }) => issuer.approveDevice(userCode))
  const flyte = await createFlyteClient({ env, login: { onPrompt }, clock })
  const login = flyte.auth.login()
  await vi.waitFor(() => expect(onPrompt).toHaveBeenCalled())
  await onPrompt.mock.results[0]?.value
  await clock.advance(5_000)
  expect(await login).toHaveProperty('accessToken')
  flyte.close()
})

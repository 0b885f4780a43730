import { createTokenManager } from '@flyte-js/auth'
import { systemClock } from '@flyte-js/core'
import { describe, expect, it, vi } from 'vitest'
import { popupLogin, redirectLogin, silentLogin } from './index.js'

// This is Node: what a page imports is imported by the server that renders it as well.

const fetch = vi.fn()
const options = { endpoint: 'https://flyte.example.com', redirectUri: '/callback', fetch }

describe.each([
  ['redirectLogin', redirectLogin],
  ['popupLogin', popupLogin],
  ['silentLogin', silentLogin],
])('%s on a server', (_, create) => {
  it('can be made and kept, and has no callback to handle', async () => {
    const login = create(options)
    const tokens = createTokenManager({ grant: login })
    expect(await login.handleRedirectCallback(tokens)).toBeUndefined()
    expect(login.type).toBe('authorization_code')
    expect(await tokens.peek()).toBeUndefined()
  })

  it('logs nobody in, asks nobody, and says what is missing', async () => {
    const outcome = create(options).acquire({ clock: systemClock })
    await expect(outcome).rejects.toMatchObject({
      name: 'AuthError',
      code: 'FLYTE_AUTH_LOGIN_UNAVAILABLE',
      message: expect.stringMatching(/^There is no page here.*@flyte-js\/pkce-auth\/node/),
    })
    expect(fetch).not.toHaveBeenCalled()
  })
})

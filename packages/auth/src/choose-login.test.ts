import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chooseLogin, type LoginSurroundings, loginUnavailable } from './choose-login.js'

const everything: LoginSurroundings = {
  isTerminal: true,
  browser: { isAtHand: true, reason: 'a browser is at hand' },
  hasAuthorizationEndpoint: true,
  hasDeviceFlow: true,
}
const noBrowser = { isAtHand: false, reason: 'over SSH no browser is started' }

describe('how a person is asked to log in', () => {
  it.each([
    ['pkce', {}],
    ['pkce', { hasDeviceFlow: false }],
    // BROWSER counts as a browser at hand, terminal or not.
    ['pkce', { isTerminal: false }],
    ['device', { browser: noBrowser }],
    ['pkce-printed', { browser: noBrowser, hasDeviceFlow: false }],
    ['none', { browser: noBrowser, isTerminal: false }],
    ['none', { browser: noBrowser, isTerminal: false, hasDeviceFlow: false }],
    ['device', { hasAuthorizationEndpoint: false }],
    ['none', { hasAuthorizationEndpoint: false, isTerminal: false }],
    ['none', { hasAuthorizationEndpoint: false, hasDeviceFlow: false }],
  ])('is %s for %o', (flow, changes) => {
    expect(chooseLogin({ ...everything, ...changes }).flow).toBe(flow)
  })

  it('is never a flow that the server lacks, nor one that nobody could see', () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        (isTerminal, isAtHand, hasPkce, hasDevice) => {
          const browser = { isAtHand, reason: '' }
          const { flow } = chooseLogin({
            isTerminal,
            browser,
            hasAuthorizationEndpoint: hasPkce,
            hasDeviceFlow: hasDevice,
          })
          if (flow === 'pkce') expect(isAtHand && hasPkce).toBe(true)
          if (flow === 'pkce-printed') expect(isTerminal && hasPkce).toBe(true)
          if (flow === 'device') expect(isTerminal && hasDevice).toBe(true)
          if (flow === 'none') expect((isAtHand && hasPkce) || (isTerminal && (hasPkce || hasDevice))).toBe(false)
        },
      ),
    )
  })

  it('says what it looked at', () => {
    const { reasons } = chooseLogin({ ...everything, browser: noBrowser, isTerminal: false })
    expect(reasons).toHaveLength(4)
    expect(reasons[0]).toBe('over SSH no browser is started')
    expect(reasons[1]).toMatch(/no terminal/)
  })
})

describe('the error where nobody can be asked', () => {
  it('says why, and names the variables of client credentials', () => {
    const choice = chooseLogin({ ...everything, browser: noBrowser, isTerminal: false })
    const error = loginUnavailable(choice)
    expect(error.code).toBe('FLYTE_AUTH_LOGIN_UNAVAILABLE')
    for (const part of [
      'over SSH no browser is started',
      'no terminal',
      'FLYTE_CREDENTIALS_AUTH_MODE=basic',
      'FLYTE_CREDENTIALS_CLIENT_ID',
      'FLYTE_CREDENTIALS_CLIENT_SECRET_FROM_ENV_VAR',
      'FLYTE_CREDENTIALS_CLIENT_SECRET_FROM_FILE',
      'BROWSER',
    ])
      expect(error.message).toContain(part)
  })
})

import { AuthError, type Grant, type TokenSet } from '@flyte-js/core'
import type { TestClock } from '@flyte-js/testing'
import { settled } from './numbered-grant.js'

/** A server whose refresh tokens can be used once: a second use revokes all that came of the login (RFC 9700 section 4.14.2). */
export interface RotatingServer {
  refreshes: number
  acquisitions: number
  /** Refresh tokens that were used a second time: each is a login that may be lost. */
  reuses: number
  /** While true, nothing answers. */
  isDown: boolean
  /** Ends all logins, as an administrator does. */
  revoke(): void
  /** The refresh token that can be used, if there is one. */
  live(): string | undefined
  issue(lifetime?: number): TokenSet
  grant: Grant
}

/** @param lifetime - of access tokens, in milliseconds */
export function rotatingServer(clock: TestClock, lifetime = 1799_000): RotatingServer {
  let number = 0
  let isRevoked = false
  const used = new Set<string>()
  const refuse = (code: 'FLYTE_AUTH_SERVER_UNREACHABLE' | 'FLYTE_AUTH_GRANT_REFUSED', oauthError?: string) =>
    new AuthError(code, 'no', { ...(oauthError && { oauthError }) })
  const server: RotatingServer = {
    refreshes: 0,
    acquisitions: 0,
    reuses: 0,
    isDown: false,
    revoke() {
      isRevoked = true
    },
    live: () => (isRevoked ? undefined : `refresh ${number}`),
    issue(life = lifetime) {
      number += 1
      return {
        accessToken: `token ${number}`,
        tokenType: 'bearer',
        expiresAt: clock.now() + life,
        refreshToken: `refresh ${number}`,
      }
    },
    grant: {
      type: 'test_grant',
      interactive: true,
      async acquire() {
        await settled()
        if (server.isDown) throw refuse('FLYTE_AUTH_SERVER_UNREACHABLE')
        server.acquisitions += 1
        isRevoked = false
        return server.issue()
      },
      async refresh({ refreshToken = '' }) {
        if (server.isDown) throw refuse('FLYTE_AUTH_SERVER_UNREACHABLE')
        server.refreshes += 1
        if (used.has(refreshToken)) {
          isRevoked = true
          server.reuses += 1
        }
        if (isRevoked) throw refuse('FLYTE_AUTH_GRANT_REFUSED', 'invalid_grant')
        used.add(refreshToken)
        await settled()
        return server.issue()
      },
    },
  }
  return server
}

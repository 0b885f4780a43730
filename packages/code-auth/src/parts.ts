import { createCookieSessions } from './cookie-sessions.js'
import { cookieNames } from './cookies.js'
import { createExpiringKeys } from './expiring-keys.js'
import { attemptLifetime, createLoginAttempts, type LoginAttempts } from './login-attempts.js'
import { createProvider, type Provider } from './provider.js'
import { createSealer } from './seal.js'
import type { Sessions } from './session.js'
import { createSessionCookies } from './session-cookie.js'
import type { Settings } from './settings.js'
import { createStoredSessions } from './stored-sessions.js'
import { createUsedStates } from './used-states.js'
import { fetchUser } from './user.js'

/** What the handlers work with. */
export interface Parts {
  settings: Settings
  provider: Provider
  attempts: LoginAttempts
  sessions: Sessions
}

/** Puts the parts together as the settings say. */
export function createParts(settings: Settings): Parts {
  const { store, clock } = settings
  const provider = createProvider(settings)
  const names = cookieNames(settings.isSecure)
  const sealer = createSealer(settings.cookieKeys, clock)
  const cookie = createSessionCookies(settings, { names, sealer })
  // Each kind for itself: they live differently long.
  const shared = () => store && { store, expiring: createExpiringKeys(store, clock) }
  const sessionStore = shared()
  const usedStates = createUsedStates(shared(), { clock, lifetime: attemptLifetime })
  const common = { ...settings, cookie, fetchUser: (accessToken: string) => fetchUser(accessToken, settings) }
  return {
    settings,
    provider,
    attempts: createLoginAttempts(settings, { names, sealer, usedStates }),
    sessions:
      sessionStore === undefined
        ? createCookieSessions(common)
        : createStoredSessions({ ...common, ...sessionStore, refresh: provider.refresh }),
  }
}

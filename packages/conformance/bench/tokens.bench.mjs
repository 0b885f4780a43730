// A token that is there already: what each call pays before it may begin. The peer is google-auth-library.
import { createTokenManager } from '@flyte-js/auth'
import { memoryStore } from '@flyte-js/token-store'
import { OAuth2Client } from 'google-auth-library'
import { interleave, report } from './measure.mjs'

const calls = 100_000
const { signal } = new AbortController()
const hour = 3600_000

const tokens = createTokenManager({
  grant: {
    type: 'fixed',
    acquire: async () => ({ accessToken: 'a', tokenType: 'bearer', expiresAt: Date.now() + hour }),
  },
  store: memoryStore(),
  key: 'k',
})
await tokens.getToken()

const google = new OAuth2Client()
google.setCredentials({ access_token: 'a', expiry_date: Date.now() + hour })

/** Microseconds a call, one after another. @param {() => Promise<unknown>} call */
const microseconds = (call) => async () => {
  const start = performance.now()
  for (let index = 0; index < calls; index += 1) await call()
  return ((performance.now() - start) * 1000) / calls
}

const medians = await interleave(
  {
    'google-auth-library getAccessToken': microseconds(() => google.getAccessToken()),
    getToken: microseconds(() => tokens.getToken()),
    'getToken with a signal': microseconds(() => tokens.getToken({ signal })),
  },
  9,
)
report(
  `A warm token, ${calls.toLocaleString('en')} calls one after another`,
  medians,
  'google-auth-library getAccessToken',
  'µs a call',
  {
    getToken: 'goal: under 2 µs',
  },
)

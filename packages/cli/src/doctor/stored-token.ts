import { asksNobody } from '../commands/asks-nobody.js'
import { duration } from '../output/duration.js'
import type { Check } from './check.js'
import { isPersonal } from './examination.js'
import { ok, skipped, warning } from './finding.js'

const cure = 'Log in with flyte-js login'

/** The token that is kept from before, and how long it is good. */
export const storedToken: Check = {
  name: 'token',
  limit: 10_000,
  cure,
  async run({ session, clock, known }) {
    const config = known.resolution?.config
    if (config === undefined || known.target === undefined) return skipped('no endpoint is known')
    if (config.credentials.authMode === 'none') return skipped('with auth_mode none there is no token')
    if (known.isOpen) return skipped('Flyte Admin asks for no login')
    const isPerson = isPersonal(known)
    const login = await session.login(isPerson ? asksNobody : {})
    known.login = login
    const tokenSet = await login.peek()
    if (tokenSet === undefined) {
      if (isPerson) return warning('nobody is logged in', cure)
      return ok('none is kept; the first call gets one')
    }
    known.tokenSet = tokenSet
    const { expiresAt, refreshToken } = tokenSet
    const isRenewable = refreshToken !== undefined || !isPerson
    const then = isRenewable ? 'renewed by itself' : 'then a person has to log in again'
    if (expiresAt === undefined) return ok(`good until a server refuses it, ${then}`)
    const left = expiresAt - clock.now()
    if (left > 0) return ok(`good for ${duration(left)}, ${then}`)
    if (isRenewable) return ok(`ended ${duration(-left)} ago; the next call renews it`)
    delete known.tokenSet
    return warning(`ended ${duration(-left)} ago, and cannot be renewed`, cure)
  },
}

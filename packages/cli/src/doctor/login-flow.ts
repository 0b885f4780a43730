import { chooseLogin, type LoginFlow, loginUnavailable } from '@flyte-js/auth'
import { isAttended } from '@flyte-js/node'
import { findBrowser, lookAround } from '@flyte-js/pkce-auth/node'
import { modes } from '../commands/login-state.js'
import type { Check } from './check.js'
import { isPersonal } from './examination.js'
import { fault, faultOf, ok, skipped, warning } from './finding.js'

const cure =
  'Log in with a browser (FLYTE_CREDENTIALS_AUTH_MODE=standard) or by client credentials (FLYTE_CREDENTIALS_AUTH_MODE=basic), or have Flyte Admin take an external authorization server that has the device flow'

/** What a person is asked to do. */
const ways: Readonly<Record<Exclude<LoginFlow, 'none'>, string>> = {
  pkce: 'a browser opens',
  'pkce-printed': 'an address is printed, to be opened in any browser',
  device: 'an address and a code are printed, for any device',
}

/** How a person would be asked to log in here, and why so: nobody is. */
export const loginFlow: Check = {
  name: 'login-flow',
  limit: 5_000,
  cure,
  async run({ session, known }) {
    const { resolution, documents, isOpen } = known
    if (resolution === undefined || known.target === undefined) return skipped('no endpoint is known')
    if (isOpen) return skipped('Flyte Admin asks for no login')
    const { authMode } = resolution.config.credentials
    if (!isPersonal(known)) return skipped(`nobody is asked with auth_mode ${modes[authMode]}`)
    if (documents?.server === undefined) return skipped('no authorization server is known')
    const { authorization_endpoint: authorization, device_authorization_endpoint: device } = documents.server
    const hasDeviceFlow = Boolean(device)
    if (authMode === 'device')
      return hasDeviceFlow ? ok(ways.device) : fault('the authorization server has no device flow', cure)
    // As the login itself does it.
    const surroundings = lookAround(session.io.env)
    const isTerminal = isAttended(surroundings)
    const browser = findBrowser({ ...surroundings, isTerminal })
    const hasAuthorizationEndpoint = Boolean(authorization)
    const choice = chooseLogin({ isTerminal, browser, hasAuthorizationEndpoint, hasDeviceFlow })
    if (choice.flow !== 'none') return ok(`${ways[choice.flow]}: ${choice.reasons.join('; ')}`)
    const { found, cure: own = cure } = faultOf(loginUnavailable(choice), cure)
    return warning(found.replace(/^N/, 'n'), own)
  },
}

import { defined, FlyteError, type FlyteEvent, type TokenSource } from '@flyte-js/core'
import { createFlyteClient } from '@flyte-js/node'
import { serverCheck } from './check.js'
import { isPersonal, type Known } from './examination.js'
import { fault, faultOf, ok, skipped, warning } from './finding.js'

const cure = 'Log in again with flyte-js login; flyte-js get projects --verbose tells each step'
const machineCure =
  'Check the client and its secret (FLYTE_CREDENTIALS_CLIENT_ID, FLYTE_CREDENTIALS_CLIENT_SECRET), and credentials.scopes; flyte-js get projects --verbose tells each step'
const variable = 'FLYTE_CREDENTIALS_AUTHORIZATION_METADATA_KEY'

/** A call that needs a login, with the one that there is. Nobody is asked. */
export const call = serverCheck({
  name: 'call',
  limit: 30_000,
  cure,
  async run(_target, { session, clock, known }, signal) {
    const { isOpen = false, login, tokenSet } = known
    const { authMode } = (known.resolution ?? (await session.resolution())).config.credentials
    const isWithout = isOpen || authMode === 'none'
    if (!isWithout && isPersonal(known) && tokenSet === undefined) return skipped('nobody is logged in')
    if (!isWithout && login === undefined) return skipped('there is no login to try')
    let header: string | undefined
    const onEvent = (event: FlyteEvent) => {
      if (event.type === 'admin.header-changed') header = event.header
      session.onEvent?.(event)
    }
    const flyte = await createFlyteClient({
      ...session.clientOptions(isWithout ? { credentials: { authMode: 'none' } } : undefined),
      ...defined({ tokenSource: isWithout ? undefined : keptTokens(known) }),
      clock,
      onEvent,
      retries: { limit: 0 },
    })
    const start = clock.monotonic()
    try {
      const { control_plane_version: version } = await flyte.admin.getVersion({}, { signal })
      const time = `${Math.round(clock.monotonic() - start)} ms`
      const told = version?.Version
      const found = `Flyte Admin${told && told !== 'unknown' ? ` ${told}` : ''} answers (${time})`
      if (header === undefined) return ok(found)
      const own =
        header === 'authorization'
          ? `Unset credentials.authorization_metadata_key (${variable}), or set it to auth.httpAuthorizationHeader of Flyte Admin`
          : `Set credentials.authorization_metadata_key (${variable}) to ${header}`
      return warning(`${found}, but takes the token in the header ${header} alone`, own)
    } catch (error) {
      signal.throwIfAborted()
      return refused(error, isPersonal(known))
    } finally {
      flyte.close()
    }
  },
})

/** The tokens of the login; one that was refused and that only a person could replace stays: the other header is still to be tried. */
function keptTokens({ login, tokenSet }: Known): TokenSource | undefined {
  return (
    login && {
      getToken: (options) =>
        login.getToken(options).catch((error: unknown) => {
          if (tokenSet === undefined || options?.rejected !== tokenSet.accessToken) throw error
          return tokenSet
        }),
    }
  )
}

function refused(error: unknown, isPerson: boolean) {
  if (!FlyteError.isInstance(error)) return faultOf(error, cure)
  if (error.code === 'FLYTE_AUTH_LOGIN_UNAVAILABLE' || error.code === 'FLYTE_AUTH_LOGGED_OUT')
    return fault('the login can be renewed no more', 'Log in with flyte-js login')
  if (error.code !== 'FLYTE_ADMIN_UNAUTHENTICATED') return faultOf(error, isPerson ? cure : machineCure)
  const own = isPerson
    ? 'Log in again with flyte-js login. If that is no help, check credentials.scopes and credentials.audience, and that platform.url is the very name that Flyte Admin goes by (auth.authorizedUris): a token is for one host name'
    : 'Check that the client has the scope that Flyte Admin wants (all), credentials.audience, and that platform.url is the very name that Flyte Admin goes by (auth.authorizedUris): a token is for one host name'
  return fault('Flyte Admin refuses the token (HTTP 401)', own)
}

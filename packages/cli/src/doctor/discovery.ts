import { discoverAuthorizationServer, fetchPublicClientConfig } from '@flyte-js/auth'
import { AuthError, defined, type FlyteEvent } from '@flyte-js/core'
import { serverCheck } from './check.js'
import { type Documents, isPersonal, type Target } from './examination.js'
import { type Finding, faultOf, ok, placeOf, warning } from './finding.js'

const cure = 'Check that platform.url (FLYTE_PLATFORM_URL) is the endpoint of a Flyte Admin'

/** The two documents that say how to log in: that of the authorization server, and that of the public client. */
export const discovery = serverCheck({
  name: 'discovery',
  limit: 25_000,
  cure,
  async run(target, { session, clock, known }, signal) {
    const { config } = known.resolution ?? (await session.resolution())
    const { authMode, clientId } = config.credentials
    const { endpoint, fetch } = target
    const events: FlyteEvent[] = []
    const asking = { endpoint, insecure: config.platform.insecure, fetch, signal }
    const onEvent = (event: FlyteEvent) => events.push(event)
    const [server, client] = await Promise.allSettled([
      discoverAuthorizationServer({ ...asking, clock, onEvent }),
      fetchPublicClientConfig(asking),
    ])
    signal.throwIfAborted()
    const documents: Documents = {
      events,
      ...(server.status === 'fulfilled' ? { server: server.value } : { serverError: server.reason }),
      ...defined({ client: client.status === 'fulfilled' ? client.value : undefined }),
    }
    known.documents = documents
    if (isMissing(documents.serverError) && (await isOpen(target, signal))) {
      known.isOpen = true
      return openFinding(authMode, config.platform.auth)
    }
    // Whoever needs no documents gets on without them.
    const needs = (isNeeded: boolean, { found, cure: own = cure, verdict }: Finding): Finding =>
      isNeeded ? { verdict, found, cure: own } : warning(found, own)
    // What is wrong in a document that is there is told with the issuer.
    if (isMissing(documents.serverError))
      return needs(isPersonal(known) || authMode === 'client_credentials', faultOf(documents.serverError, cure))
    if (client.status === 'rejected') return needs(isPersonal(known) && !clientId, faultOf(client.reason, cure))
    const { clientId: advertised, scopes } = client.value
    const { server: found } = documents
    if (!advertised && !clientId && isPersonal(known)) {
      const own =
        'Set auth.appAuth.thirdPartyConfig.flyteClient at Flyte Admin, or give a client by credentials.client_id (FLYTE_CREDENTIALS_CLIENT_ID)'
      return { verdict: 'fault', found: 'Flyte Admin names no client for people to log in with', cure: own }
    }
    const issuer = found ? `authorization server ${placeOf(found.issuer)}, ` : ''
    return ok(`${issuer}client ${advertised ?? 'none'}, scopes ${scopes.join(' ') || 'none'}`)
  },
})

const isMissing = (error: unknown) => AuthError.isInstance(error) && error.code === 'FLYTE_AUTH_DISCOVERY_FAILED'

/** Whether Flyte Admin answers whoever asks. */
async function isOpen({ endpoint, transport }: Target, signal: AbortSignal): Promise<boolean> {
  const headers = { accept: 'application/json' }
  const url = `${endpoint}/api/v1/version`
  const answer = await transport
    .request({ method: 'GET', url, headers, signal, timeout: 10_000 })
    .catch(() => undefined)
  return answer?.status === 200 && answer.body.includes('control_plane_version')
}

function openFinding(authMode: string, isLoginForced: boolean): Finding {
  const found = 'Flyte Admin asks for no login'
  if (authMode === 'none') return ok(found)
  if (!isLoginForced) return ok(`${found}, so credentials.auth_mode is of no account`)
  const own = 'Set FLYTE_CREDENTIALS_AUTH_MODE=none, or unset platform.auth (FLYTE_PLATFORM_AUTH)'
  return warning(`${found}, and platform.auth has every client try one first`, own)
}

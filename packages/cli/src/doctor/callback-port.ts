import { defined } from '@flyte-js/core'
import { ownRedirectUri } from '@flyte-js/node'
import { listenOnLoopback, portUser, redirectUris } from '@flyte-js/pkce-auth/node'
import { modes } from '../commands/login-state.js'
import type { Check } from './check.js'
import { fault, ok, skipped, warning } from './finding.js'

const cure =
  'Close what has it, or finish its login; or register another http://localhost:PORT/PATH for the client, and give that by credentials.redirect_uri (FLYTE_CREDENTIALS_REDIRECT_URI)'

/** Whether a browser could come back from a login: the ports of the redirect URIs are free. */
export const callbackPort: Check = {
  name: 'callback-port',
  limit: 5_000,
  cure,
  async run({ known }) {
    const { resolution, target, documents, isOpen } = known
    const credentials = resolution?.config.credentials
    if (credentials === undefined || target === undefined) return skipped('no endpoint is known')
    if (isOpen) return skipped('Flyte Admin asks for no login')
    const { authMode, clientId, redirectUri } = credentials
    if (authMode !== 'pkce') return skipped(`no browser comes back with auth_mode ${modes[authMode]}`)
    const advertised = documents?.client
    if (advertised?.redirectUri === undefined && !redirectUri) return skipped('no redirect URI is known')
    const { issuer = '' } = documents?.server ?? {}
    const client = {
      clientId: clientId || (advertised?.clientId ?? ''),
      isFlyteAdmin: URL.canParse(issuer) && new URL(issuer).origin === target.url.origin,
      ...defined({ redirectUri: advertised?.redirectUri }),
    }
    const taken: string[] = []
    for (const { port } of redirectUris(client, ownRedirectUri(credentials))) {
      if (await isFree(port)) {
        const free = port === 0 ? 'any free port will do' : `port ${port} is free`
        return taken.length === 0 ? ok(free) : warning(`${taken.join(', ')}; ${free}, and is used instead`, cure)
      }
      const user = await portUser(port)
      taken.push(`port ${port} is taken${user === undefined ? '' : ` by ${user}`}`)
    }
    return fault(taken.join(', '), cure)
  },
}

async function isFree(port: number): Promise<boolean> {
  const listener = await listenOnLoopback(port, () => {})
  await listener?.close()
  return listener !== undefined
}

// The oidc-provider that answers for an embedded authorization server.
import { exportJWK, generateKeyPair } from 'jose'
import type { JWK, default as Provider } from 'oidc-provider'
import { loadOidcProvider, withoutPagesNotice } from './load-oidc-provider.js'
import type { AuthorizationServerOptions } from './options.js'
import { providerConfiguration } from './provider-configuration.js'

/** Makes it, with a key of its own. */
export async function createProvider(issuer: string, options: AuthorizationServerOptions): Promise<Provider> {
  const [{ default: OidcProvider, interactionPolicy }, { privateKey }] = await Promise.all([
    loadOidcProvider(),
    generateKeyPair('RS256', { extractable: true }),
  ])
  const jwk = { ...(await exportJWK(privateKey)), kid: crypto.randomUUID(), use: 'sig', alg: 'RS256' } as JWK
  const policy = interactionPolicy.base()
  // Native clients would be asked every time, and a login without a question (`prompt=none`) would never succeed.
  policy.get('consent')?.checks.remove('native_client_prompt')
  const configuration = providerConfiguration(issuer, jwk, policy, options)
  const provider = withoutPagesNotice(() => new OidcProvider(issuer, configuration))
  if (options.devicePollingInterval !== undefined) tellPollingInterval(provider, options.devicePollingInterval)
  return provider
}

/** The provider leaves the interval out of its answer to a device. */
function tellPollingInterval(provider: Provider, interval: number): void {
  provider.use(async (context, next) => {
    await next()
    if (context.path === '/device/auth' && context.status === 200) Object.assign(context.body as object, { interval })
  })
}

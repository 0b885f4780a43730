// The identity provider behind Flyte Admin: the one that a test gives, or one of its own that starts when it is first needed.
import { type AuthorizationServer, startAuthorizationServer } from '../../authorization-server.js'
import {
  createIdentityProvider,
  defaultIdentityClient,
  type IdentityProvider,
  type IdentityProviderOptions,
} from './identity-provider.js'

/** Hands the provider out, and stops it if it is its own. */
export interface LazyIdentityProvider {
  get(): Promise<IdentityProvider>
  close(): Promise<void>
}

/**
 * Makes it.
 *
 * @param callbackUrls Where the provider may send browsers to, known once Flyte Admin listens.
 */
export function createLazyIdentityProvider(
  given: IdentityProviderOptions | undefined,
  callbackUrls: () => string[],
): LazyIdentityProvider {
  let own: Promise<AuthorizationServer> | undefined
  let provider: Promise<IdentityProvider> | undefined
  let isClosed = false

  const start = async () => {
    own = startAuthorizationServer({
      clients: [
        {
          id: defaultIdentityClient.clientId,
          secret: defaultIdentityClient.clientSecret,
          grantTypes: ['authorization_code', 'refresh_token'],
          redirectUris: callbackUrls(),
          tokensForUserInfo: true,
        },
      ],
    })
    return createIdentityProvider(await own)
  }

  return {
    async get() {
      if (isClosed) throw new Error('The embedded Flyte Admin is closed')
      provider ??= given === undefined ? start() : Promise.resolve(createIdentityProvider(given))
      return provider
    },
    async close() {
      isClosed = true
      await own?.then(
        (server) => server.close(),
        () => {},
      )
    },
  }
}

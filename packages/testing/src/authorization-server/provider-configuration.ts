// How oidc-provider is set up: access tokens are JWTs for a resource, with their scopes in `scp`, as Flyte Admin wants them.
import type { ClientMetadata, Configuration, interactionPolicy, JWK } from 'oidc-provider'
import { devicePages } from './device-pages.js'
import { createMemoryAdapter } from './memory-adapter.js'
import {
  type AuthorizationServerClient,
  type AuthorizationServerOptions,
  defaultAccount,
  defaultAuthorizationServerClients,
  defaultScopes,
} from './options.js'

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'

/**
 * The configuration for oidc-provider.
 *
 * @param jwk The private key that signs tokens.
 * @param policy When the person is asked.
 */
export function providerConfiguration(
  issuer: string,
  jwk: JWK,
  policy: interactionPolicy.DefaultPolicy,
  options: AuthorizationServerOptions,
): Configuration {
  const {
    clients = defaultAuthorizationServerClients,
    scopes = defaultScopes,
    audience = issuer,
    accessTokenLifetime = 3600,
    refreshTokenLifetime = 86_400,
    account = defaultAccount,
    deviceCodeLifetime = 600,
    rotateRefreshTokens,
    asksPerson = false,
  } = options
  const resourceScope = scopes.join(' ')
  const adapter = createMemoryAdapter()
  const hasTokensForUserInfo = (clientId: string) =>
    clients.some((client) => client.id === clientId && client.tokensForUserInfo === true)
  const requiresPkce = (clientId: string) =>
    clients.some((client) => client.id === clientId && client.requirePkce === true)

  return {
    jwks: { keys: [jwk] },
    cookies: { keys: [crypto.randomUUID()] },
    adapter: function MemoryAdapter(model: string) {
      return adapter(model)
    } as unknown as NonNullable<Configuration['adapter']>,
    clients: clients.map(clientMetadata),
    scopes: ['openid', 'offline_access', ...scopes],
    claims: {
      openid: ['sub'],
      profile: ['name', 'preferred_username', 'given_name', 'family_name'],
      email: ['email', 'email_verified'],
    },
    conformIdTokenClaims: false,
    findAccount: (_context, sub) => ({ accountId: sub, claims: async () => ({ ...account, sub }) }),
    pkce: {
      required: (_context, { clientId, clientAuthMethod }) => clientAuthMethod === 'none' || requiresPkce(clientId),
    },
    // A public client may be a page, of whatever origin a test serves it from.
    clientBasedCORS: (_context, _origin, client) => client.clientAuthMethod === 'none',
    features: {
      devInteractions: { enabled: asksPerson },
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true, ...devicePages },
      introspection: { enabled: true, allowedPolicy: () => true },
      revocation: { enabled: true, allowedPolicy: () => true },
      rpInitiatedLogout: { enabled: clients.some((client) => client.postLogoutRedirectUris !== undefined) },
      resourceIndicators: {
        enabled: true,
        defaultResource: (_context, client, oneOf) => {
          if (oneOf !== undefined) return [oneOf].flat()[0] as string
          return hasTokensForUserInfo(client.clientId) ? [] : audience
        },
        useGrantedResource: () => true,
        getResourceServerInfo: (_context, resource) => ({
          scope: resourceScope,
          audience: resource,
          accessTokenTTL: accessTokenLifetime,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    extraTokenClaims: (_context, token) => (token.scope ? { scp: token.scope.split(' ') } : {}),
    issueRefreshToken: (_context, client, code) =>
      client.grantTypeAllowed('refresh_token') && (code.scopes.has('offline_access') || code.scopes.has('offline')),
    ttl: {
      AccessToken: accessTokenLifetime,
      ClientCredentials: accessTokenLifetime,
      RefreshToken: refreshTokenLifetime,
      IdToken: 3600,
      DeviceCode: deviceCodeLifetime,
      Session: 86_400,
      Grant: 86_400,
      Interaction: 600,
    },
    ...(rotateRefreshTokens !== undefined && { rotateRefreshToken: rotateRefreshTokens }),
    // The provider's own pages have their own place.
    interactions: { policy, ...(!asksPerson && { url: (_context, interaction) => `/interaction/${interaction.uid}` }) },
    renderError: (context, error) => {
      context.type = 'json'
      context.body = error
    },
    // Consent is never asked for: every grant holds all there is.
    async loadExistingGrant(context) {
      const { client, session, provider } = context.oidc
      if (client === undefined || session?.accountId === undefined) return undefined
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
      grant.addOIDCScope(`openid offline_access profile email ${resourceScope}`)
      grant.addOIDCClaims(Object.keys(account))
      const requested = [context.oidc.params?.resource ?? audience].flat() as string[]
      for (const resource of requested) grant.addResourceScope(resource, resourceScope)
      await grant.save()
      return grant
    },
  }
}

function clientMetadata(client: AuthorizationServerClient): ClientMetadata {
  const { id, secret, redirectUris = [], postLogoutRedirectUris } = client
  const grantTypes =
    client.grantTypes ??
    (secret === undefined ? ['authorization_code', 'refresh_token', deviceGrant] : ['client_credentials'])
  return {
    client_id: id,
    ...(secret !== undefined && { client_secret: secret }),
    grant_types: [...grantTypes],
    redirect_uris: [...redirectUris],
    ...(postLogoutRedirectUris !== undefined && { post_logout_redirect_uris: [...postLogoutRedirectUris] }),
    response_types: grantTypes.includes('authorization_code') ? ['code'] : [],
    token_endpoint_auth_method:
      client.tokenEndpointAuthMethod ?? (secret === undefined ? 'none' : 'client_secret_basic'),
    // Loopback URIs of a native client may have any port; other ones without TLS are for web clients only.
    application_type: redirectUris.every(isSafeForNative) ? 'native' : 'web',
  }
}

function isSafeForNative(redirectUri: string): boolean {
  const { protocol, hostname } = new URL(redirectUri)
  return protocol !== 'http:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
}

// How oidc-provider is set up: access tokens are JWTs for a resource, with their scopes in `scp`, as Flyte Admin wants them.
import type { ClientMetadata, Configuration, JWK } from 'oidc-provider'
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
 */
export function providerConfiguration(issuer: string, jwk: JWK, options: AuthorizationServerOptions): Configuration {
  const {
    clients = defaultAuthorizationServerClients,
    scopes = defaultScopes,
    audience = issuer,
    accessTokenLifetime = 3600,
    refreshTokenLifetime = 86_400,
    account = defaultAccount,
  } = options
  const resourceScope = scopes.join(' ')
  const adapter = createMemoryAdapter()

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
    pkce: { required: (_context, client) => client.clientAuthMethod === 'none' },
    // A public client may be a page, of whatever origin a test serves it from.
    clientBasedCORS: (_context, _origin, client) => client.clientAuthMethod === 'none',
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      deviceFlow: {
        enabled: true,
        userCodeInputSource: (context, form) => {
          context.body = `<!doctype html>${form}<button type="submit" form="op.deviceInputForm">Continue</button>`
        },
        userCodeConfirmSource: (context, form) => {
          context.body = `<!doctype html>${form}<button type="submit" form="op.deviceConfirmForm">Confirm</button>`
        },
        successSource: (context) => {
          context.body = '<!doctype html><p>Signed in.</p>'
        },
      },
      introspection: { enabled: true, allowedPolicy: () => true },
      revocation: { enabled: true, allowedPolicy: () => true },
      rpInitiatedLogout: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: (_context, _client, oneOf) =>
          Array.isArray(oneOf) ? (oneOf[0] as string) : (oneOf ?? audience),
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
      DeviceCode: 600,
      Session: 86_400,
      Grant: 86_400,
      Interaction: 600,
    },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
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
  const { id, secret, redirectUris = [] } = client
  const grantTypes =
    client.grantTypes ??
    (secret === undefined ? ['authorization_code', 'refresh_token', deviceGrant] : ['client_credentials'])
  return {
    client_id: id,
    ...(secret !== undefined && { client_secret: secret }),
    grant_types: [...grantTypes],
    redirect_uris: [...redirectUris],
    response_types: grantTypes.includes('authorization_code') ? ['code'] : [],
    token_endpoint_auth_method:
      client.tokenEndpointAuthMethod ?? (secret === undefined ? 'none' : 'client_secret_basic'),
    application_type: 'native',
  }
}

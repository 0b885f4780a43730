// A realm for Flyte, as an administrator of Keycloak sets it up: in Keycloak's words, as its Admin API takes them.

/** The realm's name, and with it the end of its issuer. */
export const realmName = 'flyte'

/** Who logs in. */
export const user = { username: 'flora', password: 'a password of flora', email: 'flora@example.com' }

/** A client for machines: its secret has to be form-encoded before it becomes Basic (RFC 6749 section 2.3.1). */
export const serviceClient = { id: 'svc', secret: 'p@ss:w/o+rd %41é' }

/** The client that command lines are told to log in with; Keycloak refuses it without PKCE. */
export const publicClient = { id: 'flytectl' }

/** A client for devices alone, without PKCE: the public client's, which it must use, Keycloak wants in the device flow too. */
export const deviceClient = { id: 'flyte-device' }

/** The same, whose codes end after three seconds. */
export const hastyClient = { id: 'flyte-hasty-device' }

/** Flyte Admin as Keycloak knows it: whom the access tokens are for (`allowedAudience`), and who may ask about them (RFC 7662). */
export const resourceServer = { id: 'flyte', secret: 'known to Flyte Admin alone' }

/** Seconds of an access token's life. */
export const accessTokenLifespan = 300

const loggedEvents = [
  'LOGIN',
  'CODE_TO_TOKEN',
  'CLIENT_LOGIN',
  'OAUTH2_DEVICE_CODE_TO_TOKEN',
  'REFRESH_TOKEN',
  'REVOKE_GRANT',
]

/** The realm, with one person. */
export const realm = {
  realm: realmName,
  enabled: true,
  accessTokenLifespan,
  // Each refresh token can be used once: whoever uses one again ends the login (RFC 9700 section 4.14.2).
  revokeRefreshToken: true,
  refreshTokenMaxReuse: 0,
  oauth2DeviceCodeLifespan: 60,
  oauth2DevicePollingInterval: 1,
  eventsEnabled: true,
  // Said one by one: of itself Keycloak logs no renewals.
  enabledEventTypes: loggedEvents.flatMap((type) => [type, `${type}_ERROR`]),
  users: [
    {
      username: user.username,
      enabled: true,
      email: user.email,
      emailVerified: true,
      firstName: 'Flora',
      lastName: 'Example',
      // Those that everybody has who is not imported; one of them allows offline_access.
      realmRoles: [`default-roles-${realmName}`],
      credentials: [{ type: 'password', value: user.password, temporary: false }],
    },
  ],
}

/** The scopes that Flyte Admin advertises. What `all` grants is what Flyte Admin looks for: its audience, and `scp` as a list. */
export const clientScopes = [
  {
    name: 'all',
    protocol: 'openid-connect',
    attributes: {
      'include.in.token.scope': 'true',
      'display.on.consent.screen': 'true',
      'consent.screen.text': 'Everything in Flyte',
    },
    protocolMappers: [
      {
        name: 'scp',
        protocol: 'openid-connect',
        protocolMapper: 'oidc-hardcoded-claim-mapper',
        config: {
          'claim.name': 'scp',
          'claim.value': '["all"]',
          'jsonType.label': 'JSON',
          'access.token.claim': 'true',
          'id.token.claim': 'false',
          'userinfo.token.claim': 'false',
        },
      },
      {
        name: 'audience',
        protocol: 'openid-connect',
        protocolMapper: 'oidc-audience-mapper',
        config: {
          'included.client.audience': resourceServer.id,
          'access.token.claim': 'true',
          'id.token.claim': 'false',
        },
      },
    ],
  },
  {
    name: 'offline',
    protocol: 'openid-connect',
    attributes: { 'include.in.token.scope': 'true', 'display.on.consent.screen': 'false' },
  },
]

const everyClient = {
  enabled: true,
  directAccessGrantsEnabled: false,
  defaultClientScopes: ['basic', 'profile', 'email'],
  optionalClientScopes: ['all', 'offline', 'offline_access'],
}

/** The clients, the resource server first, which the others' tokens are for. On loopback Keycloak takes a redirect URI whatever its port (RFC 8252 section 7.3). */
export const clients = [
  { enabled: true, clientId: resourceServer.id, secret: resourceServer.secret, standardFlowEnabled: false },
  {
    ...everyClient,
    clientId: publicClient.id,
    publicClient: true,
    consentRequired: true,
    redirectUris: ['http://localhost/callback', 'http://127.0.0.1/callback'],
    attributes: { 'pkce.code.challenge.method': 'S256', 'oauth2.device.authorization.grant.enabled': 'true' },
  },
  {
    ...everyClient,
    clientId: deviceClient.id,
    publicClient: true,
    standardFlowEnabled: false,
    attributes: { 'oauth2.device.authorization.grant.enabled': 'true' },
  },
  {
    ...everyClient,
    clientId: hastyClient.id,
    publicClient: true,
    standardFlowEnabled: false,
    attributes: { 'oauth2.device.authorization.grant.enabled': 'true', 'oauth2.device.code.lifespan': '3' },
  },
  {
    ...everyClient,
    clientId: serviceClient.id,
    secret: serviceClient.secret,
    standardFlowEnabled: false,
    serviceAccountsEnabled: true,
  },
]

/** A client for a page of that origin. */
export const pageClient = (origin: string) => ({
  ...everyClient,
  clientId: `flyte-page-${new URL(origin).port}`,
  publicClient: true,
  consentRequired: true,
  redirectUris: [`${origin}/callback`],
  webOrigins: [origin],
  attributes: { 'pkce.code.challenge.method': 'S256' },
})

/** A client with a secret for a server of that origin: without PKCE, as Flyte's documents have it, unless it must use that. */
export const portalClient = (origin: string, { mustUsePkce = false } = {}) => ({
  ...everyClient,
  clientId: `flyte-portal-${new URL(origin).port}`,
  secret: serviceClient.secret,
  redirectUris: [`${origin}/callback`],
  attributes: {
    'post.logout.redirect.uris': `${origin}/goodbye`,
    ...(mustUsePkce && { 'pkce.code.challenge.method': 'S256' }),
  },
})

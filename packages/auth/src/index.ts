// For users
export type { AuthorizationServer } from 'oauth4webapi'
export { type DiscoverOptions, discoverAuthorizationServer } from './discovery.js'
export type { DocumentOptions } from './fetch-document.js'
export { fetchPublicClientConfig, type PublicClientConfig } from './public-client-config.js'
// For authors of libraries
export { type RefreshTokenGrantOptions, refreshTokenGrant } from './refresh-token-grant.js'
export { revokeTokens } from './revocation.js'
export { type SingleFlight, singleFlight } from './single-flight.js'
export { exchangeTokens, type TokenExchange } from './token-endpoint.js'
export { type TokenKeyParts, tokenKey } from './token-key.js'
export { createTokenManager, type TokenManager, type TokenManagerOptions } from './token-manager.js'

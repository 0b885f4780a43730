// For users

export type { AuthorizationServer } from 'oauth4webapi'
export { type DiscoverOptions, discoverAuthorizationServer } from './discovery.js'
export type { DocumentOptions } from './fetch-document.js'
export { type DiscoverIssuerOptions, discoverIssuer } from './issuer-discovery.js'
export { type PublicClient, type PublicClientFinder, type PublicClientOptions, publicClient } from './public-client.js'
export { fetchPublicClientConfig, type PublicClientConfig } from './public-client-config.js'
export { type TokenKeyParts, tokenKey } from './token-key.js'
export { createTokenManager, type TokenManager, type TokenManagerOptions } from './token-manager.js'

// For authors of libraries

export { type AuthorizationAttempt, createAttempt, type PkceAttempt } from './authorization-attempt.js'
export { type CodeExchange, exchangeCode } from './authorization-code.js'
export { type AuthorizationRequest, authorizationUrl } from './authorization-request.js'
export { isAnswerTo, isRedirectUri, readResponse, responseParameters } from './authorization-response.js'
export {
  chooseLogin,
  type LoginChoice,
  type LoginFlow,
  type LoginSurroundings,
  loginUnavailable,
} from './choose-login.js'
export { checkScheme } from './endpoint.js'
export { inBase64 } from './in-base64.js'
export { explainFailure, type OAuthFailure } from './oauth-failure.js'
export { withoutOfflineScopes } from './offline-scopes.js'
export { type PublicClientFlow, type PublicClientGrantOptions, publicClientGrant } from './public-client-grant.js'
export { refreshTokenGrant } from './refresh-token-grant.js'
export { type Remembered, remembered } from './remembered.js'
export { revokeTokens } from './revocation.js'
export { type ServerRefusal, serverRefusal } from './server-text.js'
export { type SingleFlight, singleFlight } from './single-flight.js'
export { type TimeLimit, withTimeLimit } from './time-limit.js'
export { exchangeTokens, type TokenClient, type TokenExchange } from './token-endpoint.js'
export { orAborted } from './turns.js'

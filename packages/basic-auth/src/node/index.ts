// For users
export { type BasicAuth, type BasicAuthOptions, basicAuth } from './basic-auth.js'

// For authors of libraries
export { type BasicAuthGrantOptions, basicAuthGrant } from './basic-auth-grant.js'
export { type BasicAuthTokensOptions, basicAuthTokens } from './basic-auth-tokens.js'

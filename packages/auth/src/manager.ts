// For pages, which load what speaks OAuth only where a login begins or ends: the token manager alone.
export { type TokenKeyParts, tokenKey } from './token-key.js'
export { createTokenManager, type TokenManager, type TokenManagerOptions } from './token-manager.js'

// For users
export { type ClientAuthMethod, type ClientCredentialsOptions, clientCredentials } from './client-credentials.js'

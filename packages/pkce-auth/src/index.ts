// For users

export type { PkceAttempt } from '@flyte-js/auth'
export { createPkceLogin, type FinishOptions, type PkceLogin, type PkceLoginOptions } from './pkce-login.js'

// For authors of libraries

export { resumePkceLogin } from './pkce-login.js'

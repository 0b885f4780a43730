// For users
export type { PkceAttempt } from './pkce-attempt.js'
export {
  createPkceLogin,
  type FinishOptions,
  type PkceLogin,
  type PkceLoginOptions,
  // For authors of libraries
  resumePkceLogin,
} from './pkce-login.js'

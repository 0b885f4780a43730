import { call } from './call.js'
import { callbackPort } from './callback-port.js'
import type { Check } from './check.js'
import { clockSkew } from './clock-skew.js'
import { configuration } from './configuration.js'
import { connection } from './connection.js'
import { discovery } from './discovery.js'
import { headerName } from './header-name.js'
import { healthcheck } from './healthcheck.js'
import { issuer } from './issuer.js'
import { loginFlow } from './login-flow.js'
import { nameResolution } from './name-resolution.js'
import { storedToken } from './stored-token.js'
import { tls } from './tls.js'
import { tokenStore } from './token-store.js'

/** What is looked at, each on what those before have found: from here to the server, then the login, then both. */
export const checks: readonly Check[] = [
  configuration,
  nameResolution,
  connection,
  tls,
  healthcheck,
  discovery,
  issuer,
  headerName,
  clockSkew,
  loginFlow,
  callbackPort,
  tokenStore,
  storedToken,
  call,
]

// For users

export { loopbackLogin } from './loopback-login.js'
export type { LoopbackLoginOptions } from './loopback-login-options.js'

// For authors of libraries

export type { CommandLine } from './browser-variable.js'
export { type BrowserFinding, findBrowser, lookAround, type Surroundings } from './find-browser.js'
export { type LoopbackListener, listenOnLoopback } from './loopback-listener.js'
export { portUser } from './port-user.js'
export { type LoopbackUri, type RedirectUriChoice, redirectUris } from './redirect-uris.js'

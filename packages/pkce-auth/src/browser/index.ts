// For users
export type { PageLoginOptions } from './page-options.js'
export { type PopupLoginOptions, popupLogin } from './popup.js'
export { type RedirectLogin, type RedirectResult, redirectLogin } from './redirect.js'
export { type SilentLoginOptions, silentLogin } from './silent.js'
export type { WindowLogin } from './window-login.js'

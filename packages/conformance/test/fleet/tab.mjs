// What each tab of a fleet has. See one-refresh-tabs.system.test.ts.
import { indexedDbStore } from '@flyte-js/token-store/indexed-db'
import { webStorageStore } from '@flyte-js/token-store/web-storage'
import { wantToken as want } from './want-token.mjs'

const open = { indexedDb: () => indexedDbStore(), local: () => webStorageStore({ area: 'local' }) }

/** @typedef {keyof typeof open} StoreName */

/** @param {StoreName} name @param {string} key */
export const get = (name, key) => open[name]().get(key)

/** @param {StoreName} name @param {string} key @param {import('@flyte-js/core').TokenSet} tokenSet */
export const set = (name, key, tokenSet) => open[name]().set(key, tokenSet)

/** @param {StoreName} name @param {{ issuer: string, key: string }} login */
export const wantToken = (name, login) => want(open[name](), login)

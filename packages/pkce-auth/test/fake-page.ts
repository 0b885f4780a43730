import { vi } from 'vitest'
import type * as Browser from '../src/browser/index.js'

/** As much of a browser's tab as a redirect login touches, for tests that need no browser. */
export interface FakeTab {
  /** Loads a page: what modules remember goes, the session storage stays. */
  load(address: string): Promise<typeof Browser>
  readonly address: string
  /** Resolves with the address that the page is left for. */
  left(): Promise<string>
  readonly stored: Record<string, string>
}

/** Makes the globals of a tab; `vi.unstubAllGlobals()` takes them away. */
export function createFakeTab(): FakeTab {
  const stored: Record<string, string> = {}
  let url = new URL('about:blank')
  let leave: (address: string) => void = () => {}

  const methods = {
    getItem: (name: string) => stored[name] ?? null,
    setItem: (name: string, value: string) => void Reflect.set(stored, name, value),
    removeItem: (name: string) => void Reflect.deleteProperty(stored, name),
  }
  const location = {
    get href() {
      return url.href
    },
    get origin() {
      return url.origin
    },
    assign: (address: string) => leave(address),
  }
  const history = {
    state: null,
    replaceState: (_state: unknown, _unused: string, address: string) => {
      url = new URL(address, url)
    },
  }
  vi.stubGlobal('window', globalThis)
  vi.stubGlobal('location', location)
  vi.stubGlobal('history', history)
  vi.stubGlobal('sessionStorage', new Proxy(stored, { get: (_, name) => Reflect.get(methods, name) }))
  vi.stubGlobal('addEventListener', () => {})
  vi.stubGlobal('close', () => {})
  return {
    async load(address) {
      url = new URL(address)
      vi.resetModules()
      return import('../src/browser/index.js')
    },
    get address() {
      return url.href
    },
    left: () =>
      new Promise((resolve) => {
        leave = resolve
      }),
    stored,
  }
}

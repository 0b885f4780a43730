import { vi } from 'vitest'

/** As much of a browser's tab as a login touches, for tests that need no browser. */
export interface FakeTab {
  /** Loads a page; the session storage stays. */
  load(address: string, navigation?: NavigationTimingType): void
  /** Where the page is now. */
  readonly address: string
  /** The addresses that the page was left for. */
  readonly left: URL[]
  readonly stored: Record<string, string>
}

/** Makes the globals of a tab; `vi.unstubAllGlobals()` takes them away. */
export function createFakeTab(address = 'https://app.example.com/'): FakeTab {
  const stored: Record<string, string> = {}
  const methods = {
    getItem: (name: string) => stored[name] ?? null,
    setItem: (name: string, value: string) => void Reflect.set(stored, name, value),
    removeItem: (name: string) => void Reflect.deleteProperty(stored, name),
  }
  const left: URL[] = []
  let url = new URL(address)
  let loads = 0
  const location = {
    assign: (target: string | URL) => void left.push(new URL(target)),
    ...Object.fromEntries(['href', 'origin', 'protocol', 'hostname', 'search'].map((name) => [name, ''])),
  }
  for (const name of Object.keys(location).filter((each) => each !== 'assign'))
    Object.defineProperty(location, name, { get: () => Reflect.get(url, name) })
  const history = {
    state: null,
    replaceState(_state: unknown, _unused: string, target: string) {
      url = new URL(target, url)
    },
  }
  const tab: FakeTab = {
    load(target, type = 'navigate') {
      url = new URL(target)
      // Node's own fetch measures with it.
      const measuring = { markResourceTiming: () => {}, now: () => 0 }
      vi.stubGlobal('performance', { ...measuring, timeOrigin: ++loads, getEntriesByType: () => [{ type }] })
    },
    get address() {
      return url.href
    },
    left,
    stored,
  }
  vi.stubGlobal('window', globalThis)
  vi.stubGlobal('location', location)
  vi.stubGlobal('history', history)
  for (const name of ['addEventListener', 'removeEventListener', 'stop']) vi.stubGlobal(name, () => {})
  // A page that was left hears nothing any more, and there is no other.
  vi.stubGlobal('BroadcastChannel', function silentChannel() {
    return { postMessage: () => {}, close: () => {} }
  })
  // All locks are free, since there is one tab.
  const locks = { request: async (_: string, __: object, held: (lock: object) => unknown) => held({}) }
  vi.stubGlobal('navigator', { locks: { ...locks, query: async () => ({ held: [] }) } })
  // Its keys are the names of what is stored.
  vi.stubGlobal('sessionStorage', new Proxy(stored, { get: (_, name) => Reflect.get(methods, name) }))
  tab.load(address)
  return tab
}

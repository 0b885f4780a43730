import { vi } from 'vitest'

/** As much of a browser's tab as a session touches, for tests that need no browser. */
export interface FakeTab {
  /** Loads a page; the session storage stays. */
  load(address: string, navigation?: NavigationTimingType): void
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
  let loads = 0
  const tab: FakeTab = {
    load(address, type = 'navigate') {
      const { href, origin, protocol, hostname } = new URL(address)
      const assign = (target: URL) => void left.push(target)
      vi.stubGlobal('location', { href, origin, protocol, hostname, assign })
      // Node's own fetch measures with it.
      const measuring = { markResourceTiming: () => {}, now: () => 0 }
      vi.stubGlobal('performance', { ...measuring, timeOrigin: ++loads, getEntriesByType: () => [{ type }] })
    },
    left,
    stored,
  }
  vi.stubGlobal('window', globalThis)
  vi.stubGlobal('sessionStorage', methods)
  tab.load(address)
  return tab
}

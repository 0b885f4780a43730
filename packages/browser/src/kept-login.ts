// That this tab was left for a login waits in its session storage, so that whoever comes back without a session is told why. A
// page that then left for the login again would go round for ever: Flyte Admin, to which the cookies are its own, sends it straight
// back.
const prefix = 'flyte-js:admin-session:'

/** Milliseconds after which nobody comes back any more. */
const patience = 3_600_000

interface KeptLogin {
  /** When the page was left, in epoch milliseconds. */
  leftAt: number
  /** Which load of the page was left. */
  left: number
  /** Which load came after, once it is known. */
  arrived?: number
}

/** Names a load of the page. It is no time to reckon with: browsers let it drift from their clock. */
const thisLoad = () => performance.timeOrigin

/** Keeps that the page is left. Where nothing can be kept, nothing can be told later. */
export function keepLogin(endpoint: URL): void {
  write(endpoint, { leftAt: Date.now(), left: thisLoad() })
}

/** Forgets it, because somebody is signed in. */
export function dropLogin(endpoint: URL): void {
  try {
    sessionStorage.removeItem(prefix + endpoint.href)
  } catch {
    // Forbidden: then it is not there either.
  }
}

/** Whether this load of the page is the one that came after a login, and not by the back button. */
export function isBackFromLogin(endpoint: URL): boolean {
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
  const kept = read(endpoint)
  if (kept === undefined || kept.left === thisLoad() || navigation?.type === 'back_forward') return false
  if (Math.abs(Date.now() - kept.leftAt) > patience) return false
  const { arrived = thisLoad() } = kept
  write(endpoint, { ...kept, arrived })
  return arrived === thisLoad()
}

function read(endpoint: URL): KeptLogin | undefined {
  try {
    const kept = JSON.parse(sessionStorage.getItem(prefix + endpoint.href) ?? '') as Partial<KeptLogin>
    return typeof kept?.leftAt === 'number' ? (kept as KeptLogin) : undefined
  } catch {
    return undefined
  }
}

function write(endpoint: URL, kept: KeptLogin): void {
  try {
    sessionStorage.setItem(prefix + endpoint.href, JSON.stringify(kept))
  } catch {
    // Full or forbidden.
  }
}

// The routes of this page, in its address behind the #, so that any web server can serve it.

/** A project and a domain: whatever runs in Flyte runs in such a place. */
export interface Place {
  project: string
  domain: string
}

/** Where the person is. */
export type Route =
  | { page: 'projects' }
  | { page: 'executions' | 'launch-plans'; place: Place }
  | { page: 'execution' | 'launch'; place: Place; name: string }

/** Reads a route; what cannot be read leads to the projects. */
export function parseRoute(hash: string): Route {
  const [project = '', domain = '', section = '', name = ''] = hash.replace(/^#\//, '').split('/').map(decoded)
  const place = { project, domain }
  if (project === '' || domain === '') return { page: 'projects' }
  if (section === 'launch-plans') return name === '' ? { page: section, place } : { page: 'launch', place, name }
  return name === '' ? { page: 'executions', place } : { page: 'execution', place, name }
}

/** The address of a route, as links have it. */
export function addressOf(route: Route): string {
  if (route.page === 'projects') return '#/'
  const { project, domain } = route.place
  const section = route.page === 'executions' || route.page === 'execution' ? 'executions' : 'launch-plans'
  const parts = [project, domain, section, ...('name' in route ? [route.name] : [])]
  return `#/${parts.map(encodeURIComponent).join('/')}`
}

/** Somebody may have typed half of an escape sequence. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

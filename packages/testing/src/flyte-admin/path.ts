// Paths as Go's mux cleans them before it looks at them.

/** The path without empty, `.` and `..` segments; a slash at its end stays. A path that differs from it is redirected. */
export function cleanPath(path: string): string {
  const kept: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop()
    else if (segment !== '' && segment !== '.') kept.push(segment)
  }
  const isDirectory = kept.length > 0 && path.endsWith('/')
  return `/${kept.join('/')}${isDirectory ? '/' : ''}`
}

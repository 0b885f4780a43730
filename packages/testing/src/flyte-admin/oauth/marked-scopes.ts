// The scopes in codes and refresh tokens: marked, so that the API does not take them for those of an access token.

/** What every code has beside the scopes that were asked for. */
export const loginScope = 'access_token'

/** What a refresh token is given for. */
export const offlineScope = 'offline'

const mark = 'f.'

/** Marks the scopes that a code is asked for, and adds what every code has. */
export function codeScopes(requested: readonly string[]): string[] {
  return unique([...requested.map((scope) => (scope === offlineScope ? scope : `${mark}${scope}`)), loginScope])
}

/** Marks the scopes of an access token for the refresh token beside it. */
export function refreshScopes(granted: readonly string[]): string[] {
  const isAsItIs = (scope: string) => scope === offlineScope || scope === loginScope || scope.startsWith(mark)
  return unique(granted.map((scope) => (isAsItIs(scope) ? scope : `${mark}${scope}`)))
}

/** Takes the marks off. */
export function unmarkedScopes(marked: readonly string[]): string[] {
  return unique(marked.map((scope) => (scope.startsWith(mark) ? scope.slice(mark.length) : scope)))
}

/** Each scope once, where it came first. */
export function unique(scopes: readonly string[]): string[] {
  return [...new Set(scopes)]
}

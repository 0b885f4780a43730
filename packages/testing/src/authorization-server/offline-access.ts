// Offline access without a question (OpenID Connect Core 1.0 section 11).

/**
 * The target of an authorization request as the provider wants it. It takes `offline_access` away unless the person is asked for
 * consent; here that is given without being asked, so the request is made to ask for it. With `prompt=none` it stays as it is.
 */
export function withOfflineConsent(url: string): string {
  const { pathname, searchParams } = new URL(url, 'http://localhost')
  const scopes = (searchParams.get('scope') ?? '').split(' ')
  if (pathname !== '/auth' || !scopes.includes('offline_access') || searchParams.has('prompt')) return url
  return `${url}&prompt=consent`
}

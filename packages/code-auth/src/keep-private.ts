/** Headers that are for shared caches alone, and count before `Cache-Control` there (RFC 9213). */
const ofSharedCaches = /^(surrogate-control|([a-z]+-)*cdn-cache-control)$/

/** Closes an answer to shared caches (RFC 9111 section 5.2.2): `private` and `no-store` stay, anything else becomes both. */
export function keepPrivate(headers: Headers): void {
  const said = headers.get('cache-control') ?? ''
  if (!/(^|,)\s*(private|no-store)\s*(,|$)/i.test(said)) headers.set('cache-control', 'private, no-store')
  for (const name of [...headers.keys()].filter((each) => ofSharedCaches.test(each))) headers.delete(name)
}

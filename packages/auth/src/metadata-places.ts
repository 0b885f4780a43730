/**
 * Where an issuer's metadata may be: OpenID Connect Discovery section 4 puts its path behind the issuer's, RFC 8414 section 3.1
 * before it.
 */
export function metadataPlaces(issuer: URL): URL[] {
  const path = issuer.pathname.replace(/\/+$/, '')
  const places = [`${path}/.well-known/openid-configuration`, `/.well-known/oauth-authorization-server${path}`]
  return places.map((place) => new URL(issuer.origin + place))
}

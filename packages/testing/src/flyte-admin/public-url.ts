// Which of its own URLs Flyte Admin believes a request came by. Advertised URLs and the audience of tokens follow from it.

/**
 * The URL of Flyte Admin for a request's `Host`.
 *
 * Without authorized URIs it is `https://` and the host, even on a plain-HTTP server. With them, the one of the same host and
 * port is taken, else one of the same host, else the first.
 */
export function publicUrl(host: string, authorizedUris: readonly string[]): string {
  const requested = new URL(`https://${host}`)
  let hostMatching: string | undefined
  let portMatching: string | undefined
  for (const authorized of authorizedUris) {
    const url = new URL(authorized)
    if (url.hostname !== requested.hostname) continue
    if (url.protocol === requested.protocol) return authorized
    hostMatching = authorized
    if (url.port === requested.port) portMatching = authorized
  }
  return portMatching ?? hostMatching ?? authorizedUris[0] ?? `https://${host}`
}

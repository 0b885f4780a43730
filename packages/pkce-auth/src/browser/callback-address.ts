import { isRedirectUri, responseParameters } from '@flyte-js/auth'

/** Whether an address has an authorization response (RFC 6749 section 4.1.2) at the redirect URI, whoever it is for. */
export function isCallback(address: string, redirectUri: string): boolean {
  const url = new URL(address)
  const has = (name: string) => url.searchParams.has(name)
  return isRedirectUri(url, redirectUri) && has('state') && (has('code') || has('error'))
}

/** An address without its response. What else is in the query, and the fragment, stay letter by letter. */
export function withoutResponse(address: string): string {
  const [, path, query = '', fragment] = /^([^?#]*)\??([^#]*)(.*)$/s.exec(address) ?? []
  const kept = query.split('&').filter(isOfPage).join('&')
  return `${path}${kept && `?${kept}`}${fragment}`
}

function isOfPage(pair: string): boolean {
  const [name = ''] = new URLSearchParams(pair).keys()
  return !responseParameters.includes(name)
}

/**
 * Path, query and fragment of an address, for a page to go back to; the root where it is of another origin.
 *
 * It begins with one slash: after two of them a browser reads a host.
 */
export function pathWithin(origin: string, address: string): string {
  const { origin: there, pathname, search, hash } = new URL(address)
  return there === origin ? `/${pathname.replace(/^\/+/, '')}${search}${hash}` : '/'
}

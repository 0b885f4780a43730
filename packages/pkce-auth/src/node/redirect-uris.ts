import type { PublicClient } from '@flyte-js/auth'
import { AuthError, originAndPath } from '@flyte-js/core'

/** A redirect URI that this machine can receive an answer at (RFC 8252 section 7.3). */
export interface LoopbackUri {
  /** The host, as the URI writes it: which addresses that is, this machine says. */
  readonly host: 'localhost' | '127.0.0.1' | '[::1]'
  /** The port to listen at; 0 for any free one. */
  readonly port: number
  /** The path that takes the answer, and no other does. */
  readonly path: string
  /** The URI, letter by letter as it was given: servers compare it so. A free port that was found takes its place in it. */
  withPort(port: number): string
}

/** Flyte Admin's own server has these two clients built in, with the redirect URIs of port 53593 and of this one. */
const builtInClients = new Set(['flytectl', 'flyte-cli'])
const builtInSecondPort = 12345

const cure =
  'Register http://localhost:PORT/PATH for the client at the authorization server, and give it as redirectUri (FLYTE_CREDENTIALS_REDIRECT_URI)'

/**
 * Reads a redirect URI, and refuses one whose answer could not be received here: another scheme, another host.
 *
 * @throws AuthError `FLYTE_INVALID_ARGUMENT`
 */
export function parseLoopbackUri(text: string): LoopbackUri {
  const uri = readLoopbackUri(text)
  if (uri !== undefined) return uri
  const message = `The redirect URI ${originAndPath(text)} is none of this machine: it must be http on localhost, 127.0.0.1 or [::1] (RFC 8252 section 7.3). ${cure}`
  throw new AuthError('FLYTE_INVALID_ARGUMENT', message)
}

function readLoopbackUri(text: string): LoopbackUri | undefined {
  if (!URL.canParse(text) || /[\s#]/.test(text)) return undefined
  const { protocol, username, password, hostname, port, pathname } = new URL(text)
  if (protocol !== 'http:' || username !== '' || password !== '' || !isLoopbackHost(hostname)) return undefined
  // As it was written: the URL has lost a port that is http's own.
  const [authority = '', start = '', written = ''] = /^(\w+:\/\/[^/?]*?)(?::(\d*))?(?=[/?]|$)/.exec(text) ?? []
  const isAny = /^0+$/.test(written) || (written === '' && hostname !== 'localhost')
  return {
    host: hostname,
    port: isAny ? 0 : Number(port || 80),
    path: pathname,
    withPort: (found) => (isAny ? `${start}:${found}${text.slice(authority.length)}` : text),
  }
}

function isLoopbackHost(hostname: string): hostname is LoopbackUri['host'] {
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
}

/** Where the answer may go, as the user of this package says. */
export interface RedirectUriChoice {
  /** The one to try first. Default: the one that Flyte Admin advertises. */
  redirectUri?: string | undefined
  /** Those to try where its port is taken. Default: none. */
  fallbackRedirectUris?: readonly string[] | undefined
}

/**
 * The redirect URIs to try, in order: the one that was given or that Flyte Admin advertises, those to fall back to, and the
 * second one of the clients that Flyte Admin has built in.
 *
 * @throws AuthError `FLYTE_INVALID_ARGUMENT` where one cannot be received here, `FLYTE_AUTH_DISCOVERY_FAILED` where there is none
 */
export function redirectUris(
  client: Pick<PublicClient, 'redirectUri' | 'clientId' | 'isFlyteAdmin'>,
  { redirectUri: given, fallbackRedirectUris: fallbacks = [] }: RedirectUriChoice,
): LoopbackUri[] {
  const { redirectUri: advertised } = client
  if (given === undefined && advertised === undefined && fallbacks.length === 0) {
    const message = `Neither Flyte Admin nor this program names a redirect URI. ${cure}, or set auth.appAuth.thirdPartyConfig.flyteClient.redirectUri at Flyte Admin`
    throw new AuthError('FLYTE_AUTH_DISCOVERY_FAILED', message)
  }
  // What Flyte Admin advertises may be meant for others, which matters only where there is nothing else.
  const isOptional = given === undefined && fallbacks.length > 0
  const first = given ?? advertised ?? ''
  const uris = [
    isOptional ? readLoopbackUri(first) : parseLoopbackUri(first),
    ...fallbacks.map(parseLoopbackUri),
  ].filter((uri) => uri !== undefined)
  const [{ path = '' } = {}] = uris
  if (client.isFlyteAdmin && builtInClients.has(client.clientId))
    uris.push(parseLoopbackUri(`http://localhost:${builtInSecondPort}${path}`))
  // Whoever could not have the port once cannot have it twice.
  return uris.filter(({ port }, at) => port === 0 || uris.findIndex((other) => other.port === port) === at)
}

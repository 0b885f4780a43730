// Browsers say nothing about what they keep from a page, so that it must be found out.
import { AuthError, type Fetch } from '@flyte-js/core'
import { isLoopback, siteOf } from './this-page.js'

const wayRound = 'or go through a server of your own, which needs neither (@flyte-js/code-auth)'

/**
 * Why no answer came to a request with cookies: the network, or a browser that keeps the answer to itself. A request that needs no
 * permission tells these apart, one that carries no cookies tells who is not let in from what `*` cannot do.
 *
 * @param failure - what the request failed with, which is the answer where the browser has no part in it
 */
export async function whyNoAnswer(endpoint: URL, fetch: Fetch, failure: unknown): Promise<unknown> {
  const { origin, protocol } = location
  if (endpoint.origin === origin) return failure
  if (protocol === 'https:' && endpoint.protocol === 'http:' && !isLoopback(endpoint)) {
    const message = `This page is https, so that browsers let it ask nobody over plain http (mixed content). Use https for ${endpoint.origin}`
    return new AuthError('FLYTE_AUTH_INSECURE_ENDPOINT', message, { endpoint, cause: failure })
  }
  const reaches = (mode: RequestMode) =>
    fetch(new URL('healthcheck', endpoint), { mode, credentials: 'omit', cache: 'no-store' }).then(
      () => true,
      () => false,
    )
  if (!(await reaches('no-cors'))) return failure
  const setting = 'server.security.allowedOrigins'
  const reason = (await reaches('cors'))
    ? `it lets in every origin (${setting} is *, or empty), which browsers do not take for an answer to a request with cookies`
    : `it does not let ${origin} in`
  const message = `${endpoint.origin} answers, but the browser keeps that from this page, because ${reason}. Set ${setting} to name ${origin}, with allowCors, ${wayRound}`
  return new AuthError('FLYTE_AUTH_CORS_REFUSED', message, { endpoint, cause: failure })
}

/** Why nobody is signed in, though this page has just come back from a login. */
export function whyNobody(endpoint: URL): AuthError {
  const message = `This page came back from the login, but ${endpoint.origin} says that nobody is signed in. ${reasonFor(endpoint)}`
  return new AuthError('FLYTE_AUTH_COOKIES_BLOCKED', message, { endpoint, status: 401 })
}

function reasonFor(endpoint: URL): string {
  const isOneDomain = siteOf(location.hostname) === siteOf(endpoint.hostname)
  if (isOneDomain && location.protocol === endpoint.protocol) {
    return `The login was not finished, or its ID token is refused (Flyte Admin's log says why), or a public suffix is all that ${location.hostname} and ${endpoint.hostname} have in common. Log in again; else put both on one domain`
  }
  const sites = `To browsers ${location.origin} and ${endpoint.origin} are two sites`
  if (isOneDomain) return `${sites}, if only by their schemes. Use https for both, ${wayRound}`
  if (endpoint.protocol === 'http:' && !isLoopback(endpoint)) {
    return `${sites}, and over plain http cookies never go from one to the other: that takes SameSite=None, which takes Secure, which takes https. Put both on one domain, or use https for both, ${wayRound}`
  }
  return `${sites}, and the cookies of the one are third-party cookies to the other. Either they do not say SameSite=None (auth.userAuth.cookieSetting.sameSitePolicy: NoneMode), or this browser blocks them, as Safari and Firefox do by default. Put both on one domain, ${wayRound}`
}

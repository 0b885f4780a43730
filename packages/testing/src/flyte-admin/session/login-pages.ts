// The pages that log a browser in and out, put together.
import type { HttpAnswer, HttpRequest } from '../../http-exchange.js'
import type { FlyteAdminOptions } from '../options.js'
import type { SealingKey } from '../seal.js'
import type { IdentityProvider } from './identity-provider.js'
import { createLazyIdentityProvider } from './lazy-identity-provider.js'
import { answerLogin, answerLoginCallback, answerLogout } from './login.js'
import { createLoginSession, type LoginSession } from './login-session.js'
import { createSealedCookies } from './sealed-cookies.js'

/** Answers a request to one path. */
export type Page = (request: HttpRequest) => HttpAnswer | Promise<HttpAnswer>

/** What the pages need of the server they belong to. */
export interface LoginPagesOptions {
  now(): number
  authorizedUris(): readonly string[]
  /** The server's URL for the host that was asked. */
  issuerFor(host: string): string
  sealingKey: SealingKey
}

/** The pages by their path, and what others need of the session behind them. */
export interface LoginPages {
  pages: Readonly<Record<string, Page>>
  session: LoginSession
  identityProvider(): Promise<IdentityProvider>
  close(): Promise<void>
}

/** Makes them. */
export function createLoginPages(
  { auth, cookies, externalAuthServer, identityProvider: given }: FlyteAdminOptions,
  { now, authorizedUris, issuerFor, sealingKey }: LoginPagesOptions,
): LoginPages {
  const external = auth === 'external' && externalAuthServer !== undefined ? { issuer: externalAuthServer } : undefined
  const provider = createLazyIdentityProvider(given ?? external, () =>
    authorizedUris().map((uri) => new URL('callback', uri).href),
  )
  const session = createLoginSession({
    cookies: createSealedCookies(sealingKey, now, cookies),
    now,
    identityProvider: provider.get,
  })
  const options = {
    session,
    identityProvider: provider.get,
    publicUrl: issuerFor,
    authorizedUris,
    isSecure: cookies?.secure ?? false,
  }
  return {
    pages: {
      '/login': (request) => answerLogin(request, options),
      '/callback': (request) => answerLoginCallback(request, options),
      '/logout': (request) => answerLogout(request, options),
    },
    session,
    identityProvider: provider.get,
    close: provider.close,
  }
}

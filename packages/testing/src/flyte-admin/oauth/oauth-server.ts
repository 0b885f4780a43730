// Flyte Admin's own OAuth 2.0 authorization server, put together.
import { jsonAnswer } from '../../http-exchange.js'
import type { TokenKey } from '../access-token.js'
import { defaultClients } from '../clients.js'
import type { FlyteAdminOptions } from '../options.js'
import type { SealingKey } from '../seal.js'
import type { Page } from '../session/login-pages.js'
import type { LoginSession } from '../session/login-session.js'
import { answerAuthorizationCallback, answerAuthorizationRequest } from './authorize-endpoint.js'
import { answerTokenRequest } from './token-endpoint.js'

/** What it needs of the server it belongs to. */
export interface OAuthServerOptions {
  key: TokenKey
  sealingKey: SealingKey
  now(): number
  /** The issuer for the host that was asked. */
  issuerFor(host: string): string
  /** Who is logged in. */
  session: LoginSession
}

/** Its endpoints by their path. */
export function createOAuthServer(
  options: FlyteAdminOptions,
  { key, sealingKey, now, issuerFor, session }: OAuthServerOptions,
): Readonly<Record<string, Page>> {
  const issuer = ({ headers }: Parameters<Page>[0]) => issuerFor(headers.host ?? '')
  const endpoint = {
    clients: options.clients ?? defaultClients,
    key,
    sealingKey,
    now,
    session,
    accessTokenLifetime: options.accessTokenLifetime ?? 1799,
    refreshTokenLifetime: options.refreshTokenLifetime ?? 3600,
    authorizationCodeLifetime: options.authorizationCodeLifetime ?? 300,
  }
  return {
    '/oauth2/authorize': (request) => answerAuthorizationRequest(request, endpoint),
    '/oauth2/authorize_callback': (request) => answerAuthorizationCallback(request, issuer(request), endpoint),
    '/oauth2/jwks': () => jsonAnswer(200, key.jwks),
    '/oauth2/token': (request) => answerTokenRequest(request, issuer(request), endpoint),
  }
}

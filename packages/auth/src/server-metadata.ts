import { AuthError, originAndPath } from '@flyte-js/core'
import type { AuthorizationServer } from 'oauth4webapi'
import { checkScheme } from './endpoint.js'
import type { Document } from './fetch-document.js'

/** The URLs of the metadata that flyte-js uses (RFC 8414 section 2). */
export const urlNames = [
  'issuer',
  'authorization_endpoint',
  'token_endpoint',
  'jwks_uri',
  'device_authorization_endpoint',
  'revocation_endpoint',
] as const

/**
 * Reads a document as the metadata of an authorization server. Every URL becomes absolute; none may be in plain text, whoever
 * advertises it: secrets go there.
 *
 * @param source - where the document is from
 * @throws AuthError `FLYTE_AUTH_DISCOVERY_FAILED` for what is no metadata, `FLYTE_AUTH_INSECURE_ENDPOINT`
 */
export function readMetadata(document: Document, source: URL, insecure: boolean): AuthorizationServer {
  const server: Record<string, unknown> = { ...document }
  for (const name of urlNames) {
    const isIssuer = name === 'issuer'
    const text = document[name]
    if (text === undefined && !isIssuer) continue
    const url = parseUrl(text, isIssuer ? '' : source.origin)
    if (url === undefined) {
      const message = `${originAndPath(source)} names no URL as its ${name}: it is not the metadata of an authorization server (RFC 8414)`
      throw new AuthError('FLYTE_AUTH_DISCOVERY_FAILED', message, { endpoint: source })
    }
    checkScheme(url, insecure, `The authorization server's ${name} `)
    // The issuer is an identifier: it is compared letter by letter, so it stays as it was written.
    if (!isIssuer) server[name] = url.href
  }
  return server as unknown as AuthorizationServer
}

/** @param origin - of what begins with `/` (flytekit 0.16 `clis/auth/discovery.py`) */
function parseUrl(text: unknown, origin: string): URL | undefined {
  if (typeof text !== 'string') return undefined
  const absolute = text.startsWith('/') ? origin + text : text
  return URL.canParse(absolute) ? new URL(absolute) : undefined
}

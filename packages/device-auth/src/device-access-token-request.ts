import { exchangeTokens, type PublicClient } from '@flyte-js/auth'
import { type Clock, createFetch, defined, type Fetch, readRetryAfter, type TokenSet } from '@flyte-js/core'
import { None } from 'oauth4webapi'

/** The `grant_type` on the wire (RFC 8628 section 3.4). */
export const deviceCodeGrantType = 'urn:ietf:params:oauth:grant-type:device_code'

/**
 * Asks for the tokens, once (RFC 8628 section 3.4).
 *
 * It sends what the RFC has and no more. flytekit repeats scope and audience here, which no server needs: flytectl does not.
 *
 * @param options - `onRetryAfter` hears how long the server asks to be left alone, where it does
 * @throws what a token endpoint's refusal gives: most often `FLYTE_AUTH_GRANT_REFUSED` with `authorization_pending`
 */
export function requestAccessToken(
  { server, clientId }: PublicClient,
  deviceCode: string,
  options: {
    clock: Clock
    signal: AbortSignal
    fetch?: Fetch
    codeVerifier?: string
    onRetryAfter(milliseconds: number): void
  },
): Promise<TokenSet> {
  const { clock, signal, fetch = createFetch(), codeVerifier, onRetryAfter } = options
  return exchangeTokens({
    grant: deviceCodeGrantType,
    server,
    clientId,
    clientAuth: None(),
    parameters: { device_code: deviceCode, ...defined({ code_verifier: codeVerifier }) },
    secrets: [deviceCode, codeVerifier ?? ''],
    clock,
    signal,
    fetch: async (url, init) => {
      const response = await fetch(url, init)
      onRetryAfter(readRetryAfter(response.headers.get('retry-after'), clock.now()) ?? 0)
      return response
    },
  })
}

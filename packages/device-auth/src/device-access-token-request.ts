import { exchangeTokens, type PublicClient } from '@flyte-js/auth'
import { type Clock, createFetch, type Fetch, type TokenSet } from '@flyte-js/core'
import {
  allowInsecureRequests,
  customFetch,
  deviceCodeGrantRequest,
  None,
  processDeviceCodeResponse,
} from 'oauth4webapi'

/** The `grant_type` on the wire (RFC 8628 section 3.4). */
export const deviceCodeGrantType = 'urn:ietf:params:oauth:grant-type:device_code'

/**
 * Asks for the tokens, once (RFC 8628 section 3.4).
 *
 * It sends what the RFC has and no more. flytekit repeats scope and audience here, which no server needs: flytectl does not.
 *
 * @throws what a token endpoint's refusal gives: most often `FLYTE_AUTH_GRANT_REFUSED` with `authorization_pending`
 */
export function requestAccessToken(
  { server, clientId }: PublicClient,
  deviceCode: string,
  options: { clock: Clock; signal: AbortSignal; fetch?: Fetch; codeVerifier?: string },
): Promise<TokenSet> {
  const { clock, signal, fetch = createFetch(), codeVerifier } = options
  const client = { client_id: clientId }
  return exchangeTokens({
    grant: deviceCodeGrantType,
    server,
    clock,
    signal,
    secrets: [deviceCode, codeVerifier ?? ''],
    send: () =>
      deviceCodeGrantRequest(server, client, None(), deviceCode, {
        [customFetch]: fetch,
        // Discovery has checked the scheme already.
        [allowInsecureRequests]: true,
        ...(codeVerifier && { additionalParameters: { code_verifier: codeVerifier } }),
        signal,
      }),
    process: (response) => processDeviceCodeResponse(server, client, response),
  })
}

import { explainFailure, type PublicClient } from '@flyte-js/auth'
import { AuthError, createFetch, type Fetch, originAndPath } from '@flyte-js/core'
import {
  allowInsecureRequests,
  customFetch,
  type DeviceAuthorizationResponse,
  deviceAuthorizationRequest,
  None,
  processDeviceAuthorizationResponse,
} from 'oauth4webapi'
import { deviceCodeGrantType as grant } from './device-access-token-request.js'
import {
  type DeviceAuthorization,
  readDeviceAuthorization,
  withReadableOptions,
} from './device-authorization-response.js'
import type { CodeChallenge } from './device-pkce.js'

/** How a request may be made. */
export interface RequestOptions {
  signal: AbortSignal
  fetch?: Fetch
  /** Sent where the server wants one. */
  codeChallenge?: CodeChallenge
}

/**
 * Asks for a device code and a user code (RFC 8628 section 3.1).
 *
 * @throws AuthError `FLYTE_AUTH_LOGIN_UNAVAILABLE`, `FLYTE_AUTH_GRANT_REFUSED`, `FLYTE_AUTH_SERVER_UNREACHABLE`,
 * `FLYTE_AUTH_RESPONSE_INVALID`
 */
export async function requestDeviceAuthorization(
  client: PublicClient,
  { signal, fetch = createFetch(), codeChallenge }: RequestOptions,
): Promise<DeviceAuthorization> {
  const { server, clientId, scopes, audience } = client
  const endpoint = server.device_authorization_endpoint
  // Flyte Admin writes "" for what it has not.
  if (!endpoint) throw unavailable(client)
  const parameters = {
    ...(scopes.length > 0 && { scope: scopes.join(' ') }),
    ...(audience && { audience }),
    ...codeChallenge?.parameters,
  }
  const name = 'The device authorization endpoint'
  let answer: DeviceAuthorizationResponse
  let response: Response | undefined
  try {
    response = await deviceAuthorizationRequest(server, { client_id: clientId }, None(), parameters, {
      [customFetch]: fetch,
      // Discovery has checked the scheme already.
      [allowInsecureRequests]: true,
      signal,
    })
    const copy = withReadableOptions(response.clone())
    answer = await processDeviceAuthorizationResponse(server, { client_id: clientId }, copy)
  } catch (error) {
    const cure = `Have that server allow the client ${clientId} the device flow and these scopes, or give another clientId (FLYTE_CREDENTIALS_CLIENT_ID)`
    throw await explainFailure(error, { name, endpoint, grant, secrets: [], response, cure })
  }
  return readDeviceAuthorization(answer, (what) => {
    const message = `${name} ${originAndPath(endpoint)} gave ${what}: nobody can log in by that (RFC 8628 section 3.2). Check that server`
    return new AuthError('FLYTE_AUTH_RESPONSE_INVALID', message, { grant, endpoint, status: 200 })
  })
}

function unavailable({ server, isFlyteAdmin }: PublicClient): AuthError {
  const issuer = originAndPath(server.issuer)
  const why = isFlyteAdmin
    ? `Flyte Admin's own authorization server, ${issuer}, has no device flow`
    : `The authorization server ${issuer} advertises no device_authorization_endpoint, so it has no device flow (Flyte Admin's own server has none either)`
  const message = `${why}. At a terminal with a browser, log in with PKCE (FLYTE_CREDENTIALS_AUTH_MODE=standard); without a person, with client credentials (FLYTE_CREDENTIALS_AUTH_MODE=basic, FLYTE_CREDENTIALS_CLIENT_ID and FLYTE_CREDENTIALS_CLIENT_SECRET)`
  return new AuthError('FLYTE_AUTH_LOGIN_UNAVAILABLE', message, { grant, endpoint: server.issuer })
}

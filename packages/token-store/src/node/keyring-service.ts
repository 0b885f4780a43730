import { TokenStoreError } from '@flyte-js/core'

/**
 * The service name under which flytekit keeps the login of an endpoint: `platform.url` as it is written, without `dns:///`
 * (flytekit: `clients/auth/keyring.py`, `configuration/internal.py`). It names no scheme there, so that of a URL is left out.
 *
 * @throws TokenStoreError `FLYTE_INVALID_ARGUMENT` where it is no endpoint; it is not repeated, since it may hold a password
 */
export function keyringService(endpoint: string): string {
  const service = endpoint
    .replaceAll('dns:///', '')
    .replace(/^https?:\/\//i, '')
    .replace(/(?<!\/)\/+$/, '')
  if (!/^[^\s\-/@?#][^\s@?#]*$/.test(service) || service.includes('://')) {
    const message =
      'The endpoint of the keyring store is none. Give platform.url as flytekit has it, e.g. flyte.example.com, or a URL without user, query or fragment'
    throw new TokenStoreError('FLYTE_INVALID_ARGUMENT', message, { store: 'keyring' })
  }
  return service
}

import { AdminError } from '@flyte-js/admin'
import { AuthError, ConfigError, FlyteError, TokenStoreError } from '@flyte-js/core'
import { expect, it } from 'vitest'
import { exitCodeOf } from './exit-code-of.js'

const failed = (status: number, grpcCode?: number) =>
  new AdminError('FLYTE_ADMIN_RPC_FAILED', 'm', { rpc: 'getTask', status, grpcCode })

it.each<[string, unknown, number]>([
  ['anything', new Error('m'), 1],
  ['no error at all', undefined, 1],
  ['a store', new TokenStoreError('FLYTE_STORE_READ_FAILED', 'm', { store: 'file' }), 1],
  ['a server in trouble', failed(500, 13), 1],
  ['an unreachable server', new AdminError('FLYTE_ADMIN_UNREACHABLE', 'm', { rpc: 'getTask' }), 1],
  ['an argument', new FlyteError('FLYTE_INVALID_ARGUMENT', 'm'), 2],
  ['the configuration', new ConfigError('FLYTE_CONFIG_MISSING', 'm'), 2],
  ['a request that no server was asked', new AdminError('FLYTE_ADMIN_REQUEST_INVALID', 'm', { rpc: 'getTask' }), 2],
  ['a login', new AuthError('FLYTE_AUTH_GRANT_REFUSED', 'm'), 3],
  ['a refused token', new AdminError('FLYTE_ADMIN_UNAUTHENTICATED', 'm', { rpc: 'getTask', status: 401 }), 3],
  ['no permission', failed(403, 7), 3],
  ['what is not there', failed(404, 5), 4],
  ['a 404 of who knows whom', failed(404), 4],
])('of %s', (_, error, code) => {
  expect(exitCodeOf(error)).toBe(code)
})

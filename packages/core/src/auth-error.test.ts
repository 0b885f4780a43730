import { expect, test } from 'vitest'
import { AuthError } from './auth-error.js'
import { FlyteError } from './flyte-error.js'

test('an AuthError has what it was told, the endpoint less its query', () => {
  const error = new AuthError('FLYTE_AUTH_GRANT_REFUSED', 'Refused.', {
    grant: 'client_credentials',
    oauthError: 'invalid_client',
    oauthErrorDescription: 'Who are you?',
    endpoint: new URL('https://user:password@idp.example/token?code=secret#fragment'),
    status: 401,
    cause: new Error('secret'),
  })
  expect(FlyteError.isInstance(error)).toBe(true)
  expect({ ...error }).toEqual({
    name: 'AuthError',
    code: 'FLYTE_AUTH_GRANT_REFUSED',
    grant: 'client_credentials',
    oauthError: 'invalid_client',
    oauthErrorDescription: 'Who are you?',
    endpoint: 'https://idp.example/token',
    status: 401,
  })
  expect((error.cause as Error).message).toBe('(message withheld)')
})

test('fields that nobody gave are absent, not undefined', () => {
  const error = new AuthError('FLYTE_AUTH_DISCOVERY_FAILED', 'No.')
  expect(Object.keys(error).sort()).toEqual(['code', 'name'])
})

test('an endpoint that is no URL is not repeated', () => {
  const { endpoint } = new AuthError('FLYTE_AUTH_DISCOVERY_FAILED', 'No.', { endpoint: 'idp?code=secret' })
  expect(endpoint).toBe('(not a URL)')
})

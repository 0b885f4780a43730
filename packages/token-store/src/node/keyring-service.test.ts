import { describe, expect, it } from 'vitest'
import { keyringService } from './keyring-service.js'

describe('the service of an endpoint', () => {
  it.each([
    ['flyte.example.com', 'flyte.example.com'],
    ['flyte.example.com:443', 'flyte.example.com:443'],
    ['dns:///flyte.example.com', 'flyte.example.com'],
    ['dns:///localhost:8089', 'localhost:8089'],
    ['https://flyte.example.com', 'flyte.example.com'],
    ['https://flyte.example.com/', 'flyte.example.com'],
    ['HTTP://localhost:30080', 'localhost:30080'],
    ['https://example.com/flyte/', 'example.com/flyte'],
    // As it is written: flytekit does not change it.
    ['Flyte.Example.com', 'Flyte.Example.com'],
    ['[::1]:8089', '[::1]:8089'],
  ])('%s is %s', (endpoint, service) => expect(keyringService(endpoint)).toBe(service))

  it.each([
    '',
    'https://',
    'dns:///',
    '-option',
    'a b',
    'https://user:canary@host',
    'ftp://canary',
    'host?canary',
    'host#canary',
  ])('%j has none, and is not repeated', (endpoint) => {
    const refused = expect.objectContaining({
      code: 'FLYTE_INVALID_ARGUMENT',
      message: expect.not.stringContaining('canary'),
    })
    expect(() => keyringService(endpoint)).toThrow(refused)
  })
})

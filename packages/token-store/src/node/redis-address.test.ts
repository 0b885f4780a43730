import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { redisAddress } from './redis-address.js'

describe('the address of a Redis server', () => {
  it.each([
    ['redis://localhost', 'redis://localhost'],
    ['redis://:pass@localhost:6380/2', 'redis://localhost:6380'],
    ['rediss://user:p%40ss@[::1]:6379/', 'rediss://[::1]:6379'],
    ['unix:///run/redis.sock', 'unix socket'],
  ])('of %s is %s', (url, address) => expect(redisAddress(url)).toBe(address))

  it.each([
    '',
    'localhost:6379',
    'http://:canary@localhost',
    'redis://:canary@localhost:port',
    'redis://:canary%@host',
    'redis://:canary@host/name',
  ])('of %s is refused, without repeating it', (url) => {
    const refused = () => redisAddress(url)
    expect(refused).toThrow(expect.objectContaining({ code: 'FLYTE_INVALID_ARGUMENT' }))
    try {
      refused()
    } catch (error) {
      expect(inspect(error, { depth: 9 })).not.toContain(':canary')
    }
  })
})

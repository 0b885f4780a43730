import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { dropAttempt, findAttempt, keepAttempt } from './kept-attempts.js'

/** As much of a session storage as is used: its items are its own properties. */
function storage(items: Record<string, string> = {}): Storage {
  const methods = {
    getItem: (name: string) => items[name] ?? null,
    setItem: (name: string, value: string) => {
      items[name] = value
    },
    removeItem: (name: string) => {
      delete items[name]
    },
  }
  return new Proxy(items, { get: (_, name) => Reflect.get(methods, name) }) as unknown as Storage
}

const left = (state: string) => ({
  attempt: { state, codeVerifier: 'v', redirectUri: 'https://a/c', clientId: 'c', issuer: 'https://i' },
  server: { issuer: 'https://i' },
  endpoint: 'https://e',
  leftFrom: 'https://a/',
})
const hour = 3_600_000
let items: Record<string, string>

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
  items = { other: 'kept' }
  vi.stubGlobal('sessionStorage', storage(items))
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('kept attempts', () => {
  it('are found by their state until they are dropped, each by itself', () => {
    keepAttempt(left('one'))
    keepAttempt(left('two'))
    expect(findAttempt('one')).toEqual({ ...left('one'), leftAt: Date.now() })
    expect(findAttempt('three')).toBeUndefined()
    dropAttempt('one')
    expect(findAttempt('one')).toBeUndefined()
    expect(findAttempt('two')).toMatchObject(left('two'))
    dropAttempt('two')
    expect(items).toEqual({ other: 'kept' })
  })

  it.each([
    ['after an hour', hour + 1],
    ['when the clock was set back by more', -hour - 1],
  ])('are gone %s', (_, later) => {
    keepAttempt(left('one'))
    vi.setSystemTime(Date.now() + later)
    expect(findAttempt('one')).toBeUndefined()
    expect(items).toEqual({ other: 'kept' })
  })

  it('are there for an hour, and make way for others then', () => {
    keepAttempt(left('one'))
    vi.setSystemTime(Date.now() + hour)
    expect(findAttempt('one')).toBeDefined()
    vi.setSystemTime(Date.now() + 1)
    keepAttempt(left('two'))
    expect(Object.keys(items)).toEqual(['other', 'flyte-js:attempt:two'])
  })

  it.each(['', 'garbage', 'null', '7', '{}', '{"leftAt":"x"}'])('that cannot be read are none: %s', (garbage) => {
    items['flyte-js:attempt:one'] = garbage
    expect(findAttempt('one')).toBeUndefined()
  })

  it.each(['__proto__', 'constructor', 'toString', ''])('have no attempt by the state %s', (state) => {
    expect(findAttempt(state)).toBeUndefined()
  })
})

describe('a storage that cannot be used', () => {
  const fail = () => {
    throw new DOMException('The operation is insecure', 'SecurityError')
  }
  const full = { ...storage(), getItem: () => null, setItem: fail }

  it.each([
    ['is full', { value: full }],
    ['is forbidden', { get: fail }],
  ])('because it %s keeps nothing, and finds nothing', (_, property) => {
    vi.stubGlobal('sessionStorage', undefined)
    Object.defineProperty(globalThis, 'sessionStorage', { configurable: true, ...property })
    expect(() => keepAttempt(left('canary-state'))).toThrow(
      expect.objectContaining({
        code: 'FLYTE_AUTH_LOGIN_UNAVAILABLE',
        message: expect.stringMatching(/^sessionStorage.*popup/),
      }),
    )
    expect(findAttempt('canary-state')).toBeUndefined()
  })
})

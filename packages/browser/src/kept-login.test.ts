import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createFakeTab, type FakeTab } from '../test/fake-page.js'
import { dropLogin, isBackFromLogin, keepLogin } from './kept-login.js'

const endpoint = new URL('https://flyte.example.com/')
const page = 'https://app.example.com/'
const hour = 3_600_000
let tab: FakeTab

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
  tab = createFakeTab(page)
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('the load of the page after a login', () => {
  it('is known as that, as often as is asked, and no other one', () => {
    expect(isBackFromLogin(endpoint)).toBe(false)
    keepLogin(endpoint)
    expect(isBackFromLogin(endpoint)).toBe(false)
    tab.load(page)
    expect([isBackFromLogin(endpoint), isBackFromLogin(endpoint)]).toEqual([true, true])
    expect(isBackFromLogin(new URL('https://flyte.example.com/other/'))).toBe(false)
    tab.load(page, 'reload')
    expect(isBackFromLogin(endpoint)).toBe(false)
  })

  it('is not one by the back button', () => {
    keepLogin(endpoint)
    tab.load(page, 'back_forward')
    expect(isBackFromLogin(endpoint)).toBe(false)
  })

  it('is none any more after somebody was signed in', () => {
    keepLogin(endpoint)
    tab.load(page)
    dropLogin(endpoint)
    expect(isBackFromLogin(endpoint)).toBe(false)
    expect(tab.stored).toEqual({})
  })

  it.each([
    [hour, true],
    [hour + 1, false],
    [-hour - 1, false],
  ])('%d ms later: %s', (later, expected) => {
    keepLogin(endpoint)
    tab.load(page)
    vi.setSystemTime(Date.now() + later)
    expect(isBackFromLogin(endpoint)).toBe(expected)
  })

  it.each(['', 'garbage', 'null', '7', '{}', '{"leftAt":"x"}'])('is none where what was kept reads %j', (garbage) => {
    keepLogin(endpoint)
    for (const name of Object.keys(tab.stored)) tab.stored[name] = garbage
    tab.load(page)
    expect(isBackFromLogin(endpoint)).toBe(false)
  })
})

it('a storage that is full or forbidden keeps nothing, without harm', () => {
  const fail = () => {
    throw new DOMException('The operation is insecure', 'SecurityError')
  }
  vi.stubGlobal('sessionStorage', { getItem: fail, setItem: fail, removeItem: fail })
  keepLogin(endpoint)
  tab.load(page)
  expect(isBackFromLogin(endpoint)).toBe(false)
  dropLogin(endpoint)
})

import { describe, expect, test } from 'vitest'
import { findBrowser, lookAround, type Surroundings } from './find-browser.js'

const desktop: Surroundings = {
  env: { DISPLAY: ':0' },
  platform: 'linux',
  isTerminal: true,
  isContainer: false,
}
const find = ({ env, ...others }: Partial<Surroundings> = {}) =>
  findBrowser({ ...desktop, ...others, env: { ...desktop.env, ...env } })

describe('a browser is at hand', () => {
  test.each<[string, Partial<Surroundings>]>([
    ['at a terminal on a desktop', {}],
    ['with Wayland', { env: { DISPLAY: undefined, WAYLAND_DISPLAY: 'wayland-0' } }],
    ['on macOS', { platform: 'darwin', env: { DISPLAY: undefined } }],
    ['on Windows', { platform: 'win32', env: { DISPLAY: undefined } }],
    ['in WSL', { env: { DISPLAY: undefined, WSL_DISTRO_NAME: 'Debian' } }],
    ['in WSL without a name', { env: { DISPLAY: undefined, WSL_INTEROP: '/run/WSL/1_interop' } }],
  ])('%s', (_, surroundings) => {
    expect(find(surroundings)).toEqual({ isAtHand: true, reason: expect.any(String), commands: [] })
  })
})

describe('no browser is at hand', () => {
  test.each<[string, Partial<Surroundings>, RegExp]>([
    ['without a terminal', { isTerminal: false }, /no terminal/],
    ['without a display', { env: { DISPLAY: '' } }, /DISPLAY/],
    ['without a display on FreeBSD', { platform: 'freebsd', env: { DISPLAY: undefined } }, /DISPLAY/],
    ['over SSH', { env: { SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' } }, /SSH_CONNECTION/],
    ['over SSH with a terminal', { env: { SSH_TTY: '/dev/pts/0' } }, /SSH_TTY/],
    ['over SSH of old', { env: { SSH_CLIENT: '10.0.0.1 1 22' } }, /SSH_CLIENT/],
    ['over SSH on macOS', { platform: 'darwin', env: { SSH_CONNECTION: 'x' } }, /SSH/],
    ['in a container', { isContainer: true }, /container/],
    ['in a container of systemd or Podman', { env: { container: 'podman' } }, /container/],
    ['in Kubernetes', { env: { KUBERNETES_SERVICE_HOST: '10.0.0.1' } }, /container/],
    ['where BROWSER is none', { env: { BROWSER: 'none' } }, /BROWSER is none/],
    ['where BROWSER cannot be read', { env: { BROWSER: "firefox '" } }, /BROWSER.+quote/],
    ['where BROWSER is empty but for separators', { env: { BROWSER: ' : ' } }, /BROWSER names no command/],
  ])('%s', (_, surroundings, reason) => {
    expect(find(surroundings)).toEqual({ isAtHand: false, reason: expect.stringMatching(reason), commands: [] })
  })
})

describe('BROWSER', () => {
  const nowhere = { isTerminal: false, isContainer: true }

  test('counts as a browser, wherever this runs', () => {
    const env = { DISPLAY: undefined, SSH_CONNECTION: 'x', BROWSER: 'remote-open --quiet' }
    expect(find({ ...nowhere, env })).toEqual({
      isAtHand: true,
      reason: expect.stringContaining('BROWSER'),
      commands: [['remote-open', '--quiet']],
    })
  })

  test.each(['', '  '])('that is %j says nothing', (BROWSER) => {
    expect(find({ env: { BROWSER } })).toMatchObject({ isAtHand: true, commands: [] })
    expect(find({ ...nowhere, env: { BROWSER } }).isAtHand).toBe(false)
  })

  test('is separated by semicolons on Windows', () => {
    const { commands } = find({ platform: 'win32', env: { BROWSER: 'C:\\firefox.exe;edge' } })
    expect(commands).toEqual([['C:\\firefox.exe'], ['edge']])
  })
})

test('what is around is looked at, and the environment can be another', () => {
  expect(lookAround()).toMatchObject({ env: process.env, platform: process.platform })
  expect(lookAround({ BROWSER: 'x' }).env).toEqual({ BROWSER: 'x' })
  expect(findBrowser(lookAround({ BROWSER: 'x' })).commands).toEqual([['x']])
})

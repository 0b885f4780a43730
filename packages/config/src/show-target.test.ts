import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { showPath, showVariable } from './show-target.js'

const withheld = /^\(withheld: is it the secret itself\?\)$/

describe('a variable is named', () => {
  test.each([
    'CI_SECRET',
    'SECRET',
    'FLYTE_SECRET_2',
    'OAUTH2',
    'OAUTH2_CLIENT_SECRET',
    'K8S_SECRET',
    'NO_SUCH_VARIABLE',
    '_PRIVATE_SECRET',
    'DB1_KEY_2026',
    'MISSING_1A2B3C4D',
    'my_secret',
  ])('%s', (name) => {
    expect(showVariable(name, true)).toBe(name)
  })
})

describe('what may be a secret is not named as a variable', () => {
  test.each([
    'foobar',
    'hunter2',
    'p@ss:w/o+rd %41é',
    'AKIAIOSFODNN7EXAMPLE',
    'JBSWY3DPEHPK3PXP',
    'PASSW0RD',
    'CORRECTHORSEBATTERYSTAPLE',
    'correcthorsebatterystaple',
    'correct-horse-battery-staple',
    'MySecret',
    '12345678',
    '-----BEGIN PRIVATE KEY-----\nabc',
    '9f8e7d6c-5b4a-3928-1706-f5e4d3c2b1a0',
    'SECRET\n',
    ' SECRET',
  ])('%j', (text) => {
    expect(showVariable(text, true)).toMatch(withheld)
  })
})

describe('a path is named', () => {
  test.each([
    '/run/secrets/flyte-client-secret',
    '/var/run/secrets/..data/client_secret',
    '/nonexistent',
    '/does/not/exist',
    '/tmp/flyte-js-aB3xY9/secret.txt',
    '/var/folders/zz/zyxvpxvq6csfxvn_n0000000000000/T/secret',
    '/home/me/MyProject2026/secret file (1).txt',
    '/home/José/geheim',
    '/srv/My-Long-Folder-Name-2026-Release/secret',
    './secret',
    '../secret',
    '~/.flyte/secret',
    'C:\\Users\\me\\secret.txt',
    'C:/Users/me/secret',
    '\\\\server\\share\\secret',
    'secret.txt',
    'secrets/client.pem',
    './secrets/flyte/client_secret',
  ])('%s', (path) => {
    expect(showPath(path, true)).toBe(path)
  })
})

describe('what may be a secret is not named as a path', () => {
  test.each([
    'foobar',
    'hunter2',
    'client_secret',
    'p@ss:w/o+rd %41é',
    'p@ss.word',
    'correct.horse.battery',
    'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    '/wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY',
    '/9j4AAQ+SkZJRg==',
    'pa/ss/w0rd!',
    'a/b+c/d=',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc',
    '-----BEGIN PRIVATE KEY-----\nab/c/d\n',
  ])('%j', (text) => {
    expect(showPath(text, true)).toMatch(withheld)
  })
})

test('secrets that a machine made are withheld, however they are written', () => {
  const encodings = ['base64', 'base64url', 'hex'] as const
  const named: string[] = []
  for (let round = 0; round < 3000; round += 1) {
    const bytes = createHash('sha512')
      .update(`${round}`)
      .digest()
      .subarray(0, 16 + (round % 33))
    const secret = bytes.toString(encodings[round % 3])
    const texts = [secret, secret.toUpperCase(), ...(round % 3 === 2 ? [] : [`/${secret}`])]
    named.push(...texts.filter((text) => showVariable(text, true) === text || showPath(text, true) === text))
  }
  // Nothing is certain about what is random.
  expect(named.length, named.join('\n')).toBeLessThan(10)
})

test('long names take no time', () => {
  for (const text of [`${'A_'.repeat(5000)}!`, `${'a_'.repeat(5000)}-`, `/${'a'.repeat(100_000)}`]) {
    expect(showVariable(text, true)).toMatch(withheld)
    expect(showPath(text, true)).toMatch(withheld)
  }
})

test('a target of a setting that is no secret is always named, an empty one is called so', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (target) => {
      expect([showVariable(target, false), showPath(target, false)]).toEqual([target, target])
    }),
  )
  for (const isSecret of [true, false]) {
    expect([showVariable('', isSecret), showPath('', isSecret)]).toEqual(['(empty)', '(empty)'])
  }
})

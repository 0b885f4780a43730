import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fileName, isOurName } from './file-name.js'

const anyKey = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  // Lone surrogates too.
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((codes) => String.fromCharCode(...codes)),
  fc.constantFrom('', '.', '..', '/', '\0', 'con', 'CON', 'nul.json', '-', ' ', 'x'.repeat(1000), '__proto__'),
)

describe('fileName', () => {
  it('keeps keys apart, also where a file system ignores case', async () => {
    await fc.assert(
      fc.asyncProperty(anyKey, anyKey, async (one, other) => {
        fc.pre(one !== other)
        expect((await fileName(one)).toLowerCase()).not.toBe((await fileName(other)).toLowerCase())
      }),
    )
  })

  it.each([
    ['case', 'CASE'],
    ['é', 'e\u0301'],
    ['\ud800', '\ud801'],
    ['a/b', 'a\\b'],
    ['a', 'a\0'],
    ['x'.repeat(1000), `${'x'.repeat(1000)}y`],
  ])('keeps %j and %j apart', async (one, other) => {
    expect(await fileName(one)).not.toBe(await fileName(other))
  })

  it('is always one that every file system takes, and that is known for ours', async () => {
    await fc.assert(
      fc.asyncProperty(anyKey, async (key) => {
        const name = await fileName(key)
        expect(name).toMatch(/^[a-z0-9_-]{1,81}$/)
        expect(isOurName(`${name}.json`)).toBe(true)
        expect(isOurName(`${name}.lock`)).toBe(true)
      }),
    )
  })

  it('lets a person see whose it is, and stays the same from run to run', async () => {
    expect(await fileName('https://flyte.example.com')).toBe('https_flyte_example_com-4c8c6bd49a355733')
    expect(await fileName('Client-ID')).toMatch(/^client-id-/)
  })

  it.each(['', 'x', 'id_rsa', '.bashrc', 'tokens.json', 'a-0123456789abcdef', 'A-0123456789abcdef.json', '12x'])(
    'does not take %j for one of ours',
    (name) => expect(isOurName(name)).toBe(false),
  )
})

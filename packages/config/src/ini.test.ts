import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { iniEntry, interpolate, parseIni } from './ini.js'
import { strip } from './python-text.js'

/** What an option of the section `s` holds, before interpolation. */
const raw = (text: string, option = 'a') => iniEntry(parseIni(text, 'x.ini'), 's', option)?.raw

/** The same, after it; what is wrong with it, as `fault: …`. */
function value(text: string, option = 'a'): string | undefined {
  const file = parseIni(text, 'x.ini')
  const entry = iniEntry(file, 's', option)
  if (entry === undefined) return undefined
  const result = interpolate(file, 's', entry)
  return 'fault' in result ? `fault: ${result.fault}` : result.text
}

describe('an option', () => {
  test.each([
    ['[s]\na = 1', '1'],
    ['[s]\na: 1', '1'],
    ['[s]\na=b=c', 'b=c'],
    ['[s]\na : b = c', 'b = c'],
    ['[s]\nA = 1', '1'],
    ['[s]\na =', ''],
    ['[s]\na = 1 ; not a comment', '1 ; not a comment'],
    ['[s]\na = 1 # nor this', '1 # nor this'],
    ['[s]\n# a comment\n; another\na = 1', '1'],
    ['[s]\n  a = 1', '1'],
    ['[s]\r\na = 1\r\n', '1'],
    ['[s]\ra = 1', '1'],
    ['[s] trailing\na = 1', '1'],
    ['[s]\na = "1"', '"1"'],
    ['[s]\na = 1\n[t]\n  b = 2', '1'],
    ['[S]\na = 1', undefined],
    ['[s ]\na = 1', undefined],
    ['[s]\na.b = 1', undefined],
  ])('of %j is %j', (text, expected) => {
    expect(raw(text)).toBe(expected)
  })

  test('of a section with a bracket in its name, and of one whose first option is indented', () => {
    expect(iniEntry(parseIni('[a]b]\nc = 1', 'x'), 'a]b', 'c')?.raw).toBe('1')
    expect(iniEntry(parseIni('[s]\na = 1\n[t]\n  b = 2', 'x'), 't', 'b')?.raw).toBe('2')
  })

  test('knows its line', () => {
    expect(iniEntry(parseIni('\n[s]\n\nb=1\na =\n  2', 'x'), 's', 'a')).toEqual({ raw: '\n2', line: 5 })
  })
})

describe('a deeper line continues its option', () => {
  test.each([
    ['[s]\na = 1\n  2\n  3', '1\n2\n3'],
    ['[s]\na = 1\n\n  2', '1\n\n2'],
    ['[s]\na = 1\n\n\n', '1'],
    ['[s]\na = 1\n  # a comment\n  2', '1\n2'],
    ['[s]\na = 1\n  b = 2', '1\nb = 2'],
    ['[s]\na = 1\n  [t]', '1\n[t]'],
    ['[s]\n  a = 1\n  b = 2', '1'],
    ['[s]\n  a = 1\n b = 2', '1'],
    ['[s]\na =\n  1', '\n1'],
    ['[s]\na = 1\n\t2', '1\n2'],
    ['[s]\na = 1\n\u00a02', '1\n2'],
  ])('%j is %j', (text, expected) => {
    expect(raw(text)).toBe(expected)
  })

  test('but a section begins with none', () => {
    expect(raw('[s]\n   a = 1')).toBe('1')
  })
})

describe('[DEFAULT]', () => {
  test('is inherited by sections that are there', () => {
    const text = '[DEFAULT]\na = 1\nb = 2\n[s]\nb = 3\n[DEFAULT]\nc = 4'
    expect(['a', 'b', 'c'].map((option) => raw(text, option))).toEqual(['1', '3', '4'])
    expect(raw('[DEFAULT]\na = 1')).toBeUndefined()
    expect(raw('[default]\na = 1\n[s]')).toBeUndefined()
  })
})

describe('what is malformed is an error with file and line that repeats nothing', () => {
  test.each([
    ['a = canary', 1],
    ['\n# x\n canary', 3],
    ['[s]\ncanary', 2],
    ['[s]\n= canary', 2],
    ['[s]\n: canary', 2],
    ['[s]\n[]canary', 2],
    ['[s]\na = 1\nA = canary', 3],
    ['[s]\n[t]\n[s]\na = canary', 3],
    ['[DEFAULT]\na=1\n[DEFAULT]\na=canary', 4],
  ])('%j', (text, line) => {
    expect(() => parseIni(text, 'x.ini')).toThrow(
      expect.objectContaining({
        code: 'FLYTE_CONFIG_FILE_INVALID',
        message: expect.stringMatching(new RegExp(`^x\\.ini line ${line}: (?!.*canary)`)),
      }),
    )
  })
})

describe('interpolation', () => {
  test.each([
    ['[s]\na = 100%%', '100%'],
    ['[s]\na = %%(b)s', '%(b)s'],
    ['[s]\na = x%(b)sx\nb = 1', 'x1x'],
    ['[s]\na = %(B)s\nb = 1', '1'],
    ['[s]\na = %(b)s%(b)s\nb = %(c)s%%\nc = 1', '1%1%'],
    ['[DEFAULT]\nb = 1\n[s]\na = %(b)s', '1'],
    ['[s]\na = %(b)s\nb =', ''],
  ])('of %j is %j', (text, expected) => {
    expect(value(text)).toBe(expected)
  })

  test.each(['%', 'a%b', '%(', '%(b', '%(b)', '%(b)d', '%()s', '%(none)s', '%s', '%(a)s'])(
    'fails on %j, and says how to write a percent sign',
    (text) => {
      expect(value(`[s]\na = ${text}`)).toMatch(/^fault: .*%%/)
    },
  )

  test('goes ten levels deep and no deeper', () => {
    const chain = (levels: number) =>
      `[s]\n${Array.from({ length: levels }, (_, index) => `a${index} = %(a${index + 1})s`).join('\n')}\na${levels} = 1`
    expect(value(chain(10), 'a0')).toBe('1')
    expect(value(chain(11), 'a0')).toMatch(/^fault/)
    // A percent sign counts as a level too.
    expect(value(`${chain(9)}%%`, 'a0')).toBe('1%')
    expect(value(`${chain(10)}%%`, 'a0')).toMatch(/^fault/)
  })

  test('does not grow without end', () => {
    const lines = Array.from({ length: 9 }, (_, index) => `a${index} = ${`%(a${index + 1})s`.repeat(50)}`)
    expect(value(`[s]\n${lines.join('\n')}\na9 = %%`, 'a0')).toMatch(/^fault/)
    expect(value(`[s]\na = ${'%(b)s'.repeat(9999)}\nb = ${'x'.repeat(60_000)}`)).toMatch(/^fault/)
    expect(value(`[s]\na = ${'%('.repeat(20_000)}`)).toMatch(/^fault/)
  })

  test('gives back any text whose percent signs are doubled', () => {
    const line = fc.string().filter((text) => !/[\n\r]/.test(text) && text.trim() === text && text !== '')
    fc.assert(
      fc.property(line, (text) => {
        expect(value(`[s]\na = ${text.replaceAll('%', '%%')}`)).toBe(strip(text))
      }),
    )
  })
})

test('long lines of spaces take no time', () => {
  expect(raw(`[s]\na = 1${' '.repeat(200_000)}2`)).toHaveLength(200_002)
})

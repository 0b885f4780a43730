import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseBrowserVariable, withUrl } from './browser-variable.js'

const url = "https://flyte.example.com/authorize?state=$(x)&a='b'&c=$&"

describe('BROWSER', () => {
  test.each([
    ['firefox', [['firefox']]],
    ['  firefox   --new-window ', [['firefox', '--new-window']]],
    ['firefox --new-window %s', [['firefox', '--new-window', '%s']]],
    ['firefox %s &', [['firefox', '%s']]],
    ['firefox:chromium --incognito:w3m', [['firefox'], ['chromium', '--incognito'], ['w3m']]],
    ["'/opt/my browser/run' --app=%s", [['/opt/my browser/run', '--app=%s']]],
    ['"/opt/my browser/run"', [['/opt/my browser/run']]],
    ['/opt/my\\ browser/run', [['/opt/my browser/run']]],
    ['chromium "--proxy-server=http://localhost:3128"', [['chromium', '--proxy-server=http://localhost:3128']]],
    ['chromium --proxy-server=http\\://localhost', [['chromium', '--proxy-server=http://localhost']]],
    ['sh -c "echo \\"a\\\\b\\c\\" $HOME"', [['sh', '-c', 'echo "a\\b\\c" $HOME']]],
    ["a '' b'c'\"d\"e", [['a', '', 'bcde']]],
    ['firefox\\', [['firefox\\']]],
    // Nothing to start.
    ['', []],
    [' : :', []],
    ['&', []],
    ["''", []],
  ])('%j is %j', (text, commands) => {
    expect(parseBrowserVariable(text, ':')).toEqual(commands)
  })

  test.each([
    ['C:\\Programs\\firefox.exe;edge.exe', [['C:\\Programs\\firefox.exe'], ['edge.exe']]],
    ['"C:\\Program Files\\x.exe" %s', [['C:\\Program Files\\x.exe', '%s']]],
    ['"C:\\dir\\"', [['C:\\dir\\']]],
  ])('on Windows %j is %j', (text, commands) => {
    expect(parseBrowserVariable(text, ';')).toEqual(commands)
  })

  test.each(["firefox 'x", 'firefox "x', '"', 'a\' "b'])('%j has a quote that is not closed', (text) => {
    expect(parseBrowserVariable(text, ':')).toBeUndefined()
  })

  test('whatever is quoted comes through as it is, and nothing can be said that it stumbles over', () => {
    const word = fc.string({ unit: fc.constantFrom(...'ab \'"\\:;&%s$\n\t') })
    const program = word.filter((each) => each !== '')
    const command = fc.tuple(program, fc.array(word)).map(([first, rest]) => [first, ...rest] as [string, ...string[]])
    const commands = fc.array(
      command.filter((words) => words.at(-1) !== '&'),
      { minLength: 1 },
    )
    const single = (each: string) => `'${each.replaceAll("'", `'\\''`)}'`
    const double = (each: string) => `"${each.replace(/["\\]/g, '\\$&')}"`
    fc.assert(
      fc.property(commands, fc.constantFrom(single, double), (all, quoted) => {
        const text = all.map((words) => words.map(quoted).join(' ')).join(':')
        expect(parseBrowserVariable(text, ':')).toEqual(all)
      }),
    )
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(':' as const, ';' as const), (text, delimiter) => {
        for (const each of parseBrowserVariable(text, delimiter) ?? []) expect(each[0]).not.toBe('')
      }),
    )
  })
})

describe('the URL', () => {
  test('is the last argument', () => {
    expect(withUrl(['firefox', '--new-window'], url)).toEqual(['firefox', '--new-window', url])
  })

  test('takes every place that is kept for it, as it is', () => {
    expect(withUrl(['sh', '-c', '%s', '--app=%s-%s'], url)).toEqual(['sh', '-c', url, `--app=${url}-${url}`])
  })

  test('is never the program', () => {
    expect(withUrl(['%s'], url)).toEqual(['%s', url])
  })
})

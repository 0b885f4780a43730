import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createAgents } from './agents.js'
import { createHttpTargets } from './http-target.js'

/** Texts of what URL parsers treat differently, in any order. */
const path = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '/',
        '/',
        '.',
        '..',
        '%2e',
        '%2E%2e',
        '%2F',
        '%C3%BC',
        '%',
        '?',
        '&',
        '=',
        '+',
        ';',
        ':',
        '@',
        '//',
      ),
      fc.constantFrom(
        'a',
        'B',
        '0',
        '~',
        '_',
        '-',
        "'",
        '"',
        '<',
        ' ',
        '\t',
        '\\',
        '|',
        '^',
        '`',
        '{',
        '}',
        '#',
        'ü',
        '😀',
      ),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''))
const origin = fc.constantFrom(
  'http://127.0.0.1:8088',
  'https://flyte.example',
  'http://[::1]:80',
  'HTTPS://Flyte.Example:443',
  'http://user:secret@h',
)

test('a URL means what a URL parser says, whether its origin is known or not', () => {
  fc.assert(
    fc.property(origin, fc.array(path, { minLength: 1, maxLength: 4 }), (start, paths) => {
      const targetOf = createHttpTargets(createAgents())
      for (const each of paths) {
        const url = `${start}/${each}`
        const { protocol, host, port, pathname, search } = new URL(url)
        const target = targetOf(url)
        expect(target.path).toBe(pathname + search)
        expect(target.origin).toMatchObject({ protocol, host, port })
      }
    }),
    { numRuns: 1000 },
  )
})

test.each(['http://h', 'http://h?a=b', 'http://h/a?b', 'http://h:80/a', 'http://[::1]:8088/', 'https://h/#f'])(
  '%s is read whole',
  (url) => {
    const targetOf = createHttpTargets(createAgents())
    const { hostname, pathname, search } = new URL(url)
    for (let time = 0; time < 2; time += 1) {
      expect(targetOf(url).path).toBe(pathname + search)
      expect(targetOf(url).origin.hostname).toBe(hostname.replace(/[[\]]/g, ''))
    }
  },
)

test.each(['', '/', 'h/a', 'http:///', 'http://h:99999/a'])('"%s" is no URL', (url) => {
  const targetOf = createHttpTargets(createAgents())
  targetOf('http://h/')
  expect(() => targetOf(url)).toThrow(TypeError)
})

test('the agents are asked once for each origin', () => {
  const agents = createAgents()
  const asked: string[] = []
  const targetOf = createHttpTargets({
    ...agents,
    for(url) {
      asked.push(url.origin)
      return agents.for(url)
    },
  })
  for (const url of ['http://h/a', 'http://h/a b', 'https://h/', 'http://h/', 'HTTP://H/b']) targetOf(url)
  expect(asked).toEqual(['http://h', 'https://h'])
})

import { expect, it } from 'vitest'
import { createPaint } from './colours.js'

it.each<[string, Record<string, string>, boolean, boolean, boolean]>([
  ['a terminal', {}, true, true, true],
  ['no terminal', {}, false, true, false],
  ['--no-color', {}, true, false, false],
  ['NO_COLOR', { NO_COLOR: '1' }, true, true, false],
  ['an empty NO_COLOR, which says nothing', { NO_COLOR: '' }, true, true, true],
  ['a terminal without colours', { TERM: 'dumb' }, true, true, false],
  ['FORCE_COLOR without a terminal', { FORCE_COLOR: '1' }, false, true, true],
  ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, false, true, false],
  ['FORCE_COLOR and NO_COLOR', { FORCE_COLOR: '1', NO_COLOR: '1' }, true, true, false],
])('%s', (_, env, isTerminal, isWanted, isColoured) => {
  const paint = createPaint({ env }, isTerminal, isWanted)
  expect(paint('red', 'x')).toBe(isColoured ? '\u001b[31mx\u001b[0m' : 'x')
  expect(paint('red', '')).toBe('')
  expect(paint(undefined, 'x')).toBe('x')
})

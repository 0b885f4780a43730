import { expect, it } from 'vitest'
import { toTsdoc, tsdoc } from './comments.mjs'

const names = new Map([['flyteidl.core.Error', 'CoreError']])

it.each([
  ['a reference to a type', 'See :ref:`ref_flyteidl.core.Error`.', 'See {@link CoreError}.'],
  ['a reference to what is not generated', ':ref:`ref_flyteidl.admin.Agent`', '`flyteidl.admin.Agent`'],
  ['code of reStructuredText', 'is ``a@b`` or `{c}`', 'is `a@b` or `{c}`'],
  ['tags, braces and HTML', 'except @reboot, {{ .x }}, <Link>', 'except \\@reboot, \\{\\{ .x \\}\\}, \\<Link\\>'],
  ['a lone backtick', 'it`s <b>', 'it\\`s \\<b\\>'],
  ['the end of a comment', 'glob/*/x and `y/*/z`', 'glob/*\\/x and `y/*\\/z`'],
  ['who must be given', '+required.\n+optional, by default x', 'Required.\nOptional. by default x'],
  ['space around', '  first\n     second\n\n', 'first\nsecond'],
  ['nothing', ' \n', ''],
])('rewords %s', (_, comment, expected) => {
  expect(toTsdoc(comment, names).join('\n')).toBe(expected)
})

it('writes what there is as paragraphs', () => {
  expect(tsdoc([], {})).toBe('')
  expect(tsdoc(['One.'], { indent: '  ' })).toBe('  /** One. */\n')
  expect(tsdoc(['One.', '', 'Two.'], { more: ['Three.'], deprecated: true })).toBe(
    '/**\n * One.\n *\n * Two.\n *\n * Three.\n *\n * @deprecated Marked so in flyteidl.\n */\n',
  )
})

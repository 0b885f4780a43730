import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './run.js'

test('docs/errors.md has one row for each code, in the order of the union', () => {
  const union = readFileSync(join(root, 'packages/core/src/error-code.ts'), 'utf8')
  const codes = [...union.matchAll(/'(FLYTE_\w+)'/g)].map(([, code]) => code)
  const rows = readFileSync(join(root, 'docs/errors.md'), 'utf8').matchAll(/^\| `(FLYTE_\w+)` \|(.*)\|$/gm)
  const documented = [...rows]
  expect(documented.map(([, code]) => code)).toEqual(codes)
  for (const [, code, rest = ''] of documented) {
    const cells = rest.split('|').map((cell) => cell.trim())
    expect(cells, code).toHaveLength(4)
    expect(
      cells.every((cell) => cell.length > 0),
      code,
    ).toBe(true)
  }
})

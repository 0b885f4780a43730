import fc from 'fast-check'
import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import { createPaint } from './colours.js'
import { fitColumns } from './fit-columns.js'
import { type Column, drawTable } from './table.js'

type Row = readonly string[]
const titles = ['NAME', 'NEVER', 'WHEN', 'TEXT', 'ERROR', 'WIDE']
const columns: Column<Row>[] = titles.map((title, index) => ({
  title,
  value: (row) => row[index],
  ...(/TEXT|ERROR/.test(title) && { maxWidth: 40 }),
  ...(title === 'WIDE' && { isWide: true as const }),
}))
const paint = createPaint({ env: {} }, false)
const rows = [['one', '', '2026-01-01', 'a text that is long', 'an error that is longer']]

describe('a table on a terminal', () => {
  it.each<[number, readonly string[], readonly string[]]>([
    [80, ['NAME', 'NEVER', 'WHEN', 'TEXT', 'ERROR'], []],
    [63, ['NAME', 'WHEN', 'TEXT', 'ERROR'], []],
    [40, ['NAME', 'WHEN', 'TEXT', 'ERROR'], []],
    [39, ['NAME', 'WHEN', 'TEXT'], ['ERROR']],
    [20, ['NAME', 'WHEN'], ['TEXT', 'ERROR']],
    [2, ['NAME'], ['WHEN', 'TEXT', 'ERROR']],
  ])('of %d characters has %j, and not %j', (room, shown, leftOut) => {
    const fitted = fitColumns(rows, columns, room)
    expect(fitted.columns.filter(({ isWide }) => !isWide).map(({ title }) => title)).toEqual(shown)
    expect(fitted.leftOut).toEqual(leftOut)
  })

  it('cuts the longest text first', () => {
    const { columns: fitted } = fitColumns(rows, columns, 58)
    const [, line] = drawTable(rows, fitted, { isWide: false, paint }).split('\n')
    expect(line).toBe('one   2026-01-01  a text that is long  an error that is l…')
  })

  it('is never wider, but for its first column', () => {
    const row = fc.tuple(...titles.map(() => fc.string({ unit: 'grapheme', maxLength: 60 })))
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 200 }), (items, room) => {
        const fitted = fitColumns(items, columns, room)
        const drawn = drawTable(items, fitted.columns, { isWide: false, paint })
        const isAlone = fitted.columns.length === 1
        if (!isAlone) for (const line of drawn.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(room)
      }),
    )
  })
})

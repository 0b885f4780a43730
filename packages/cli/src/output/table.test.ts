import { describe, expect, it } from 'vitest'
import { createPaint } from './colours.js'
import { type Column, drawRecord, drawTable } from './table.js'

interface Row {
  name: string
  count: number
  text?: string
}
const columns: Column<Row>[] = [
  { title: 'NAME', value: ({ name }) => name, colour: ({ count }) => (count > 9 ? 'red' : undefined) },
  { title: 'COUNT', value: ({ count }) => `${count}`, isRight: true },
  { title: 'TEXT', value: ({ text }) => text, maxWidth: 8 },
  { title: 'MORE', value: () => 'more', isWide: true },
]
const plain = createPaint({ env: {} }, false)
const draw = (rows: Row[], isWide = false, paint = plain) => drawTable(rows, columns, { isWide, paint })

describe('a table', () => {
  it('has columns as wide as what is in them, numbers at the right, and no spaces at the ends of lines', () => {
    expect(
      draw([
        { name: 'a', count: 5 },
        { name: 'longer', count: 12, text: 'short' },
      ]),
    ).toBe(['NAME    COUNT  TEXT', 'a           5', 'longer     12  short', ''].join('\n'))
  })

  it('measures what a terminal shows: wide characters, and marks that take no room', () => {
    const [, first, second] = draw([
      { name: '日本', count: 1 },
      { name: 'e\u0301', count: 2 },
    ]).split('\n')
    expect(first).toBe('日本      1')
    expect(second).toBe('e\u0301         2')
  })

  it('cuts what is long, but not with -o wide, which has more columns', () => {
    const rows = [{ name: 'a', count: 1, text: 'longer than that' }]
    expect(draw(rows)).toContain('longer…\n')
    expect(draw(rows)).not.toContain('MORE')
    expect(draw(rows, true)).toMatch(/longer than that {2}more\n/)
  })

  it('keeps a row a line, whatever a server says, and its colours are ours alone', () => {
    const rows = [{ name: 'a\nb\u001b[31mc\u009b1m', count: 10 }]
    const lines = draw(rows, false, createPaint({ env: { FORCE_COLOR: '1' } }, false))
      .trimEnd()
      .split('\n')
    expect(lines).toHaveLength(2)
    expect(lines[1]).toContain('\u001b[31ma b [31mc 1m\u001b[0m')
    expect(lines[1]?.split('\u001b')).toHaveLength(3)
  })
})

it('a record leaves out what has no value', () => {
  const fields = [
    ['One', '1'],
    ['None', ''],
    ['Not', undefined],
    ['Longer', 'x\ny'],
  ] as const
  expect(drawRecord(fields, plain)).toBe('One:    1\nLonger: x y\n')
})

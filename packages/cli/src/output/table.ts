import stringWidth from 'string-width'
import type { Colour, Paint } from './colours.js'
import { withoutControls } from './controls.js'

/** A column of a table. */
export interface Column<Item> {
  /** What stands above it. */
  readonly title: string
  /** What stands in it: a text of one line, nothing for none. */
  value(item: Item): string | undefined
  /** Shown with `-o wide` alone. */
  readonly isWide?: true
  /** Right-aligned, as numbers are. */
  readonly isRight?: true
  /** Cut at so many characters, but with `-o wide`. */
  readonly maxWidth?: number
  /** The colour of a cell. */
  colour?(item: Item): Colour | undefined
}

/** How a table is drawn. */
export interface TableOptions {
  readonly isWide: boolean
  readonly paint: Paint
}

/**
 * Draws a table: columns two spaces apart, as wide as what is in them in a terminal's columns, without spaces at the ends of lines.
 *
 * @returns lines, each with its end
 */
export function drawTable<Item>(
  items: readonly Item[],
  columns: readonly Column<Item>[],
  { isWide, paint }: TableOptions,
): string {
  const shown = columns.filter((column) => isWide || !column.isWide)
  const rows = items.map((item) =>
    shown.map((column) => {
      const text = withoutControls(column.value(item) ?? '')
      return {
        text: isWide || column.maxWidth === undefined ? text : cut(text, column.maxWidth),
        colour: column.colour?.(item),
      }
    }),
  )
  const head = shown.map(({ title }) => ({ text: title, colour: 'bold' as Colour | undefined }))
  const widths = shown.map((_, index) =>
    [head, ...rows].reduce((most, row) => Math.max(most, stringWidth(row[index]?.text ?? '')), 0),
  )
  const line = (row: typeof head) =>
    row
      .map(({ text, colour }, index) => {
        const room = ' '.repeat((widths[index] ?? 0) - stringWidth(text))
        const painted = paint(colour, text)
        if (shown[index]?.isRight) return `${room}${painted}`
        return index === row.length - 1 ? painted : `${painted}${room}`
      })
      .join('  ')
      .trimEnd()
  return [head, ...rows].map((row) => `${line(row)}\n`).join('')
}

/** Draws one item as lines of `title: value`. */
export function drawRecord(fields: readonly (readonly [title: string, value: string | undefined])[], paint: Paint) {
  const shown = fields.filter((field): field is readonly [string, string] => field[1] !== undefined && field[1] !== '')
  const width = Math.max(0, ...shown.map(([title]) => stringWidth(title)))
  return shown
    .map(([title, value]) => {
      const room = ' '.repeat(width - stringWidth(title))
      return `${paint('bold', `${title}:`)}${room} ${withoutControls(value)}\n`
    })
    .join('')
}

/** Cuts a text at a width; what is cut off is told by a dot sign. */
function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text
  let kept = ''
  for (const character of text) {
    if (stringWidth(`${kept}${character}`) > width - 1) break
    kept += character
  }
  return `${kept.trimEnd()}…`
}

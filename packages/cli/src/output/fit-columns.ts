import stringWidth from 'string-width'
import { withoutControls } from './controls.js'
import type { Column } from './table.js'

/** The columns of a table that there is room for. */
export interface FittedColumns<Item> {
  readonly columns: readonly Column<Item>[]
  /** The titles of those that there is no room for. */
  readonly leftOut: readonly string[]
}

/** A column that may be cut is cut to no fewer characters than these. */
const least = 10
const gap = 2

/**
 * Makes a table fit a terminal, whose own way, to break lines in the middle of words, leaves no table to be seen: first columns
 * in which nothing stands go, then those are cut that may be, then the last ones are left out.
 *
 * @param room - how many characters a line has
 */
export function fitColumns<Item>(
  items: readonly Item[],
  columns: readonly Column<Item>[],
  room: number,
): FittedColumns<Item> {
  const measured = columns
    .filter((column) => !column.isWide)
    .map((column) => {
      const widths = items.map((item) => stringWidth(withoutControls(column.value(item) ?? '')))
      const longest = Math.max(0, ...widths)
      const { maxWidth = Number.POSITIVE_INFINITY, title } = column
      return { column, isEmpty: longest === 0, width: Math.max(stringWidth(title), Math.min(longest, maxWidth)) }
    })
  type Measured = (typeof measured)[number]
  const over = (list: readonly Measured[]) => list.reduce((total, { width }) => total + width + gap, -gap) - room
  if (over(measured) <= 0) return { columns, leftOut: [] }

  const shown = measured.filter(({ isEmpty }) => !isEmpty)
  const canShrink = ({ column, width }: Measured) =>
    column.maxWidth !== undefined && width > Math.max(least, stringWidth(column.title))
  for (let widest = shown.filter(canShrink); over(shown) > 0 && widest.length > 0; widest = widest.filter(canShrink)) {
    const each = widest.reduce((first, second) => (second.width > first.width ? second : first))
    each.width -= 1
  }
  const leftOut: string[] = []
  while (over(shown) > 0 && shown.length > 1) leftOut.unshift(shown.pop()?.column.title ?? '')
  const fitted = shown.map(({ column, width }) =>
    column.maxWidth === undefined ? column : { ...column, maxWidth: width },
  )
  return { columns: fitted, leftOut }
}

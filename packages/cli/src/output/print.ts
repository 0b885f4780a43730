import type { Session } from '../session.js'
import { fitColumns } from './fit-columns.js'
import { type Column, drawRecord, drawTable } from './table.js'

/** What {@link printList} has to know of the items. */
export interface ListView<Item> {
  readonly columns: readonly Column<Item>[]
  /** What `-o name` prints: what the next command can be given. */
  nameOf(item: Item): string
}

/** What {@link printOne} has to know of the item. */
export interface OneView<Item> {
  /** Titles and values, in order; what has no value is left out. */
  fields(item: Item): readonly (readonly [title: string, value: string | undefined])[]
  nameOf(item: Item): string
}

/**
 * Prints a list on stdout as the flag `--output` says. JSON and YAML are the messages as Flyte Admin gave them, a list also where
 * there is one item.
 */
export async function printList<Item>(session: Session, items: readonly Item[], view: ListView<Item>): Promise<void> {
  const { io, format, paint } = session
  if (format === 'table' || format === 'wide') {
    // A header above nothing would look like a table that is still to come.
    if (items.length === 0) return session.tell('Nothing found')
    const isWide = format === 'wide'
    // A terminal that was told no size says 0.
    const { columns, leftOut } =
      isWide || !io.columns ? { ...view, leftOut: [] } : fitColumns(items, view.columns, io.columns)
    io.stdout.write(drawTable(items, columns, { isWide, paint }))
    if (leftOut.length > 0) session.tell(`There is no room for ${leftOut.join(', ')}: -o wide shows them`)
  } else if (format === 'name') {
    io.stdout.write(items.map((item) => `${view.nameOf(item)}\n`).join(''))
  } else {
    await printMessage(session, items)
  }
}

/** Prints one item on stdout as the flag `--output` says. */
export async function printOne<Item>(session: Session, item: Item, view: OneView<Item>): Promise<void> {
  const { io, format, paint } = session
  if (format === 'table' || format === 'wide') io.stdout.write(drawRecord(view.fields(item), paint))
  else if (format === 'name') io.stdout.write(`${view.nameOf(item)}\n`)
  else await printMessage(session, item)
}

/** Prints a message as JSON or YAML. */
async function printMessage({ io, format }: Session, message: unknown): Promise<void> {
  if (format === 'yaml') {
    const { toYaml } = await import('./yaml.js')
    io.stdout.write(toYaml(message))
    return
  }
  // JSON has the C1 controls as they are, and terminals obey some of them.
  const text = JSON.stringify(message, undefined, 2).replace(
    /[\u007f-\u009f]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  io.stdout.write(`${text}\n`)
}

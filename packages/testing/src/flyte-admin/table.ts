// What lists are made of: tables as Flyte Admin's database has them.

/** A table that can be listed. */
export interface Table {
  name: string
  /** The letter that stands for the table in messages. */
  letter: string
  /** The columns that may be filtered and sorted by. */
  columns: readonly string[]
  /** Tables that filters may reach from this one, by the prefix before the column: `launch_plan.name`. */
  joins?: Readonly<Record<string, Table>>
}

/** The columns of one item. Numbers are compared as numbers, dates as times. A joined table's columns stand under `launch_plan.name`. */
export type Row = Readonly<Record<string, string | number | Date | undefined>>

/** The columns of a joined table. */
export function prefixed(prefix: string, row: Row): Row {
  return Object.fromEntries(Object.entries(row).map(([column, value]) => [`${prefix}.${column}`, value]))
}

// Rows of a table that is kept up to date in place: a row that stays keeps its focus, and is not read out again.

/** Puts these rows into a table's body, in this order, and takes the others out. */
export function placeRows(body: HTMLTableSectionElement, rows: readonly HTMLTableRowElement[]): void {
  const wanted = new Set<Element>(rows)
  for (const row of [...body.rows]) if (!wanted.has(row)) row.remove()
  rows.forEach((row, index) => {
    const there = body.rows[index]
    if (there !== row) body.insertBefore(row, there ?? null)
  })
}

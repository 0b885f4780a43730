import { filter } from '@flyte-js/admin/filters'
import { FlyteError } from '@flyte-js/core'

type Make = (column: string, value: string) => string

const values = (text: string): string[] =>
  text
    .replace(/^\((.*)\)$/s, '$1')
    .split(/[;,]/)
    .map((value) => value.trim())

/** Longer ones first: `>=` begins like `>`. */
const operators: readonly (readonly [pattern: RegExp, make: Make])[] = [
  [/^\s*!=\s*/, filter.ne],
  [/^\s*>=\s*/, filter.gte],
  [/^\s*<=\s*/, filter.lte],
  [/^\s*={1,2}\s*/, filter.eq],
  [/^\s*>\s*/, filter.gt],
  [/^\s*<\s*/, filter.lt],
  [/^\s+not\s+in\s*(?=\()/i, (column, text) => filter.valueNotIn(column, values(text))],
  [/^\s+in\s*(?=\()/i, (column, text) => filter.valueIn(column, values(text))],
  [/^\s+contains\s+/i, filter.contains],
]

/**
 * Reads conditions as flytectl's field selectors: `phase=FAILED`, `phase in (FAILED;ABORTED)`, `duration>=60`,
 * `launch_plan.name contains train`, several with commas between them.
 *
 * @param nameColumn - the column that `name` means
 * @returns conditions for `filters` of `@flyte-js/admin/filters`
 * @throws FlyteError `FLYTE_INVALID_ARGUMENT` for what is no condition
 */
export function readConditions(text: string, nameColumn = 'name'): string[] {
  // Values cannot hold a comma: what is behind one is another condition, but for those between parentheses.
  return text.split(/,(?![^()]*\))/).map((each) => readCondition(each.trim(), nameColumn))
}

function readCondition(text: string, nameColumn: string): string {
  const [column = ''] = /^[a-z_]+(\.[a-z_]+)?/i.exec(text) ?? []
  const rest = text.slice(column.length)
  for (const [pattern, make] of operators) {
    const [operator] = (column && pattern.exec(rest)) || []
    if (operator !== undefined) return make(column === 'name' ? nameColumn : column, rest.slice(operator.length))
  }
  throw new FlyteError(
    'FLYTE_INVALID_ARGUMENT',
    '--filter takes conditions such as phase=FAILED, duration>=60, "phase in (FAILED;ABORTED)" or "name contains train"; the operators are = != > >= < <= in, not in, contains',
  )
}

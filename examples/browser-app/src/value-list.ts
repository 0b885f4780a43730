// Inputs and outputs, by name.
import { element } from './element.js'
import { valueText } from './format.js'

/** Shows values as `fetchInputsOutputs` gives them. */
export function valueList(values: Record<string, unknown>): HTMLElement {
  const entries = Object.entries(values).sort(([left], [right]) => left.localeCompare(right))
  if (entries.length === 0) return element('p', { class: 'muted' }, 'None')
  return element(
    'dl',
    { class: 'values' },
    ...entries.map(([name, value]) =>
      element('div', {}, element('dt', {}, name), element('dd', {}, element('pre', {}, valueText(value)))),
    ),
  )
}

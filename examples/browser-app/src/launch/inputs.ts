// The inputs of a launch plan as fields of a form.
import type { LiteralInput } from '@flyte-js/admin/literals'
import type { LaunchPlan } from '@flyte-js/idl'
import { element } from '../element.js'
import { createField } from './field.js'

/** The fields, and what is in them. */
export interface Inputs {
  elements: HTMLElement[]
  /** The values by name; `undefined` where some do not fit, which the fields then say. */
  read(): { [name: string]: LiteralInput } | undefined
}

/** Makes a field for each input that the launch plan does not fix. */
export function createInputs({ spec, closure }: LaunchPlan): Inputs {
  const fixed = new Set(Object.keys(spec?.fixed_inputs?.literals ?? {}))
  const fields = Object.entries(closure?.expected_inputs?.parameters ?? {})
    .filter(([name]) => !fixed.has(name))
    .map(([name, parameter]) => createField(name, parameter))
    // Those that are needed first.
    .sort((left, right) => Number(right.isRequired) - Number(left.isRequired) || left.name.localeCompare(right.name))
  const none = element('p', { class: 'muted' }, 'This launch plan takes no inputs.')
  return {
    elements: fields.length === 0 ? [none] : fields.map((field) => field.element),
    read() {
      const readings = fields.map((field) => ({ field, reading: field.read() }))
      const wrong = readings.find(({ reading }) => 'problem' in reading)
      if (wrong) {
        wrong.field.focus()
        return undefined
      }
      return Object.fromEntries(
        readings.flatMap(({ field, reading }) =>
          'value' in reading && reading.value !== undefined ? [[field.name, reading.value]] : [],
        ),
      )
    },
  }
}

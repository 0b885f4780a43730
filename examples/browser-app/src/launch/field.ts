// One input as a field: its label, its control, what it is for, and what is wrong with it.
import { type LiteralInput, toLiteral } from '@flyte-js/admin/literals'
import { FlyteError } from '@flyte-js/core'
import type { Parameter } from '@flyte-js/idl'
import { element } from '../element.js'
import { controlFor } from './control.js'
import { typeText, withoutNone } from './type-text.js'

/** What is in a field: a value for the launch (`undefined` leaves it to the default), or what is wrong. */
export type Reading = { value: LiteralInput } | { problem: string }

/** One input. */
export interface Field {
  name: string
  isRequired: boolean
  element: HTMLElement
  /** Reads it, and shows what is wrong with it. */
  read(): Reading
  focus(): void
}

/** Makes the field of a parameter. */
export function createField(name: string, parameter: Parameter): Field {
  const { var: variable, default: preset, required = false } = parameter
  const type = withoutNone(variable?.type)
  const control = controlFor(type, preset)
  const id = `input-${name}`
  const notes = [typeText(type), required ? '' : 'optional'].filter((note) => note !== '').join(', ')
  const about = element('p', { id: `${id}-about`, class: 'muted' }, variable?.description ?? '')
  const problem = element('p', { id: `${id}-problem`, class: 'problem' })
  const { element: input } = control
  input.id = id
  input.setAttribute('aria-describedby', `${id}-type ${id}-about ${id}-problem`)
  if (required) input.setAttribute('aria-required', 'true')

  function check(): Reading {
    try {
      const value = control.read()
      if (value === undefined) return required ? { problem: 'This input is needed.' } : { value }
      // The same check as at launch, here for one input, so that its field can say what is wrong.
      return { value: toLiteral(value, variable?.type) }
    } catch (error) {
      if (error instanceof SyntaxError) return { problem: `This is no JSON. Expected ${typeText(type)}.` }
      if (FlyteError.isInstance(error))
        return { problem: error.message.replace(/^value(: e)?/gm, (_, first) => (first ? 'E' : '')) }
      throw error
    }
  }

  return {
    name,
    isRequired: required,
    element: element(
      'div',
      { class: control.isBox ? 'field box' : 'field' },
      element('label', { for: id }, name),
      element('span', { id: `${id}-type`, class: 'type' }, notes),
      input,
      about,
      problem,
    ),
    read() {
      const reading = check()
      problem.textContent = 'problem' in reading ? reading.problem : ''
      input.setAttribute('aria-invalid', String('problem' in reading))
      return reading
    },
    focus: () => input.focus(),
  }
}

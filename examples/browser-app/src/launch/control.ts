// The control for a type: what the browser has for it, else a text in which JSON is written.
import { fromLiteral, type LiteralInput } from '@flyte-js/admin/literals'
import { FlyteError } from '@flyte-js/core'
import type { Literal, LiteralType } from '@flyte-js/idl'
import { type Attributes, element } from '../element.js'
import { jsonText } from '../format.js'

/** What a value is written in. */
export interface Control {
  element: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement
  /** A box to be ticked stands beside its label. */
  isBox?: boolean
  /**
   * What is written there; `undefined` where nobody has changed it, so that the default stays what it is to the last digit.
   * Throws a SyntaxError for what should be JSON and is not.
   */
  read(): LiteralInput
}

/** Makes the control for a type, with the default of its input in it. */
export function controlFor(type: LiteralType | undefined, preset: Literal | undefined): Control {
  const value = presetValue(preset)
  if (type?.enum_type) return choice(type.enum_type.values, value)
  switch (type?.simple) {
    case 'BOOLEAN':
      return box(value, preset !== undefined)
    case 'STRING':
      return text({ spellcheck: 'false' }, value === undefined ? '' : String(value), (written) => written)
    // Digits stay as they are, so that 64 bits are kept.
    case 'INTEGER':
      return text({ inputmode: 'numeric' }, value === undefined ? '' : String(value), (written) => written.trim())
    case 'FLOAT':
      return text({ inputmode: 'decimal' }, value === undefined ? '' : String(value), numberOf)
    case 'DATETIME':
      return text({ type: 'datetime-local', step: 1 }, localTime(value), (written) => new Date(written))
    case 'DURATION':
      return text({ placeholder: '90s' }, '', (written) => written.trim())
    default:
      return type?.blob || type?.structured_dataset_type
        ? text({ inputmode: 'url' }, '', (uri) => uri.trim())
        : json(value)
  }
}

function text(attributes: Attributes, value: string, read: (written: string) => LiteralInput): Control {
  const input = element('input', { type: 'text', autocomplete: 'off', ...attributes, value })
  return { element: input, read: () => (input.value === input.defaultValue ? undefined : read(input.value)) }
}

function box(value: unknown, hasPreset: boolean): Control {
  const input = element('input', { type: 'checkbox', checked: value === true })
  const isPreset = () => hasPreset && input.checked === input.defaultChecked
  return { element: input, isBox: true, read: () => (isPreset() ? undefined : input.checked) }
}

function choice(values: readonly string[], value: unknown): Control {
  const select = element(
    'select',
    {},
    ...(values.includes(String(value)) ? [] : [element('option', { value: '' }, 'Choose …')]),
    ...values.map((each) => element('option', { value: each, selected: each === value }, each)),
  )
  return { element: select, read: () => (select.value === '' ? undefined : select.value) }
}

function json(value: unknown): Control {
  const written = value === undefined ? '' : jsonText(value)
  const rows = Math.min(12, Math.max(2, written.split('\n').length))
  const area = element('textarea', { rows, spellcheck: 'false', autocomplete: 'off' }, written)
  return { element: area, read: () => (area.value === area.defaultValue ? undefined : JSON.parse(area.value)) }
}

/** A default; `undefined` where there is none, or one that cannot be written here. */
function presetValue(preset: Literal | undefined): unknown {
  try {
    return preset && (fromLiteral(preset) ?? undefined)
  } catch (error) {
    if (FlyteError.isInstance(error)) return undefined
    throw error
  }
}

/** What is no number stays a text, which the check of the type then refuses. */
function numberOf(written: string): LiteralInput {
  const number = Number(written)
  return Number.isNaN(number) ? written : number
}

/** A time where the person is, as the browser's control writes it: `2026-01-31T12:00:00`. */
function localTime(value: unknown): string {
  if (!(value instanceof Date)) return ''
  return new Date(value.getTime() - value.getTimezoneOffset() * 60_000).toISOString().slice(0, 19)
}

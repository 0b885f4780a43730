import { isScalar, isSeq } from 'yaml'
import { parseValue, type Reading } from '../parse-value.js'
import type { SettingType } from '../settings.js'
import type { Tree } from './yaml-tree.js'

const numberAsText = 'a number where text belongs, taken as it is written. Put it in quotes'
const textAsList = 'one text where a list belongs, split on commas. Write a list'

/**
 * Turns a node of a YAML file, whose shape has been checked, into a value of its setting.
 *
 * @returns `undefined` where there is nothing: flytekit takes `""` and `[]` for nothing as well
 */
export function fromYaml(type: SettingType, node: unknown, { resolve }: Tree): Reading | undefined {
  const resolved = resolve(node)
  if (isSeq(resolved)) {
    const texts = resolved.items.map((item) => textOf(resolve(item)))
    if (texts.length === 0) return undefined
    const isOdd = texts.some(({ isNumber }) => isNumber)
    return { value: texts.map(({ text }) => text), ...(isOdd && { problem: numberAsText }) }
  }
  const value = isScalar(resolved) ? resolved.value : null
  if (value === null || value === '') return undefined
  if (typeof value === 'boolean') return { value }
  const { text, isNumber } = textOf(resolved)
  const reading = parseValue(type, text)
  if (type === 'string' && isNumber) return { ...reading, problem: numberAsText }
  return type === 'list' ? { ...reading, problem: textAsList } : reading
}

/** A number keeps the letters that it was written with: `007` is a client id, 7 is another. */
function textOf(node: unknown): { text: string; isNumber: boolean } {
  if (!isScalar(node)) return { text: '', isNumber: false }
  const isNumber = typeof node.value === 'number'
  return { text: isNumber ? (node.source ?? String(node.value)) : String(node.value), isNumber }
}

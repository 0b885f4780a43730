// Where two messages differ, as Flyte Admin tells whoever registers another structure under the same id.
import { type GoJson, goJsonOf, goText } from './go-json.js'
import type { Message, MessageValue } from './message.js'

const longest = 8192

/** True when both messages have the same fields. */
export function isSameStructure(left: MessageValue | undefined, right: MessageValue | undefined): boolean {
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return left === right
  const keys = new Set([...Object.keys(left), ...Object.keys(right)])
  return [...keys].every((key) => isSameStructure((left as Message)[key], (right as Message)[key]))
}

/** The places where they differ, with the old and the new value. */
export function structuralDifferences(type: string, left: Message, right: Message): string {
  const lines: string[] = []
  compare(goJsonOf(type, left), goJsonOf(type, right), '', lines)
  return lines.join('\n').slice(0, longest)
}

function compare(left: GoJson | undefined, right: GoJson | undefined, path: string, lines: string[]): void {
  if (isSameStructure(left as MessageValue, right as MessageValue)) return
  if (Array.isArray(left) && Array.isArray(right)) {
    // What only one of the lists has is passed over.
    const length = Math.min(left.length, right.length)
    for (let index = 0; index < length; index++) compare(left[index], right[index], `${path}/${index}`, lines)
  } else if (isObject(left) && isObject(right)) {
    const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort()
    for (const key of keys) compare(left[key], right[key], `${path}/${key}`, lines)
  } else lines.push(`${path}:\n\t- ${goText(left)} \n\t+ ${goText(right)}`)
}

function isObject(value: GoJson | undefined): value is { [key: string]: GoJson } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

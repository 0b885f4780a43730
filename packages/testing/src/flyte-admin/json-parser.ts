// JSON with the places of its keys and the digits of its numbers, and refused in the words of Go's encoding/json.

/** A parsed JSON value. Numbers keep their digits, so that a 64-bit integer loses none. */
export type JsonNode =
  | { kind: 'null' | 'boolean' | 'number' | 'string'; offset: number; text: string }
  | { kind: 'array'; offset: number; items: JsonNode[] }
  | { kind: 'object'; offset: number; entries: JsonEntry[] }

/** One member of a JSON object. */
export interface JsonEntry {
  key: string
  offset: number
  value: JsonNode
}

/** Why a text is not JSON, in Go's words. */
export class JsonSyntaxError extends Error {}

const escapes: Record<string, string> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }
const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

/** Reads the first JSON value of a text, as Go's decoder does: what comes after it is left alone. Empty texts are `undefined`. */
export function parseJson(text: string): JsonNode | undefined {
  let at = 0

  const skipSpace = () => {
    while (at < text.length && ' \t\r\n'.includes(text[at] as string)) at++
  }
  const unexpected = (context: string): never => {
    const character = text[at]
    if (character === undefined) throw new JsonSyntaxError('unexpected EOF')
    const shown = character === "'" ? `'\\''` : character === '"' ? `'"'` : `'${goCharacter(character)}'`
    throw new JsonSyntaxError(`invalid character ${shown} ${context}`)
  }

  const readString = (): string => {
    let value = ''
    at++
    for (;;) {
      const character = text[at]
      if (character === undefined) throw new JsonSyntaxError('unexpected EOF')
      if (character === '"') {
        at++
        return value
      }
      if (character < ' ') unexpected('in string literal')
      if (character !== '\\') {
        value += character
        at++
        continue
      }
      at++
      const escaped = text[at]
      if (escaped === 'u') {
        const digits = /[0-9a-fA-F]{4}/y
        digits.lastIndex = at + 1
        const match = digits.exec(text)
        if (match === null) {
          at++
          unexpected('in \\u hexadecimal character escape')
        } else {
          value += String.fromCharCode(Number.parseInt(match[0], 16))
          at += 5
        }
      } else if (escaped !== undefined && escaped in escapes) {
        value += escapes[escaped]
        at++
      } else unexpected('in string escape code')
    }
  }

  const readWord = (word: string, kind: 'null' | 'boolean'): JsonNode => {
    const offset = at
    for (const expected of word) {
      if (text[at] !== expected) unexpected(`in literal ${word} (expecting '${expected}')`)
      at++
    }
    return { kind, offset, text: word }
  }

  const readValue = (context = 'looking for beginning of value'): JsonNode => {
    skipSpace()
    const offset = at
    const character = text[at]
    if (character === '{') return readObject()
    if (character === '[') return readArray()
    if (character === '"') return { kind: 'string', offset, text: readString() }
    if (character === 't') return readWord('true', 'boolean')
    if (character === 'f') return readWord('false', 'boolean')
    if (character === 'n') return readWord('null', 'null')
    numberPattern.lastIndex = at
    const number = numberPattern.exec(text)
    if (number === null) {
      if (character === '-') {
        at++
        return unexpected('in numeric literal')
      }
      return unexpected(context)
    }
    at += number[0].length
    return { kind: 'number', offset, text: number[0] }
  }

  const readObject = (): JsonNode => {
    const entries: JsonEntry[] = []
    const offset = at++
    skipSpace()
    if (text[at] === '}') {
      at++
      return { kind: 'object', offset, entries }
    }
    for (;;) {
      skipSpace()
      const keyOffset = at
      if (text[at] !== '"') unexpected('looking for beginning of object key string')
      const key = readString()
      skipSpace()
      if (text[at] !== ':') unexpected('after object key')
      at++
      entries.push({ key, offset: keyOffset, value: readValue() })
      skipSpace()
      const separator = text[at]
      if (separator !== ',' && separator !== '}') unexpected('after object key:value pair')
      at++
      if (separator === '}') return { kind: 'object', offset, entries }
    }
  }

  const readArray = (): JsonNode => {
    const items: JsonNode[] = []
    const offset = at++
    skipSpace()
    if (text[at] === ']') {
      at++
      return { kind: 'array', offset, items }
    }
    for (;;) {
      items.push(readValue())
      skipSpace()
      const separator = text[at]
      if (separator !== ',' && separator !== ']') unexpected('after array element')
      at++
      if (separator === ']') return { kind: 'array', offset, items }
    }
  }

  skipSpace()
  return at === text.length ? undefined : readValue()
}

function goCharacter(character: string): string {
  const shown: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' }
  const code = character.charCodeAt(0)
  return shown[character] ?? (code < 32 ? `\\x${code.toString(16).padStart(2, '0')}` : character)
}

/** The value of a node as JavaScript has it. */
export function jsonValueOf(node: JsonNode): unknown {
  switch (node.kind) {
    case 'null':
      return null
    case 'boolean':
      return node.text === 'true'
    case 'number':
      return Number(node.text)
    case 'string':
      return node.text
    case 'array':
      return node.items.map(jsonValueOf)
    case 'object':
      return Object.fromEntries(node.entries.map(({ key, value }) => [key, jsonValueOf(value)]))
  }
}

import type { ConfigError } from '@flyte-js/core'
import { type Document, type ErrorCode, LineCounter, parseDocument } from 'yaml'
import type { ConfigFile, ConfigFileText } from '../config-file.js'
import { invalidFile } from '../invalid.js'
import { universalNewlines } from '../python-text.js'
import { settingRows } from '../setting-rows.js'
import { lintYaml } from './lint-yaml.js'
import { findMistake } from './yaml-shape.js'
import { createTree, type Found, findNode } from './yaml-tree.js'
import { fromYaml } from './yaml-value.js'

/**
 * Reads flytectl's YAML file, as YAML 1.2 with its core schema and merge keys (`<<`).
 *
 * Give it to `resolveConfig`; `loadConfig` does so itself. A key that stands there twice is an error, as is a value of the
 * wrong type at the path of a setting.
 *
 * @throws ConfigError that names file, line and column: what the file holds is not repeated
 *
 * @example
 * ```ts
 * import { resolveConfig } from '@flyte-js/config'
 * import { readYaml } from '@flyte-js/config/yaml'
 *
 * const file = { path: 'config.yaml', text: 'admin: { endpoint: "dns:///flyte.example.com" }' }
 * const { config } = resolveConfig({ env: {}, file, yaml: readYaml })
 * config.platform.url // 'flyte.example.com'
 * ```
 */
export function readYaml({ path, text }: ConfigFileText): ConfigFile {
  const lines = new LineCounter()
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return `${path} line ${line}, column ${col}`
  }
  // The library knows no CR alone as a line break, unlike YAML itself.
  const { tree, content } = parse(universalNewlines(text), path, lines, at)

  const lineOf = (found: Found | undefined) => lines.linePos(found?.offset ?? 0).line
  const mistake = findMistake(content)
  if (mistake !== undefined) {
    const line = lineOf(findNode(tree, mistake.keys))
    throw invalidFile(`${path} line ${line}`, `${mistake.keys.join('.') || 'the file'}: ${mistake.says}`)
  }
  const values = new Map(
    settingRows.flatMap(({ name, type, yaml }) => {
      const found = yaml === undefined ? undefined : findNode(tree, yaml.split('.'))
      const reading = found && fromYaml(type, found.node, tree)
      return reading === undefined ? [] : [[name, { line: lineOf(found), read: () => reading }]]
    }),
  )
  const lineAt = (offset: number) => `${path} line ${lines.linePos(offset).line}`
  return { kind: 'YAML', path, find: (name) => values.get(name), lint: () => lintYaml(tree, lineAt) }
}

/** Parses the text, and makes plain values of it; aliases that multiply without end are an error of their own. */
function parse(text: string, path: string, lineCounter: LineCounter, at: (offset: number) => string) {
  let failure: ConfigError | undefined
  try {
    const document: Document = parseDocument(text, {
      // Whatever `%YAML` the file says.
      schema: 'core',
      merge: true,
      lineCounter,
      prettyErrors: false,
      // Silent, it would take the first of several documents without a word.
      logLevel: 'error',
    })
    const [error] = [...document.errors, ...document.warnings]
    // The library's own messages quote the file.
    const tree = createTree(document)
    const { unresolved } = tree
    if (error) failure = invalidFile(at(error.pos[0]), explain(error.code))
    else if (unresolved) failure = invalidFile(at(unresolved.range?.[0] ?? 0), 'this alias has no anchor')
    else return { tree, content: document.toJS({ maxAliasCount: 100 }) as unknown }
  } catch {
    failure = invalidFile(path, 'too many aliases, or lists in lists without end')
  }
  throw failure
}

/** What to do about the mistakes that people make; the rest are called as the library calls them. */
const cures: Partial<Record<ErrorCode, string>> = {
  BAD_INDENT: 'wrong indentation, or a bracket or quote that is not closed',
  BAD_SCALAR_START: 'a text that begins so needs quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a text with ": " in it needs quotes, or a line is indented too far',
  DUPLICATE_KEY: 'duplicate key, this one stands here twice',
  MISSING_CHAR: 'a quote, bracket, comma or space is missing',
  MULTIPLE_DOCS: 'multiple documents, only one can be read',
  TAB_AS_INDENT: 'indentation by a tab, write spaces',
  TAG_RESOLVE_FAILED: 'an unknown tag, put the text into quotes',
  UNEXPECTED_TOKEN: 'unexpected text, does a quote or bracket before it belong there',
}

function explain(code: ErrorCode): string {
  return cures[code] ?? code.toLowerCase().replaceAll('_', ' ')
}

import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { generate } from '../generate/generate.mjs'
import { flyteidlDirectory } from '../generate/proto-registry.mjs'

const generated = fileURLToPath(new URL('../src/gen', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'flyte-js-idl-'))
afterAll(() => rmSync(directory, { recursive: true }))

describe('generate', () => {
  it('makes the same bytes every time, and they are those under test', () => {
    generate(join(directory, 'first'))
    generate(join(directory, 'second'))
    const first = contents(join(directory, 'first'))
    expect(Object.keys(first).sort()).toEqual([
      'licence/flyteidl-LICENSE',
      'licence/flyteidl-NOTICE',
      'messages.ts',
      'routes.ts',
      'types.ts',
    ])
    expect(contents(join(directory, 'second'))).toEqual(first)
    expect(contents(generated)).toEqual(first)
  })

  it("passes on flyteidl's licence", () => {
    const { 'licence/flyteidl-LICENSE': license, 'licence/flyteidl-NOTICE': notice } = contents(generated)
    expect(license).toBe(readFileSync(join(flyteidlDirectory, 'LICENSE'), 'utf8'))
    expect(notice).toBe(readFileSync(join(flyteidlDirectory, 'NOTICE'), 'utf8'))
  })
})

const types = readFileSync(join(generated, 'types.ts'), 'utf8')

describe('names', () => {
  it('of messages are never hidden by a type that the package has beside them', () => {
    const index = readFileSync(new URL('../src/index.ts', import.meta.url), 'utf8')
    const beside = [...index.matchAll(/^export type \{ (.*) \}/gm)].flatMap(([, names = '']) => names.split(', '))
    const messages = [...types.matchAll(/^export (?:interface|type) (\w+)/gm)].map(([, name]) => name)
    expect(beside).toContain('Timestamp')
    expect(messages.filter((name) => name !== undefined && beside.includes(name))).toEqual([])
    expect(new Set(messages).size).toBe(messages.length)
  })

  it('that two packages use are used alone by neither', () => {
    expect(types).not.toMatch(/^export interface (TaskNodeMetadata|WorkflowNodeMetadata|Error) /m)
  })
})

describe('comments', () => {
  it('of the protos become TSDoc', () => {
    expect(types).toContain('/** Fetch a list of {@link NamedEntityIdentifier} of task objects. */\n  listTaskIds:')
    expect(types).toContain(
      '   * Name of the project that contains the identifiers.\n   * Required.\n   */\n  project:',
    )
    expect(types).toContain('At most one of `target` is set. */\n  container?: Container\n')
    // Of a nested message, and written behind what it explains.
    expect(types).toContain('  /** A unique name within the schema type for the column. */\n')
    expect(types).toContain(
      '/** Purposefully empty, may be populated in the future. */\nexport interface WorkflowCreateResponse ',
    )
    expect(types).toContain(' * - `SYSTEM`: A system process was responsible')
  })

  it('carry deprecation over, of a message, a field and an RPC', () => {
    const deprecated = '@deprecated Marked so in flyteidl.'
    expect(types).toContain(`${deprecated}\n */\nexport interface AuthRole {`)
    expect(types).toContain(`${deprecated}\n   */\n  auth_role: AuthRole | null\n`)
    expect(types).toContain(`${deprecated}\n   */\n  createDownloadLocation:`)
  })

  it('hold no tag, link or HTML but our own', () => {
    const comments = [...types.matchAll(/\/\*\*[\s\S]*?\*\//g)].join('\n')
    const rest = comments.replace(/```[\s\S]*?```|`[^`\n]+`|\{@link \w+\}|@deprecated|\\[{}<>@`]/g, '')
    expect(rest.match(/.*[{}<>@`].*/g)).toBeNull()
    // Proof that there was something to clean.
    expect(comments).toContain('except \\@reboot')
  })

  it('link only to what is there', () => {
    const targets = [...types.matchAll(/\{@link (\w+)\}/g)].map(([, name]) => name)
    const missing = targets.filter((name) => !new RegExp(`^export (interface|type) ${name} `, 'm').test(types))
    expect(targets.length).toBeGreaterThan(50)
    expect(missing).toEqual([])
  })

  it('stand on every export', () => {
    for (const file of ['types.ts', 'routes.ts', 'messages.ts']) {
      expect(readFileSync(join(generated, file), 'utf8')).not.toMatch(/(?<!\*\/\n)^export /m)
    }
  })
})

/** The text of every file below a directory, by its path there. */
function contents(root: string): Record<string, string> {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()
  const files = paths.filter((path) => statSync(join(root, path)).isFile())
  return Object.fromEntries(files.map((path) => [path.replaceAll('\\', '/'), readFileSync(join(root, path), 'utf8')]))
}

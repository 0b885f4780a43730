import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root } from './run.js'

/** One piece of code in a document. */
export interface Snippet {
  /** Where it stands: `README.md:12`. */
  place: string
  /** The language behind the fence. */
  language: string
  /** The code itself. */
  code: string
}

/** The pieces of code in a text, be it Markdown or the comments of a source file. */
export function snippetsOf(path: string): Snippet[] {
  const text = readFileSync(path, 'utf8').replace(/^ *\* ?/gm, path.endsWith('.ts') ? '' : '$&')
  return [...text.matchAll(/^```(\w+)\n(.*?)^```/gms)].map(({ 1: language = '', 2: code = '', index }) => ({
    place: `${relative(root, path)}:${text.slice(0, index).split('\n').length}`,
    language,
    code,
  }))
}

/** Every document that users read: the READMEs, the guides, the comments of the sources. */
export function documents(): string[] {
  const below = (folder: string, ending: RegExp) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => ending.test(name) && !/(node_modules|dist|gen|api|\.generated)\//.test(name))
      .map((name) => join(root, folder, name))
  return [
    join(root, 'README.md'),
    ...below('docs', /\.md$/),
    ...below('packages', /^[^/]+\/README\.md$/),
    ...below('examples', /^[^/]+\/README\.md$/),
    ...below('packages', /^[^/]+\/src\/.*(?<!\.test)\.ts$/),
  ]
}

// The files that the builds made, one by one: what they must not hold.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import ts from 'typescript'
import { readPackages } from '../workspace.mjs'

/** @param {string} base @returns {{ folder: string, path: string, name: string, text: string }[]} every script in every dist */
function builtFiles(base) {
  return readPackages(base)
    .filter(({ manifest }) => !manifest.private)
    .flatMap(({ folder, directory }) => {
      const dist = join(directory, 'dist')
      if (!existsSync(dist)) throw new Error(`${folder} is not built: npm run build`)
      return readdirSync(dist, { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.[cm]?js$/.test(name))
        .map((name) => join(dist, name))
        .map((path) => ({ folder, path, name: relative(base, path), text: readFileSync(path, 'utf8') }))
    })
}

/** No text becomes code: pages with a content security policy refuse that. @param {string} base @returns {string[]} */
export function findEval(base) {
  return builtFiles(base)
    .filter(({ text }) => /\b(eval|Function)\b/.test(text))
    .flatMap(({ name, text }) => {
      /** @type {string[]} */
      const faults = []
      /** @param {import('typescript').Node} node */
      const visit = (node) => {
        // `redis.eval()` is another thing; `Function` has no use but this one, under whichever name it is called.
        if (ts.isIdentifier(node) && !isMember(node) && (node.text === 'Function' || node.text === 'eval'))
          faults.push(`${name} has ${node.text}`)
        ts.forEachChild(node, visit)
      }
      visit(ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS))
      return faults
    })
}

const globals = new Set(['globalThis', 'window', 'self', 'global'])

/** Whether a name is that of a property, and not of a global one. @param {import('typescript').Identifier} node */
function isMember(node) {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent) && parent.name === node)
    return !(ts.isIdentifier(parent.expression) && globals.has(parent.expression.text))
  return (ts.isPropertyAssignment(parent) || ts.isMethodDeclaration(parent)) && parent.name === node
}

/** Where programs may be started: packages for Node as a whole, and folders named `node`, which hold the keyring too. */
const maySpawn = /^packages\/(node|cli)\/|^packages\/[^/]+\/(src|dist)\/node\//

/** @param {string} base @returns {string[]} */
export function findSpawning(base) {
  return builtFiles(base)
    .filter(({ text }) => text.includes('child_process'))
    .flatMap(({ name, path }) => sourcesWith('child_process', path, base) ?? [name])
    .filter((name) => !maySpawn.test(name))
    .map((name) => `${name} starts programs: that belongs in src/node/`)
}

/** The sources of a chunk that hold a word, since what is shared lies beside the entries. @param {string} word @param {string} path @param {string} base */
function sourcesWith(word, path, base) {
  const map = mapOf(path)
  const found = map?.sources.filter((_, index) => map.sourcesContent[index]?.includes(word)) ?? []
  return found.length === 0 ? undefined : found.map((source) => relative(base, join(path, '..', source)))
}

/** @param {string} path @returns {{ sources: string[], sourcesContent: (string | null)[] } | undefined} */
function mapOf(path) {
  if (!existsSync(`${path}.map`)) return undefined
  // A file that only hands on has a map without sources.
  const { sources, sourcesContent = [] } = JSON.parse(readFileSync(`${path}.map`, 'utf8'))
  return { sources, sourcesContent }
}

/** What secrets look like; each of these has a form of its own, so that nothing else looks like it. */
const secrets = {
  'a private key': /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  'a private JWK': /["']?\bd["']?\s*:\s*["'][\w-]{40,}["']/,
  'a JWT': /\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/,
  'a token of GitHub': /\b(gh[pousr]_\w{36}|github_pat_\w{40})/,
  'a token of npm': /\bnpm_\w{36}/,
  'a key of AWS': /\b(AKIA|ASIA)[0-9A-Z]{16}\b/,
  'a token of Slack': /\bxox[abeprs]-[\w-]{10,}/,
  'a password in a URL': /\b[a-z][a-z+.-]*:\/\/[^\s/:@'"`$<>{}]+:[^\s/:@'"`$<>{}]{3,}(?<!:(password|secret))@[\w.-]+/,
}

/** @param {string} base @returns {string[]} */
export function findSecrets(base) {
  return builtFiles(base).flatMap(({ name, path, text }) => {
    const sources = mapOf(path)?.sourcesContent.join('\n') ?? ''
    return Object.entries(secrets)
      .filter(([, shape]) => shape.test(text) || shape.test(sources))
      .map(([what]) => `${name} holds what looks like ${what}`)
  })
}

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { createContext, runInContext } from 'node:vm'
import { environmentName, type SettingName, settings } from '@flyte-js/config'
import { describe, expect, test } from 'vitest'
import { documents, snippetsOf } from './documents.js'
import { root, run } from './run.js'

const pages = [...documents(), join(root, '.github/CONTRIBUTING.md')].filter((path) => path.endsWith('.md'))
const guides = pages.filter((path) => path.startsWith(join(root, 'docs/')))
const nameOf = (path: string) => relative(root, path)
const textOf = (path: string) => readFileSync(path, 'utf8')
/** What a page says, but for its code. */
const proseOf = (path: string) => textOf(path).replace(/^```.*?^```$/gms, '')

/** The anchors of a page, as GitHub makes them of its headings. */
function anchorsOf(path: string): string[] {
  return [...proseOf(path).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

test('every relative link leads to a file, and to a heading where it names one', () => {
  const broken = pages.flatMap((page) =>
    [...proseOf(page).matchAll(/\]\(((?!https?:|mailto:)[^)\s]+)\)/g)].flatMap(([, link = '']) => {
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? page : resolve(dirname(page), path)
      const isThere = existsSync(target) && (anchor === undefined || anchorsOf(target).includes(anchor))
      return isThere ? [] : [`${nameOf(page)}: ${link}`]
    }),
  )
  expect(broken).toEqual([])
})

test('docs/README.md lists every guide, and docs/architecture.md every decision', () => {
  const linked = (page: string) =>
    [...textOf(join(root, page)).matchAll(/\]\(([\w/.-]+\.md)\)/g)].map(([, path]) => path)
  const below = (folder: string) => readdirSync(join(root, folder)).filter((name) => name.endsWith('.md'))
  expect(linked('docs/README.md').sort()).toEqual(below('docs').filter((name) => name !== 'README.md'))
  expect(linked('docs/architecture.md').filter((path) => path?.startsWith('decisions/'))).toEqual(
    below('docs/decisions').map((name) => `decisions/${name}`),
  )
})

test('every variable that is named is one that is read', () => {
  const names = (Object.keys(settings) as SettingName[]).map(environmentName)
  const known = new Set([...names, 'FLYTE_PROFILE', 'FLYTE_JS_TOKEN_STORE', 'FLYTE_CREDENTIALS_CLIENT_SECRET'])
  const setIn = (page: string) =>
    snippetsOf(page).flatMap(({ place, code }) =>
      [...code.matchAll(/\b(FLYTE_\w+?)(?:_FROM_ENV_VAR|_FROM_FILE)?(?:=|: | = )/g)].map(([, name = '']) => ({
        place,
        name,
      })),
    )
  // In Jenkins `FLYTE_BOT` is the user's own; the other is shown as a mistake that is found.
  const meant = ['FLYTE_BOT', 'FLYTE_PLATFROM_INSECURE']
  const unknown = pages.flatMap(setIn).filter(({ name }) => !known.has(name) && !meant.includes(name))
  expect(unknown).toEqual([])
})

describe('the commands that the guides show', () => {
  const command = /(?:^|\$\(|'|- |run: )(?:npx --yes @flyte-js\/cli|flyte-js) ([^\n)'#]+)/gm
  const shown = pages.flatMap((page) =>
    snippetsOf(page)
      .filter(({ language }) => ['bash', 'sh', 'yaml', 'groovy'].includes(language))
      .flatMap(({ code }) => [...code.matchAll(command)].map(([, words = '']) => words.trim())),
  )
  const inTable = [...textOf(join(root, 'docs/migrating.md')).matchAll(/\| `flyte-js ([^`]+)` \|/g)].map(
    ([, words = '']) => words,
  )
  const commands = [...new Set([...shown, ...inTable])]

  test('are found', () => expect(commands.length).toBeGreaterThan(15))

  test.each(commands)('flyte-js %s', { timeout: 30_000 }, async (words) => {
    const parts = words.split(/\s+/)
    const name = parts.slice(0, /^(config|get|describe|completion)$/.test(parts[0] ?? '') ? 2 : 1)
    const bin = join(root, 'packages/cli/bin/flyte-js.mjs')
    const { code, stdout, stderr } = await run(process.execPath, [bin, ...name, '--help'])
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(stdout).toContain(`Usage: flyte-js ${name[0]}`)
    for (const flag of parts.filter((part) => part.startsWith('-'))) expect(stdout).toContain(flag)
  })
})

test('every sequence diagram is one to Mermaid', async () => {
  // The library is for pages; what parses needs none.
  const library = createContext({ structuredClone, console })
  runInContext(textOf(join(root, 'node_modules/@mermaid-js/tiny/dist/mermaid.tiny.js')), library)
  const diagrams = guides.flatMap(snippetsOf).filter(({ code }) => code.startsWith('sequenceDiagram'))
  expect(diagrams.length).toBeGreaterThan(8)
  for (const { place, code } of diagrams) {
    await expect(library.mermaid.parse(code), place).resolves.toHaveProperty('diagramType', 'sequence')
  }
})

test('JSON is JSON', () => {
  for (const { place, code } of pages.flatMap(snippetsOf).filter(({ language }) => language === 'json')) {
    expect(() => JSON.parse(code), place).not.toThrow()
  }
})

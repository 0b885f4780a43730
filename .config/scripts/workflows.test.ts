import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { root } from './run-stages.mjs'

// What GitHub reads, and nobody else before a change is merged.

interface Step {
  uses?: string
  run?: string
  with?: Record<string, unknown>
}
interface Workflow {
  permissions?: Record<string, string>
  on: Record<string, unknown>
  jobs: Record<string, { permissions?: Record<string, string>; steps: Step[] }>
}

const github = join(root, '.github')
const textOf = (name: string) => readFileSync(join(github, name), 'utf8')
const filesWith = (ending: RegExp) =>
  readdirSync(github, { recursive: true, encoding: 'utf8' }).filter((name) => ending.test(name))
const workflows = filesWith(/^workflows\/.*\.yml$/).map((name): [string, Workflow] => [name, parse(textOf(name))])
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** The npm scripts that a text names. */
const scriptsIn = (text: string) =>
  [...text.matchAll(/\bnpm (?:run ([\w:]+)|(test)\b)/g)].map(([, run, test]) => run ?? test)

test('there are a workflow for changes and one for releases', () => {
  expect(workflows.map(([name]) => name)).toEqual(['workflows/ci.yml', 'workflows/release.yml'])
})

test.each(workflows)('%s runs what there is, with actions that cannot change', (name, { jobs }) => {
  const steps = Object.values(jobs).flatMap((job) => job.steps)
  for (const { uses } of steps.filter((step) => step.uses !== undefined)) {
    expect(uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/)
    // So that a person can see which version that is.
    expect(textOf(name)).toMatch(new RegExp(`${uses} # v\\d+\\.\\d+\\.\\d+`))
  }
  const commands = steps.flatMap((step) => [step.run ?? '', String(step.with?.version ?? '')]).join('\n')
  const named = scriptsIn(commands)
  expect(named.filter((script) => script === undefined || scripts[script] === undefined)).toEqual([])
  for (const [, path = ''] of commands.matchAll(/\bbash (\S+)/g)) expect(existsSync(join(root, path)), path).toBe(true)
  expect(named.length + [...commands.matchAll(/\bbash (\S+)/g)].length).toBeGreaterThan(0)
})

test('a workflow may do what it must, and no more: only the job that publishes can prove who it is', () => {
  const permissions = workflows.map(([name, { permissions: common, jobs }]) => [
    name,
    common,
    ...Object.entries(jobs).map(([job, { permissions: own }]) => [job, own]),
  ])
  expect(permissions).toEqual([
    ['workflows/ci.yml', { contents: 'read' }, ['ci', undefined]],
    [
      'workflows/release.yml',
      {},
      ['version', { contents: 'write', 'pull-requests': 'write' }],
      ['publish', { contents: 'write', 'id-token': 'write' }],
    ],
  ])
  // It would run a stranger's code with the rights of this repository.
  for (const [, { on }] of workflows) expect(Object.keys(on)).not.toContain('pull_request_target')
})

test('a job that publishes takes nothing from a cache', () => {
  const setUps = workflows
    .flatMap(([, { jobs }]) => Object.values(jobs))
    .filter(({ permissions }) => permissions?.['id-token'] === 'write')
    .flatMap(({ steps }) => steps.filter(({ uses }) => uses?.startsWith('actions/setup-node@')))
  expect(setUps.map((step) => step.with?.['package-manager-cache'])).toEqual([false])
})

test.each(filesWith(/\.md$/))('%s names commands and files that there are', (name) => {
  const text = textOf(name)
  expect(scriptsIn(text).filter((script) => script === undefined || scripts[script] === undefined)).toEqual([])
  for (const [, path = ''] of text.matchAll(/\]\((?!https?:|#)([^)#]+)/g))
    expect(existsSync(join(github, path)), path).toBe(true)
  // Of the table of what to do: each file that stands there in full.
  for (const [, path = ''] of text.matchAll(/`((?:packages|\.config|docs)\/[\w./-]+)`/g))
    expect(existsSync(join(root, path)), path).toBe(true)
})

test.each(filesWith(/^ISSUE_TEMPLATE\/(?!config).*\.yml$/))('%s is a form as GitHub takes it', (name) => {
  const form = parse(textOf(name))
  expect(form).toMatchObject({ name: expect.any(String), description: expect.any(String) })
  for (const { type, attributes } of form.body) {
    expect(['textarea', 'input']).toContain(type)
    expect(attributes.label).toEqual(expect.any(String))
  }
})

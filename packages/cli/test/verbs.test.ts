// What the commands do: what is sent to Flyte Admin, exit codes, and what is told on stderr.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { populate, register, startWorld, type World } from './world.js'

let world: World
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flyte-js-inputs-'))
  world = await startWorld()
  await register(world)
  await populate(world)
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(() => world.server.clearRequests())

const run = (line: string, ...more: string[]) => world.run([...line.split(' '), ...more])
const names = async (line: string) => (await run(line, '-o', 'name')).stdout.trim().split('\n')
const posts = () => world.server.requests.filter(({ method }) => method === 'POST')
const inputsFile = (text: string) => {
  const path = join(folder, 'inputs.yaml')
  writeFileSync(path, text)
  return path
}

describe('a list', () => {
  it('is filtered and sorted', async () => {
    const of = (name: string) => `ex:flytesnacks:development:${name}`
    expect(await names('get executions --filter phase=FAILED')).toEqual([of('broken')])
    expect(await names('get executions --filter execution.phase=FAILED')).toEqual([of('broken')])
    expect(await names('get executions --sort-by execution_name:desc --limit 2')).toEqual([
      of('waiting'),
      of('running'),
    ])
    // What is shown as NAME can be called that, whatever Flyte Admin calls it.
    expect(await names('get executions --filter name=done')).toEqual([of('done')])
    expect(await names('get executions --sort-by name:desc --limit 1')).toEqual([of('waiting')])
    expect(await names('get node-executions running --filter name=n1')).toEqual([expect.stringContaining('n1')])
    const both = ['--filter', 'phase in (FAILED;SUCCEEDED)', '--filter', 'duration<60']
    expect((await run('get executions -o name', ...both)).stdout).toBe(`${of('broken')}\n`)
  })

  it('says when there are more, and asks once where there are not', async () => {
    const { stderr, stdout } = await run('get executions --limit 2 -o name')
    expect(stdout.trim().split('\n')).toHaveLength(2)
    expect(stderr).toMatch(/first 2: --all/)
    world.server.clearRequests()
    expect((await run('get executions --limit 5')).stderr).toBe('')
    expect(world.server.requests).toHaveLength(1)
  })

  it('calls the page that was fetched ahead, and is not wanted, no failure', async () => {
    const { stderr } = await run('get executions --limit 2 --verbose')
    const events = stderr.split('\n').filter((line) => line.startsWith('{'))
    const calls = events.map((line) => JSON.parse(line)).filter(({ type }) => type === 'admin.call')
    // The second may not even have been told of before the command has ended.
    expect([[undefined], [undefined, 'ABORTED']]).toContainEqual(calls.map(({ code }) => code))
  })

  it('has all pages with --all', async () => {
    for (let count = 0; count < 101; count += 1) await world.launch(`many-${count}`)
    expect(await names('get executions --all --filter execution_name!=done')).toHaveLength(105)
    expect((await run('get executions')).stderr).toMatch(/first 100/)
    expect(await names('get executions --limit 102')).toHaveLength(102)
  })

  it('of nothing is no error, and says so on stderr', async () => {
    const { code, stdout, stderr } = await run('get executions -d staging')
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: 'Nothing found\n' })
    expect((await run('get executions -d staging -o json')).stdout).toBe('[]\n')
  })

  it('gives names that the other commands take', async () => {
    for (const kind of ['workflow', 'task', 'launchplan']) {
      const [name = ''] = await names(`get ${kind}s`)
      expect(await names(`get ${kind} ${name} --limit 1`)).toEqual([expect.stringContaining(name)])
      expect((await run(`describe ${kind} ${name}`)).code).toBe(0)
    }
    expect(await names('get execution ex:flytesnacks:development:done -p flytetester')).toHaveLength(1)
  })
})

describe('node executions', () => {
  it('are those at the top, and with --parent those below a node', async () => {
    const id = await world.launch('nested')
    await world.tell(id, 'RUNNING')
    await world.tellNode(id, 'n0', 'RUNNING', { is_parent: true })
    const below = { parent_node_metadata: { node_id: 'n0' }, spec_node_id: 'dn0' }
    await world.tellNode(id, 'n0-0-dn0', 'RUNNING', below)
    await world.tellNode(id, 'n0-0-dn1', 'RUNNING', below)
    await world.tellNode(id, 'n1', 'RUNNING')
    world.server.clearRequests()
    const of = (node: string) => expect.stringContaining(node)
    expect(await names('get node-executions nested')).toEqual([of('n0'), of('n1')])
    expect(await names('get node-executions nested --parent n0')).toEqual([of('n0-0-dn0'), of('n0-0-dn1')])
    expect(await names('get node-executions nested --parent n0 --limit 1')).toEqual([of('n0-0-dn0')])
    const parents = world.server.requests.map(({ query }) => query.get('unique_parent_id'))
    expect(parents).toEqual([null, 'n0', 'n0'])
  })

  it('below a node that is none are exit code 4, below a leaf nothing', async () => {
    expect(await run('get node-executions done --parent none')).toMatchObject({ code: 4, stdout: '' })
    const leaf = await run('get node-executions done --parent n0')
    expect(leaf).toEqual({ code: 0, stdout: '', stderr: 'Nothing found\n' })
  })
})

describe('a table', () => {
  it('has room on the terminal, and says what it has none for', async () => {
    await using own = await startWorld()
    await register(own)
    await populate(own)
    const at = (columns: number | undefined, ...more: string[]) =>
      own.run(['get', 'executions', ...more], { isTerminal: true, columns, env: { ...own.env, NO_COLOR: '1' } })
    const { stdout, stderr } = await at(80)
    expect(stdout.split('\n')[0]).toMatch(/^NAME .* PHASE +STARTED$/)
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
    expect(stderr).toBe('There is no room for ELAPSED TIME, ABORT DATA, ERROR DATA: -o wide shows them\n')
    expect(await at(80, '-o', 'wide')).toEqual(await at(undefined, '-o', 'wide'))
    expect(await at(0)).toEqual(await at(undefined))
  })
})

describe('the exit code is 4 for what is not there:', () => {
  it.each([
    'get project none',
    'get domain none',
    'get workflow none',
    'get workflow none --version v1',
    'get task none',
    'get launchplan none',
    'get execution none',
    'get node-executions done none',
    'describe workflow none',
    'describe launchplan none',
    'describe execution none',
    'launch none',
    'launch --workflow none',
    'launch --task none',
    'watch none',
    'terminate none',
    'relaunch none',
    'recover none',
  ])('%s', async (line) => {
    const { code, stdout, stderr } = await run(line)
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' })
    expect(stderr).toMatch(/^error: .*\ncode: FLYTE_ADMIN_RPC_FAILED\n$/)
  })
})

describe('the exit code is 2, and nothing is sent, for', () => {
  it.each([
    ['get executions --filter phase', /--filter takes conditions/],
    ['get executions --limit 0', /whole number of 1 or more/],
    ['get executions --limit 5 --all', /cannot be used with/],
    ['get executions --sort-by name:up', /:asc or :desc/],
    ['get execution wf:flytesnacks:development:workflows.train:v1', /names no execution/],
    ['get workflow tsk:flytesnacks:development:x', /none of this kind/],
    ['get workflow wf:flytesnacks:development:x:v1 --version v2', /two versions/],
    ['get node-executions', /missing required argument 'execution'/],
    ['launch', /Launch what\?/],
    ['launch x --task y', /Launch what\?/],
    ['launch x --input epochs', /--input takes name=value/],
    ['launch x --inputs-file /nonexistent/x', /cannot be read \(ENOENT\)/],
    ['terminate done ex:flytesnacks', /no identifier/],
  ])('%s', async (line, told) => {
    const { code, stdout, stderr } = await run(line)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(told)
    expect(world.server.requests).toEqual([])
  })

  it('a project that nobody has named', async () => {
    const { FLYTE_LOCAL_PROJECT: _, ...env } = world.env
    const { code, stderr } = await world.run(['get', 'executions'], { env })
    expect(code).toBe(2)
    expect(stderr).toMatch(/Which project\? Give it with -p/)
  })
})

describe('a launch', () => {
  it('reads inputs by the types of the interface, the command line over the file', async () => {
    const file = inputsFile('epochs: 9007199254740993\nrates: [1, 2.5]\nnote: from the file\n')
    const more = ['--inputs-file', file, '--input', 'since=2026-02-03', '--input', 'note=null', '-o', 'name']
    const { code, stdout } = await run('launch workflows.train', ...more)
    expect(code).toBe(0)
    const [{ body = '' } = {}] = posts()
    const { inputs, spec, name } = JSON.parse(body)
    expect(stdout).toBe(`ex:flytesnacks:development:${name}\n`)
    expect(spec.launch_plan.version).toBe('v2')
    expect(inputs.literals).toMatchObject({
      epochs: { scalar: { primitive: { integer: '9007199254740993' } } },
      rates: { collection: { literals: [{ scalar: { primitive: { float_value: 1 } } }, {}] } },
      since: { scalar: { primitive: { datetime: '2026-02-03T00:00:00Z' } } },
      note: { scalar: { union: { value: { scalar: { none_type: {} } } } } },
    })
  })

  it.each([
    ['of a version', 'launch workflows.train --version v1', 'LAUNCH_PLAN', 'v1'],
    ['by an identifier', 'launch lp:flytesnacks:development:workflows.train:v1', 'LAUNCH_PLAN', 'v1'],
    ['of a workflow', 'launch --workflow workflows.train', 'LAUNCH_PLAN', 'v2'],
    ['of a task', 'launch --task tasks.fit', 'TASK', 'v2'],
  ])('%s', async (_, line, resource_type, version) => {
    expect(await run(line, '--input', 'epochs=1', '--input', 'rates=[]')).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(posts()[0]?.body ?? '').spec.launch_plan).toMatchObject({ resource_type, version })
  })

  it('of a workflow is of its newest version, whichever is active', async () => {
    const place = { project: 'flytesnacks', domain: 'development' }
    const id = { ...place, resource_type: 'LAUNCH_PLAN' as const, name: 'workflows.train', org: '' }
    await world.admin.updateLaunchPlan({ id: { ...id, version: 'v1' }, state: 'ACTIVE' })
    world.server.clearRequests()
    await run('launch --workflow workflows.train --input epochs=1 --input rates=[]')
    await world.admin.updateLaunchPlan({ id: { ...id, version: 'v2' }, state: 'ACTIVE' })
    expect(JSON.parse(posts()[0]?.body ?? '').spec.launch_plan.version).toBe('v2')
  })

  it('runs elsewhere where a whole identifier and a flag say so', async () => {
    const line = 'launch lp:flytesnacks:development:nightly -d staging'
    const { stdout } = await run(line, '-o', 'name')
    expect(stdout).toMatch(/^ex:flytesnacks:staging:/)
  })

  it('with wrong inputs sends nothing, names each, repeats none, and ends with 2', async () => {
    const { code, stderr } = await run('launch workflows.train --input epochs=canary --input other=canary')
    expect(code).toBe(2)
    expect(posts()).toEqual([])
    expect(stderr).toMatch(/epochs: expected integer, got a text/)
    expect(stderr).toMatch(/other: is unknown/)
    expect(stderr).toMatch(/rates: is missing/)
    expect(stderr).not.toMatch(/canary/)
  })

  it.each([
    ['epochs: [1', /neither JSON nor YAML, from line/],
    ['- canary', /must hold an object/],
    ['a: &a [canary]\nb: *c', /neither JSON nor YAML/],
  ])('refuses the file %j without repeating it', async (text, told) => {
    const { code, stderr } = await run('launch workflows.train --inputs-file', inputsFile(text))
    expect(code).toBe(2)
    expect(stderr).toMatch(told)
    expect(stderr).not.toMatch(/canary/)
  })
})

describe('what is ended, launched again, opened', () => {
  it('terminates several, with the reason', async () => {
    const [one, two] = [await world.launch('one'), await world.launch('two')]
    expect(await run('terminate one two --reason enough')).toMatchObject({ code: 0 })
    for (const id of [one, two]) {
      expect((await world.admin.getExecution({ id })).closure?.abort_metadata?.cause).toBe('enough')
    }
  })

  it('tells why somebody ends one, while it has not ended yet', async () => {
    await world.launch('four')
    await run('terminate four --reason enough')
    const { stdout } = await run('describe execution four')
    expect(stdout).toMatch(/^Phase: +ABORTING$/m)
    expect(stdout).toMatch(/^Abort cause: +enough$/m)
  })

  it('ends with 1 for an execution that has ended, after those before it', async () => {
    await world.launch('three')
    const { code, stdout, stderr } = await run('terminate three done -o name')
    expect({ code, stdout }).toEqual({ code: 1, stdout: 'ex:flytesnacks:development:three\n' })
    expect(stderr).toMatch(/already terminated/)
  })

  it('relaunches with the cache overwritten', async () => {
    expect(await run('relaunch done --overwrite-cache')).toMatchObject({ code: 0 })
    expect(JSON.parse(posts()[0]?.body ?? '')).toMatchObject({ id: { name: 'done' }, overwrite_cache: true })
  })

  it.each([
    ['its own URL', { FLYTE_PLATFORM_CONSOLE_ENDPOINT: 'https://c.example.com/' }, 'https://c.example.com'],
    ['the host of Flyte Admin', { FLYTE_PLATFORM_CONSOLE_ENDPOINT: '', FLYTE_PLATFORM_URL: 'f:1' }, 'http://f:1'],
    ['a host without TLS', { FLYTE_PLATFORM_CONSOLE_ENDPOINT: 'c' }, 'http://c'],
    ['a host', { FLYTE_PLATFORM_CONSOLE_ENDPOINT: 'c', FLYTE_PLATFORM_INSECURE: 'false' }, 'https://c'],
  ])('prints where the console is by %s, and asks nobody', async (_, more, expected) => {
    const { code, stdout } = await world.run(['open', 'done'], { env: { ...world.env, ...more } })
    const path = 'console/projects/flytesnacks/domains/development/executions/done'
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${expected}/${path}\n` })
    expect(world.server.requests).toEqual([])
  })
})

it('tells its own version before a command, and takes one behind it', async () => {
  expect((await run('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  expect(await names('get task tasks.fit --version v1')).toEqual(['tsk:flytesnacks:development:tasks.fit:v1'])
})

// What is to be seen of an execution as it goes on: on a terminal, and elsewhere.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { drive } from '../../admin/test/drive.js'
import type { Io } from '../src/io.js'
import { screenOf } from './screen.js'
import { type ExecutionId, register, startWorld, type World } from './world.js'

const path = '/api/v1/executions/flytesnacks/development/f1'
const whole = 'ex:flytesnacks:development:f1'

let world: World
let id: ExecutionId
beforeEach(async () => {
  world = await startWorld()
  await register(world)
  id = await world.launch('f1')
})
afterEach(() => world[Symbol.asyncDispose]())

/** What FlytePropeller tells at a second after the beginning; what it says of when it was is that, whenever somebody looks. */
type Step = readonly [second: number, step: (at: { occurred_at: string }) => Promise<void>]

const well = (): Step[] => [
  [2, (at) => world.tell(id, 'QUEUED', at)],
  [4, (at) => world.tell(id, 'RUNNING', at)],
  [4, (at) => world.tellNode(id, 'start-node', 'SUCCEEDED', at)],
  [4, (at) => world.tellNode(id, 'n0', 'RUNNING', at)],
  [64, (at) => world.tellNode(id, 'n0', 'SUCCEEDED', at)],
  [64, (at) => world.tellNode(id, 'n1', 'RUNNING', at)],
  [70, (at) => world.tellNode(id, 'n1', 'SUCCEEDED', at)],
  [70, (at) => world.tell(id, 'SUCCEEDED', at)],
]

const badly = (): Step[] => {
  const error = { code: 'USER:ValueError', message: 'Traceback:\n  no \u001b[2Jdata', kind: 'USER' }
  return [
    [1, (at) => world.tell(id, 'RUNNING', at)],
    [1, (at) => world.tellNode(id, 'n0', 'RUNNING', at)],
    [3, (at) => world.tellNode(id, 'n0', 'FAILED', { ...at, error })],
    [3, (at) => world.tell(id, 'FAILED', { ...at, error })],
  ]
}

/** Runs a command while FlytePropeller tells this, at these seconds after the beginning. */
function during(steps: Step[], parameters: readonly string[], io?: Partial<Io>) {
  const begin = world.clock.now()
  const forget = world.server.answer(path, async () => {
    // Each looks at Flyte Admin itself.
    for (;;) {
      const [next] = steps
      if (next === undefined || begin + next[0] * 1_000 > world.clock.now()) return undefined
      steps.shift()
      await next[1]({ occurred_at: new Date(begin + next[0] * 1_000).toISOString() })
    }
  })
  return drive(world.clock, world.run(parameters, io)).finally(forget)
}

describe('watch elsewhere than on a terminal', () => {
  it('writes a line for each new phase, and ends with 0', async () => {
    const { code, stdout, stderr } = await during(well(), ['watch', 'f1'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.replace(/^2026-01-01T00:0\d:\d\dZ {2}/, ''))
        // It lasts six seconds: whether it is seen running depends on when Flyte Admin is asked.
        .filter((line) => !line.startsWith('n1  RUNNING')),
    ).toEqual(
      [
        'f1  UNDEFINED',
        'f1  QUEUED',
        'f1  RUNNING',
        'n0  RUNNING  0s',
        'n0  SUCCEEDED  1m',
        'n1  SUCCEEDED  6s',
        'f1  SUCCEEDED',
      ].map((line) => expect.stringMatching(new RegExp(`^${line.replace('0s', '\\ds')}$`))),
    )
  })

  it('ends with 1 for a failed one, and says why, in nothing that steers a terminal', async () => {
    const { code, stdout, stderr } = await during(badly(), ['watch', whole])
    expect(code).toBe(1)
    expect(stdout).toMatch(/f1 {2}FAILED\n$/)
    expect(stderr).toBe(`${whole} FAILED (USER:ValueError): Traceback:\n  no  [2Jdata\n`)
  })

  it('ends with 1 for one that somebody ends', async () => {
    const abort: Step[] = [
      [1, (at) => world.tell(id, 'RUNNING', at)],
      [2, async () => void (await world.admin.terminateExecution({ id, cause: 'enough' }))],
      [3, () => world.tell(id, 'FAILED', { error: { code: 'Aborted', message: 'aborted', kind: 'USER' } })],
    ]
    expect((await during(abort, ['watch', 'f1'])).code).toBe(1)
  })

  it.each(['json', 'yaml', 'name'])('has as %s the answer on stdout, and the lines on stderr', async (format) => {
    const { stdout, stderr } = await during(well(), ['watch', 'f1', '-o', format])
    expect(stderr).toMatch(/ n0 {2}SUCCEEDED {2}1m\n/)
    const alone = await world.run([...(format === 'name' ? ['get'] : ['describe']), 'execution', 'f1', '-o', format])
    expect(stdout).toBe(alone.stdout)
  })

  it('tells one that never starts, on stderr', async () => {
    const late: Step[] = [
      [150, (at) => world.tell(id, 'RUNNING', at)],
      [151, (at) => world.tell(id, 'SUCCEEDED', at)],
    ]
    const { code, stderr } = await during(late, ['watch', 'f1'])
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'UNDEFINED for long: it never started. Check that FlytePropeller runs\n',
    })
  })
})

describe('watch on a terminal', () => {
  const terminal = { isTerminal: true, columns: 80, rows: 24 }
  const draws = () => {
    const frames: string[] = []
    let text = ''
    return {
      frames,
      all: () => text,
      stdout: {
        write(more: string) {
          text += more
          frames.push(screenOf(text).lines.join('\n'))
        },
      },
    }
  }

  it('draws the phases in place, with times that go on between two changes', async () => {
    const { frames, stdout, all } = draws()
    expect((await during(well(), ['watch', 'f1'], { ...terminal, stdout })).code).toBe(0)
    expect(frames[0]).toBe(`${whole}  UNDEFINED`)
    for (const seconds of [10, 11, 12]) {
      const frame = `${whole}  RUNNING  ${seconds}s\n  NODE  PHASE    DURATION\n  n0    RUNNING       ${seconds}s`
      expect(frames).toContain(frame)
    }
    expect(screenOf(all())).toEqual({
      lines: [
        `${whole}  SUCCEEDED  1m 6s`,
        '  NODE  PHASE      DURATION',
        '  n0    SUCCEEDED        1m',
        '  n1    SUCCEEDED        6s',
      ],
      hasCursor: true,
    })
    expect(all()).toContain('\u001b[32mSUCCEEDED')
    expect(world.clock.sleeping).toBe(0)
  })

  it.each([{ NO_COLOR: '1' }, { TERM: 'dumb' }])('has no colours with %o', async (more) => {
    const { stdout, all } = draws()
    await during(well(), ['watch', 'f1'], { ...terminal, stdout, env: { ...world.env, ...more } })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
    expect(all()).not.toMatch(/\u001b\[\d+m/)
  })

  it('never draws more lines than there are, nor wider ones', async () => {
    await world.tell(id, 'RUNNING')
    for (let node = 10; node < 40; node += 1) {
      await world.tellNode(id, `node-with-a-long-name-${node}`, 'RUNNING')
      await world.clock.advance(10)
    }
    const { frames, stdout } = draws()
    const end: Step[] = [[5, (at) => world.tell(id, 'SUCCEEDED', at)]]
    await during(end, ['watch', 'f1'], { ...terminal, columns: 30, rows: 10, stdout })
    const lines = frames.at(-1)?.split('\n') ?? []
    expect(lines).toHaveLength(9)
    expect(lines[0]).toBe('ex:flytesnacks:development:f1…')
    expect(lines[2]).toBe('  … 24 more')
    expect(lines.at(-1)).toMatch(/^ {2}node-with-a-long-name-39/)
    expect(Math.max(...frames.flatMap((frame) => frame.split('\n').map((line) => line.length)))).toBe(30)
  })

  it('gives the cursor back at Ctrl-C, at once', async () => {
    const ending = new AbortController()
    const { stdout, all } = draws()
    const interrupt: Step[] = [
      [1, (at) => world.tell(id, 'RUNNING', at)],
      [3, async () => ending.abort(new Error('Ctrl-C'))],
    ]
    const ended = await during(interrupt, ['watch', 'f1'], { ...terminal, stdout, signal: ending.signal })
    expect(ended).toMatchObject({ code: 130, stderr: '' })
    expect(screenOf(all()).hasCursor).toBe(true)
    expect(all().endsWith('\u001b[?25h')).toBe(true)
  })
})

describe.each([
  ['launch', ['launch', 'nightly'], '/api/v1/executions'],
  ['relaunch', ['relaunch', 'f1'], '/api/v1/executions/relaunch'],
  ['recover', ['recover', 'f1'], '/api/v1/executions/recover'],
])('%s --wait watches what it has launched', (_, line, path) => {
  it.each([
    ['SUCCEEDED', 0],
    ['FAILED', 1],
  ] as const)('until it has %s, and ends with %i', async (end, expected) => {
    await world.tell(id, 'RUNNING')
    await world.tell(id, 'FAILED')
    const phases = ['RUNNING', end] as const
    let polls = 0
    world.server.answer('/api/v1/executions/flytesnacks/development/f2', async () => {
      const phase = phases[polls++]
      if (phase) await world.tell({ ...id, name: 'f2' }, phase)
      return undefined
    })
    world.server.clearRequests()
    const ended = await drive(world.clock, world.run([...line, '--name', 'f2', '--wait']))
    expect(ended.code).toBe(expected)
    expect(ended.stderr).toMatch(/^Launched ex:flytesnacks:development:f2\n/)
    expect(ended.stdout).toMatch(new RegExp(` f2  RUNNING\\n.* f2  ${end}\\n$`))
    const launches = world.server.requestsTo(path).filter(({ method }) => method === 'POST')
    expect(launches.map(({ body }) => JSON.parse(body).name)).toEqual(['f2'])
  })
})

// Every verb where Flyte Admin wants a login: no call of it goes out without the token.
import { afterEach, beforeEach, expect, it } from 'vitest'
import { drive } from '../../admin/test/drive.js'
import { populate, register, startWorld, type World } from './world.js'

let world: World
beforeEach(async () => {
  world = await startWorld({ auth: 'self' })
  await register(world)
  await populate(world)
  world.server.clearRequests()
})
afterEach(() => world[Symbol.asyncDispose]())

const lines = [
  'get projects',
  'get domains',
  'get workflows',
  'get tasks tasks.fit',
  'get launchplans',
  'get executions',
  'get node-executions done',
  'describe project flytesnacks',
  'describe workflow workflows.train',
  'describe execution done',
  'describe node-execution done n0',
  'launch nightly',
  'watch done',
  'terminate running',
  'relaunch done',
  'recover broken',
]

it.each(lines)('%s sends the token of one login', async (line) => {
  for (const auth of ['true', 'false']) {
    // What has ended cannot be ended again.
    if (auth === 'false' && line.startsWith('terminate')) continue
    world.server.clearRequests()
    const env = { ...world.env, FLYTE_PLATFORM_AUTH: auth }
    const { code, stderr } = await drive(world.clock, world.run(line.split(' '), { env }))
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(world.server.requestsTo('/oauth2/token')).toHaveLength(1)
    const sent = world.server.requests
      .filter(({ path }) => path.startsWith('/api/'))
      .map(({ headers, status }) => ({ token: headers.authorization, status }))
    // Without platform.auth the first refusal says that a login is wanted.
    if (auth === 'false') expect(sent.shift()).toEqual({ token: undefined, status: 401 })
    expect(sent.length).toBeGreaterThan(0)
    expect(new Set(sent.map(({ token }) => token))).toEqual(new Set([expect.stringMatching(/^Bearer ey/)]))
    expect(new Set(sent.map(({ status }) => status))).toEqual(new Set([200]))
  }
})

it.each(lines)('%s without a login ends with 3, and tells no secret', async (line) => {
  const env = { ...world.env, FLYTE_CREDENTIALS_CLIENT_SECRET: 'canary-secret' }
  const { code, stdout, stderr } = await world.run([...line.split(' '), '--verbose'], { env })
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
  expect(stderr).toContain('code: FLYTE_AUTH_GRANT_REFUSED\n')
  expect(stderr).not.toContain('canary')
  expect(world.server.requests.filter(({ path, status }) => path.startsWith('/api/') && status !== 401)).toEqual([])
})

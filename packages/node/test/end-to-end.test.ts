// The main job: a script logs in by its environment alone and works with Flyte Admin, the embedded one or a real one.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTestClock } from '@flyte-js/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launch, newExecutionId, registerTask } from '../../admin/test/launch.js'
import { runScript } from '../../basic-auth/test/run.js'
import { createFlyteClient, type FlyteClient } from '../src/create-flyte-client.js'
import { startTarget, type Target } from './target.js'

const directory = mkdtempSync(join(tmpdir(), 'flyte-node-'))
afterAll(() => rmSync(directory, { recursive: true }))

let target: Target
let flyte: FlyteClient
beforeAll(async () => {
  target = await startTarget()
  flyte = await createFlyteClient({ env: target.env })
})
afterAll(async () => {
  flyte.close()
  await target[Symbol.asyncDispose]()
})

describe('a client by the environment', () => {
  it('knows where it is, and has a token', async () => {
    expect(flyte.endpoint).toBe(target.url)
    expect(await flyte.auth.getToken()).toMatchObject({ tokenType: 'bearer', issuer: target.url })
  })

  it('reads the secret from a file', async () => {
    const file = join(directory, 'secret')
    writeFileSync(file, `${target.clientSecret}\n`)
    const { FLYTE_CREDENTIALS_CLIENT_SECRET_FROM_ENV_VAR: _, ...env } = target.env
    const own = await createFlyteClient({ env: { ...env, FLYTE_CREDENTIALS_CLIENT_SECRET_FROM_FILE: file } })
    expect((await own.admin.listProjects()).projects.length).toBeGreaterThan(2)
    own.close()
  })

  it.each(['true', 'false'])('logs in by itself with platform.auth %s', async (auth) => {
    const own = await createFlyteClient({ env: { ...target.env, FLYTE_PLATFORM_AUTH: auth } })
    expect((await own.identity.userInfo()) satisfies object).toHaveProperty('subject')
    own.close()
  })

  it('carries the token in the header that Flyte Admin advertises', async () => {
    const { authorization_metadata_key: name } = await flyte.authMetadata.getPublicClientConfig()
    const own = await createFlyteClient({ env: { ...target.env, FLYTE_CREDENTIALS_AUTHORIZATION_METADATA_KEY: name } })
    expect((await own.admin.getVersion()).control_plane_version).toBeDefined()
    own.close()
  })

  it('logs in once for a thousand calls', async () => {
    const types: string[] = []
    const own = await createFlyteClient({ env: target.env, onEvent: ({ type }) => types.push(type) })
    await Promise.all(Array.from({ length: 1000 }, () => own.auth.getToken()))
    await Promise.all(Array.from({ length: 50 }, () => own.admin.getProject({ id: 'flytesnacks' })))
    expect(types.filter((type) => type === 'token.acquired')).toHaveLength(1)
    expect(types.filter((type) => type === 'discovery.completed')).toHaveLength(1)
    own.close()
  })

  it("has the server's invalid_client for a wrong secret, and never the secret", async () => {
    const own = await createFlyteClient({ env: { ...target.env, MY_CLIENT_SECRET: 'canary-secret' } })
    const error = await own.admin.listProjects().catch((error: unknown) => error)
    expect(error).toMatchObject({ code: 'FLYTE_AUTH_GRANT_REFUSED', oauthError: 'invalid_client' })
    expect(JSON.stringify(error)).not.toContain('canary')
    own.close()
  })
})

describe('the main job', () => {
  it('registers, lists, launches and waits', async () => {
    const id = newExecutionId()
    const { name, ...parent } = id
    await launch(flyte, id)
    await registerTask(flyte, id, 'v2')
    const versions: (string | undefined)[] = []
    for await (const task of flyte.admin.listTasks.paginate({ id: { ...parent, name }, limit: 1 }))
      versions.push(task.id?.version)
    expect(versions.sort()).toEqual(['v1', 'v2'])
    const { executions } = await flyte.admin.listExecutions({
      id: parent,
      limit: 10,
      filters: `eq(execution_name,${name})`,
    })
    expect(executions).toHaveLength(1)

    // A Flyte Admin without FlytePropeller leaves it UNDEFINED: then the wait ends in an error that says so.
    const phases: string[] = []
    const ended = await flyte.waitForExecution(id, { timeout: 1500, onPhase: (phase) => phases.push(phase) }).then(
      ({ closure }) => closure?.phase,
      (error) => error,
    )
    if (phases.at(-1) === 'UNDEFINED') {
      expect(ended).toMatchObject({
        code: 'FLYTE_ADMIN_WAIT_TIMEOUT',
        message: expect.stringContaining('never started'),
      })
    } else {
      expect(ended).toBe('SUCCEEDED')
    }
  })

  it('aborts', async () => {
    const id = newExecutionId()
    await launch(flyte, id)
    await flyte.admin.terminateExecution({ id, cause: 'a test' })
    expect((await flyte.admin.getExecution({ id })).closure?.phase).toMatch(/^ABORT/)
  })

  it('is given up on time by the clock of the client', async () => {
    const clock = createTestClock(Date.now())
    await using slow = await startTarget({ executionTimes: 'never' })
    const own = await createFlyteClient({ env: slow.env, clock })
    const id = newExecutionId()
    await launch(own, id)
    const wait = own.waitForExecution(id, { timeout: 60_000 })
    const outcome = wait.catch((error: unknown) => error)
    let isOver = false
    outcome.finally(() => {
      isOver = true
    })
    while (!isOver) {
      if (clock.sleeping > 0) await clock.advance(10_000)
      else await new Promise((resolve) => setImmediate(resolve))
    }
    expect(await outcome).toMatchObject({ code: 'FLYTE_ADMIN_WAIT_TIMEOUT' })
    own.close()
  })
})

describe('a script', () => {
  it.each([
    ['that leaves its client open', ''],
    ['that closes its client', 'flyte.close()'],
  ])('%s ends by itself, at once', async (_, end) => {
    const script = `
      import { createFlyteClient } from '@flyte-js/node'
      const flyte = await createFlyteClient()
      const { projects } = await flyte.admin.listProjects()
      console.log(projects.length > 2)
      ${end}
      const start = performance.now()
      process.once('exit', () => console.log(performance.now() - start < 1000))`
    expect(await runScript(script, target.env)).toEqual({ code: 0, stdout: 'true\ntrue\n', stderr: '' })
  })

  it("never asks by Node's own fetch", async () => {
    const script = `
      globalThis.fetch = () => { throw new Error('global fetch') }
      const { createFlyteClient } = await import('@flyte-js/node')
      await (await createFlyteClient()).admin.listProjects()`
    expect(await runScript(script, target.env)).toEqual({ code: 0, stdout: '', stderr: '' })
  })
})

import { join } from 'node:path'
import { startFlyteAdmin } from '@flyte-js/testing'
import { expect, test } from 'vitest'
import { root, run } from './run.js'

const demo = join(root, '.config/scripts/demo.mjs')

test('the demo registers, launches, waits, and prints a table of executions', { timeout: 60_000 }, async () => {
  const { code, stdout, stderr } = await run(process.execPath, [demo])
  expect(stderr).toBe('')
  expect(stdout).toMatch(/Projects: .*flytesnacks/)
  expect(stdout).toMatch(/QUEUED.*RUNNING.*SUCCEEDED/)
  expect(stdout).toMatch(/│ 0 .*│ 'ci\.greeting' .*│ 'SUCCEEDED' /)
  expect(code).toBe(0)
})

test('against a running Flyte Admin, an execution that never starts ends in a timeout that says so', {
  timeout: 60_000,
}, async () => {
  const client = { id: 'ci', secret: 'canary-of-the-secret' }
  await using admin = await startFlyteAdmin({ auth: 'self', clients: [client], executionTimes: 'never' })
  const { code, stderr, stdout } = await run(process.execPath, [demo, '--endpoint', admin.url, '--timeout', '1'], {
    env: { FLYTE_CREDENTIALS_CLIENT_ID: client.id, FLYTE_CREDENTIALS_CLIENT_SECRET: client.secret },
  })
  expect(stderr).toMatch(/did not end within 1000 ms: it never started\..*\[FLYTE_ADMIN_WAIT_TIMEOUT\]/)
  expect(code).toBe(1)
  expect(stdout + stderr).not.toContain('canary')
})

test('everything is configured through the environment alone: one login, by redirects', async () => {
  const client = { id: 'ci job:42', secret: 'p@ss:w/o+rd %41é' }
  await using admin = await startFlyteAdmin({
    auth: 'self',
    clients: [client],
    executionTimes: { queued: 0, running: 0 },
  })
  const example = join(root, 'examples/ci-basic/main.mjs')
  const { code, stderr } = await run(process.execPath, [example], {
    env: {
      FLYTE_PLATFORM_URL: admin.url,
      FLYTE_CREDENTIALS_AUTH_MODE: 'basic',
      FLYTE_CREDENTIALS_CLIENT_ID_FROM_ENV_VAR: 'MY_ID',
      MY_ID: client.id,
      FLYTE_CREDENTIALS_CLIENT_SECRET_FROM_ENV_VAR: 'MY_SECRET',
      MY_SECRET: client.secret,
    },
  })
  expect(stderr).toBe('')
  expect(code).toBe(0)
  expect(admin.requestsTo('/oauth2/token')).toHaveLength(1)
  expect(admin.requestsTo('/oauth2/token')[0]?.body).toBe('scope=all&grant_type=client_credentials')
})

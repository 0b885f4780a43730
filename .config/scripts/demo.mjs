// The main job, end to end: an embedded Flyte Admin and examples/ci-basic beside it as a process of its own, which knows
// nothing but its environment. With `--endpoint URL` the same against a running Flyte Admin.
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startFlyteAdmin } from '@flyte-js/testing'

const { values } = parseArgs({ options: { endpoint: { type: 'string' }, timeout: { type: 'string' } } })
const example = fileURLToPath(new URL('../../examples/ci-basic/main.mjs', import.meta.url))

/** Runs the example with nothing of our environment but what a process needs to start. */
function runExample(environment) {
  const { PATH } = process.env
  const child = spawn(process.execPath, [example], { stdio: 'inherit', env: { PATH, ...environment } })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? `ended by ${signal}`))
  })
}

async function embedded() {
  const directory = await mkdtemp(join(tmpdir(), 'flyte-js-demo-'))
  const secretFile = join(directory, 'client-secret')
  // Some characters that break clients which do not form-encode (RFC 6749 section 2.3.1).
  const client = { id: 'ci job:42', secret: 'p@ss:w/o+rd %41é' }
  const admin = await startFlyteAdmin({
    auth: 'self',
    clients: [client],
    executionTimes: { queued: 1_000, running: 2_000 },
  })
  try {
    await writeFile(secretFile, `${client.secret}\n`, { mode: 0o600 })
    console.log(`An embedded Flyte Admin listens at ${admin.url}\n`)
    return await runExample({
      FLYTE_PLATFORM_URL: admin.url,
      FLYTE_CREDENTIALS_AUTH_MODE: 'basic',
      FLYTE_CREDENTIALS_CLIENT_ID_FROM_ENV_VAR: 'CI_CLIENT_ID',
      CI_CLIENT_ID: client.id,
      FLYTE_CREDENTIALS_CLIENT_SECRET_FROM_FILE: secretFile,
    })
  } finally {
    await admin.close()
    await rm(directory, { recursive: true })
  }
}

function running(endpoint) {
  const settings = Object.entries(process.env).filter(([name]) => name.startsWith('FLYTE_') || name.startsWith('CI_'))
  return runExample({
    FLYTE_CREDENTIALS_AUTH_MODE: 'basic',
    CI_WAIT_SECONDS: values.timeout ?? '20',
    ...Object.fromEntries(settings),
    FLYTE_PLATFORM_URL: endpoint,
  })
}

process.exitCode = await (values.endpoint === undefined ? embedded() : running(values.endpoint))

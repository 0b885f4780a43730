// The jobs that the guide shows for CI systems: what their command does with the settings that they make.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAdminClient } from '@flyte-js/admin'
import { basicAuth } from '@flyte-js/basic-auth/node'
import { type FlyteAdmin, startFlyteAdmin } from '@flyte-js/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { definitions } from '../../../examples/ci-basic/definitions.mjs'
import { snippetsOf } from './documents.js'
import { root, run } from './run.js'

const secret = 'canary-of-the-job'
const jobs = snippetsOf(join(root, 'docs/getting-started.md')).filter(({ code }) => code.includes('npx --yes'))
let admin: FlyteAdmin
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flyte-js-ci-'))
  await writeFile(join(folder, 'secret'), `${secret}\n`)
  admin = await startFlyteAdmin({ clients: [{ id: 'ci', secret }], executionTimes: () => ({ queued: 0, running: 0 }) })
  await register()
})
afterAll(async () => {
  await admin.close()
  await rm(folder, { recursive: true, force: true })
})

/** The example's workflow under the name that the jobs launch, with the input that they give. */
async function register(): Promise<void> {
  const { task, workflow, launchPlan } = definitions({ project: 'flytesnacks', domain: 'production', version: 'v1' })
  const renamed = <Message>(message: Message): Message =>
    JSON.parse(
      JSON.stringify(message)
        .replaceAll('"ci.greeting"', '"workflows.train"')
        .replaceAll('"name":{', '"epochs":{')
        .replaceAll('"var":"name"', '"var":"epochs"')
        .replaceAll('STRING', 'INTEGER'),
    )
  const env = {
    FLYTE_PLATFORM_URL: admin.url,
    FLYTE_CREDENTIALS_CLIENT_ID: 'ci',
    FLYTE_CREDENTIALS_CLIENT_SECRET: secret,
  }
  const client = createAdminClient({ endpoint: admin.url, tokenSource: await basicAuth({ env }) })
  await client.admin.createTask(renamed(task))
  await client.admin.createWorkflow(renamed(workflow))
  await client.admin.createLaunchPlan(renamed(launchPlan))
  await client.admin.updateLaunchPlan({ id: renamed(launchPlan.id), state: 'ACTIVE' })
}

/** What each CI puts in where its job says so (`written`), and the variables that it makes by itself (`made`). */
const systems = [
  {
    name: 'GitHub Actions',
    written: { '${{ vars.FLYTE_CLIENT_ID }}': 'ci', '${{ secrets.FLYTE_CLIENT_SECRET }}': secret },
    made: {},
  },
  { name: 'GitLab', written: { $DATA_TEAM_BOT_SECRET_FILE: 'secret' }, made: { DATA_TEAM_BOT_ID: 'ci' } },
  { name: 'Jenkins', written: {}, made: { FLYTE_BOT_USR: 'ci', FLYTE_BOT_PSW: secret } },
]

test.each(systems.map((system, index) => ({ ...system, job: jobs[index] })))(
  'the job of $name launches, and waits',
  { timeout: 30_000 },
  async ({ job, written, made }) => {
    const values = Object.entries({ ...written, 'flyte.example.com': admin.url })
    const filled = values.reduce((text, [place, value]) => text.replaceAll(place, value), job?.code ?? '')
    const settings = [...filled.matchAll(/^ +(\w+)(?:: | = )'?([^\s']+)'?$/gm)].map(([, name, value]) => [name, value])
    const [, words = ''] = /npx --yes @flyte-js\/cli ([^'\n]+)/.exec(filled) ?? []
    admin.clearRequests()
    const bin = join(root, 'packages/cli/bin/flyte-js.mjs')
    const env = { CI: 'true', ...made, ...Object.fromEntries(settings) }
    const ended = await run(process.execPath, [bin, ...words.split(' ')], { cwd: folder, env })
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining('SUCCEEDED') })
    expect(Object.values(ended).join()).not.toContain(secret)
    const [launch] = admin.requestsTo('/api/v1/executions').filter(({ method }) => method === 'POST')
    expect(JSON.parse(launch?.body ?? '').inputs.literals.epochs.scalar.primitive).toEqual({ integer: '3' })
  },
)

test('each job of the guide is one of these', () => expect(jobs).toHaveLength(systems.length))

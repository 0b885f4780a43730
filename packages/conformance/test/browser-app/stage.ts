// The app as it is deployed: built by Vite, served as files, beside a Flyte Admin of another origin.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultClients, type FlyteAdmin, startFlyteAdmin } from '@flyte-js/testing'
import { build, preview } from 'vite'
import { freePort } from '../../../pkce-auth/test/loopback.js'
import { root } from '../run.js'
import { type Propeller, seed } from './seed.js'

/** The app, and its Flyte Admin. */
export interface Stage extends Propeller, AsyncDisposable {
  /** Where the app is. */
  readonly url: string
  readonly admin: FlyteAdmin
  /** Moves Flyte Admin's clock on. */
  advance(milliseconds: number): void
}

/** Builds the app for a Flyte Admin, and starts both. */
export async function startStage(signIn = 'pkce admin-session'): Promise<Stage> {
  const [sitePort, adminPort] = [await freePort(), await freePort()]
  const origin = `http://localhost:${sitePort}`
  let ahead = 0
  const now = () => Date.now() + ahead
  const admin = await startFlyteAdmin({
    port: adminPort,
    authorizedUris: [`http://localhost:${adminPort}`, origin],
    cors: { allowedOrigins: [origin] },
    clients: [...defaultClients, { id: 'browser-app', redirectUris: [`${origin}/`] }],
    // Nothing runs but what a propeller tells of.
    executionTimes: 'never',
    clock: { now },
  })
  const propeller = await seed(
    admin,
    (to) => {
      ahead = to
    },
    now,
  )
  const outDir = await mkdtemp(join(tmpdir(), 'flyte-js-browser-app-'))
  const example = { root: join(root, 'examples/browser-app'), logLevel: 'error' } as const
  await withEnvironment(
    { VITE_FLYTE_ENDPOINT: admin.url, VITE_CONNECT_TO: admin.url, VITE_FLYTE_SIGN_IN: signIn },
    () => build({ ...example, build: { outDir } }),
  )
  const site = await preview({ ...example, build: { outDir }, preview: { host: 'localhost', port: sitePort } })
  return {
    ...propeller,
    url: `${origin}/`,
    admin,
    advance(milliseconds) {
      ahead += milliseconds
    },
    async [Symbol.asyncDispose]() {
      await site.close()
      await admin.close()
      await rm(outDir, { recursive: true })
    },
  }
}

/** The environment comes before `.env` and the like. */
async function withEnvironment(variables: Record<string, string>, run: () => Promise<unknown>): Promise<void> {
  Object.assign(process.env, variables)
  await run().finally(() => {
    for (const name of Object.keys(variables)) delete process.env[name]
  })
}

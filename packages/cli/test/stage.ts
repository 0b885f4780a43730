// What the command works with in tests: a home of its own, and Flyte Admin.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FlyteAdminOptions } from '@flyte-js/testing'
import type { Ended } from '../../basic-auth/test/run.js'
import { startTarget, type Target } from '../../basic-auth/test/target.js'
import { runCli } from './run-cli.js'

/** A person's home, and a Flyte Admin. */
export interface Stage extends AsyncDisposable {
  readonly target: Target
  readonly home: string
  /** Client credentials, kept in a file between runs. */
  readonly env: Readonly<Record<string, string>>
  /** Runs the command with `env`, and more on top. */
  run(parameters: readonly string[], more?: Readonly<Record<string, string>>): Promise<Ended>
}

/** The embedded Flyte Admin, or a real one where FLYTE_TEST_ENDPOINT names it. */
export async function startStage(options: FlyteAdminOptions = {}): Promise<Stage> {
  const target = await startTarget(options)
  const home = mkdtempSync(join(tmpdir(), 'flyte-js-cli-'))
  const env = { ...target.env, HOME: home, FLYTE_CREDENTIALS_AUTH_MODE: 'basic', FLYTE_JS_TOKEN_STORE: 'file' }
  return {
    target,
    home,
    env,
    run: (parameters, more) => runCli(parameters, { ...env, ...more }),
    async [Symbol.asyncDispose]() {
      await target[Symbol.asyncDispose]()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

// What end-to-end tests run against, configured as a CI job has it: the secret and the id behind redirects.
import type { FlyteAdminOptions } from '@flyte-js/testing'
import { startTarget as startDirectTarget, type Target } from '../../basic-auth/test/target.js'

export type { Target }

/** The embedded Flyte Admin, or a real one where FLYTE_TEST_ENDPOINT names it. */
export async function startTarget(options: FlyteAdminOptions = {}): Promise<Target> {
  const target = await startDirectTarget(options)
  return {
    ...target,
    env: {
      FLYTE_PLATFORM_URL: target.url,
      FLYTE_JS_TOKEN_STORE: 'memory',
      FLYTE_CREDENTIALS_AUTH_MODE: 'basic',
      FLYTE_CREDENTIALS_CLIENT_ID_FROM_ENV_VAR: 'MY_CLIENT_ID',
      MY_CLIENT_ID: target.clientId,
      FLYTE_CREDENTIALS_CLIENT_SECRET_FROM_ENV_VAR: 'MY_CLIENT_SECRET',
      MY_CLIENT_SECRET: target.clientSecret,
    },
  }
}

// What end-to-end tests run against: the embedded Flyte Admin, or a real one where FLYTE_TEST_ENDPOINT names it.
import { type FlyteAdmin, type FlyteAdminOptions, startFlyteAdmin } from '@flyte-js/testing'

/** A Flyte Admin and a client that it knows. */
export interface Target extends AsyncDisposable {
  /** Its base URL. */
  readonly url: string
  readonly clientId: string
  readonly clientSecret: string
  /** The settings that a script needs for it. */
  readonly env: Readonly<Record<string, string>>
  /** The embedded Flyte Admin, for what only its own log of requests can tell. */
  readonly embedded?: FlyteAdmin
}

/** The embedded Flyte Admin by default, with a client whose secret needs encoding. */
export async function startTarget(options: FlyteAdminOptions = {}): Promise<Target> {
  const { FLYTE_TEST_ENDPOINT, FLYTE_TEST_CLIENT_ID, FLYTE_TEST_CLIENT_SECRET } = process.env
  const embedded = FLYTE_TEST_ENDPOINT === undefined ? await startFlyteAdmin(options) : undefined
  const url = embedded?.url ?? (FLYTE_TEST_ENDPOINT as string)
  const clientId = embedded === undefined ? (FLYTE_TEST_CLIENT_ID ?? '') : 'specialchars'
  const clientSecret = embedded === undefined ? (FLYTE_TEST_CLIENT_SECRET ?? '') : 'p@ss:w/o+rd %41é'
  return {
    url,
    clientId,
    clientSecret,
    env: {
      FLYTE_PLATFORM_URL: url,
      FLYTE_CREDENTIALS_CLIENT_ID: clientId,
      FLYTE_CREDENTIALS_CLIENT_SECRET: clientSecret,
    },
    ...(embedded && { embedded }),
    [Symbol.asyncDispose]: async () => embedded?.close(),
  }
}

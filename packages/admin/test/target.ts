// What end-to-end tests run against: the embedded Flyte Admin, or a real one where FLYTE_TEST_ENDPOINT names it.
import type { TokenSource } from '@flyte-js/core'
import { type FlyteAdminOptions, startFlyteAdmin } from '@flyte-js/testing'

/** A Flyte Admin, and tokens for it. */
export interface Target extends AsyncDisposable {
  /** Its base URL. */
  readonly url: string
  readonly tokenSource: TokenSource
}

/** The embedded Flyte Admin by default, for which the options are. Its tokens are had without the packages that this one must not know. */
export async function startTarget(options: FlyteAdminOptions = {}): Promise<Target> {
  const { FLYTE_TEST_ENDPOINT, FLYTE_TEST_CLIENT_ID, FLYTE_TEST_CLIENT_SECRET } = process.env
  const embedded = FLYTE_TEST_ENDPOINT === undefined ? await startFlyteAdmin(options) : undefined
  const url = embedded?.url ?? (FLYTE_TEST_ENDPOINT as string)
  const id = embedded === undefined ? (FLYTE_TEST_CLIENT_ID ?? '') : 'flytepropeller'
  const secret = embedded === undefined ? (FLYTE_TEST_CLIENT_SECRET ?? '') : 'short-secret'
  return {
    url,
    tokenSource: {
      async getToken() {
        const formEncoded = [id, secret].map((text) => new URLSearchParams([['', text]]).toString().slice(1))
        const response = await fetch(`${url}/oauth2/token`, {
          method: 'POST',
          headers: { authorization: `Basic ${btoa(formEncoded.join(':'))}` },
          body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'all' }),
        })
        const { access_token: accessToken } = (await response.json()) as { access_token: string }
        return { accessToken, tokenType: 'bearer' }
      },
    },
    [Symbol.asyncDispose]: async () => embedded?.close(),
  }
}

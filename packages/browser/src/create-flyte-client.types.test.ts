import type { TokenSet, TokenSource } from '@flyte-js/core'
import { describe, expectTypeOf, it } from 'vitest'
import { createFlyteClient } from './create-flyte-client.js'
import type { FlyteClientOptions, PkceClientOptions } from './flyte-client-options.js'

const endpoint = 'https://flyte.example.com'

describe('the types', () => {
  it('tell what each login can do', () => {
    const pkce = createFlyteClient({ endpoint, auth: 'pkce' })
    expectTypeOf(pkce.auth.login).returns.resolves.toEqualTypeOf<TokenSet>()
    const session = createFlyteClient({ endpoint, auth: 'admin-session' })
    expectTypeOf(session.auth.login).parameter(0).toEqualTypeOf<{ returnTo?: string | URL } | undefined>()
    expectTypeOf(session.auth).not.toHaveProperty('getToken')
    const given = createFlyteClient({ endpoint, auth: pkce.auth })
    expectTypeOf(given.auth).not.toHaveProperty('login')
    const any = createFlyteClient({ endpoint, auth: 'pkce' } as FlyteClientOptions)
    expectTypeOf(any.auth).toHaveProperty('user')
  })

  it('have options of one login alone', () => {
    expectTypeOf<PkceClientOptions['clientSecret']>().toEqualTypeOf<undefined>()
    // @ts-expect-error: cookies are in no store
    createFlyteClient({ endpoint, auth: 'admin-session', storage: 'local' })
    // @ts-expect-error: nor have they a client
    createFlyteClient({ endpoint, auth: 'admin-session', clientId: 'page' })
    // @ts-expect-error: where a redirect leads is registered
    createFlyteClient({ endpoint, auth: 'pkce', allowedRedirects: [] })
    const auth: TokenSource = { getToken: async () => ({ accessToken: '', tokenType: '' }) }
    // @ts-expect-error: whoever has tokens keeps them
    createFlyteClient({ endpoint, auth, storage: 'local' })
    // @ts-expect-error: it is always said
    const without = () => createFlyteClient({ endpoint })
    expectTypeOf(without).toBeFunction()
  })
})

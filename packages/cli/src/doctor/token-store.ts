import { FlyteError, type FlyteEvent } from '@flyte-js/core'
import { createKeptIn, tokenStoreFor } from '@flyte-js/node'
import { keyringStore } from '@flyte-js/token-store/keyring'
import type { Check } from './check.js'
import { isPersonal } from './examination.js'
import { faultOf, ok, skipped, warning } from './finding.js'

/** Nobody's login: to ask for it shows whether the store answers. */
const probe = 'flyte-js-doctor'

const cure = 'Unlock the keyring, or keep logins elsewhere (FLYTE_JS_TOKEN_STORE=file)'

/** Where logins are kept, and whether that can be read. */
export const tokenStore: Check = {
  name: 'token-store',
  // Longer than a keyring takes, and shorter than a person who types its password: that is not waited for.
  limit: 10_000,
  cure,
  async run({ session, known }) {
    const config = known.resolution?.config
    if (config === undefined || known.target === undefined) return skipped('no endpoint is known')
    if (config.credentials.authMode === 'none') return skipped('with auth_mode none there is nothing to keep')
    const events: FlyteEvent[] = []
    const keptIn = createKeptIn((event) => events.push(event))
    const endpoint = config.platform.url ?? ''
    const store = await tokenStoreFor({
      env: session.io.env,
      isPerson: isPersonal(known),
      endpoint,
      onEvent: keptIn.onEvent,
    })
    if (store === undefined) return ok('memory: each command logs in anew; FLYTE_JS_TOKEN_STORE=file keeps logins')
    await store.get(probe)
    const kept = keptIn.place(store)
    const place = kept === 'a file' ? 'a file that only you can read' : kept
    if (!events.some(({ type }) => type === 'store.fallback')) return ok(place)
    // The stores have agreed among themselves: what is wrong with the first one, it says itself.
    const reason = await keyringStore({ endpoint })
      .get(probe)
      .then(
        () => undefined,
        (error: unknown) => error,
      )
    const { found, cure: own = cure } = faultOf(reason, cure)
    return FlyteError.isInstance(reason)
      ? warning(
          `${place}; ${lowerFirst(found)}`,
          own.replace(/another store$/, 'a file by name: FLYTE_JS_TOKEN_STORE=file'),
        )
      : ok(place)
  },
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1)

import { ConfigError, defined, type EventListener, type TokenStore } from '@flyte-js/core'
import { runningWorkflowMark } from './running-workflow.js'
import { isSet } from './terminal.js'

/** The variable that says where logins live between runs. */
const variable = 'FLYTE_JS_TOKEN_STORE'

/** What {@link tokenStoreFor} chooses from. */
export interface TokenStoreChoice {
  /** The environment: `FLYTE_JS_TOKEN_STORE`, `CI`, and what tells a running workflow. */
  env: Readonly<Record<string, string | undefined>>
  /** Whether a person logs in. */
  isPerson: boolean
  /** `platform.url` as it is written: flytekit's entries in the keyring go by that. */
  endpoint: string
  /** Hears what the stores tell. */
  onEvent?: EventListener | undefined
}

/**
 * Where logins live between runs: as `FLYTE_JS_TOKEN_STORE` says, `memory`, `file`, `keyring` or `redis://…`.
 *
 * Without it, in the keyring, and where there is none, in a file that only this user can read; in a CI job (`CI`) and in the pod of
 * a running workflow, which have no next run, in memory. Tokens that no person logged in for go to the file: the keyring has one
 * login an endpoint, which flytekit reads as that of its user.
 *
 * @returns `undefined` for memory
 * @throws ConfigError `FLYTE_CONFIG_INVALID` for any other word
 */
export async function tokenStoreFor({
  env,
  isPerson,
  endpoint,
  onEvent,
}: TokenStoreChoice): Promise<TokenStore | undefined> {
  const isPassing = isSet(env.CI) || runningWorkflowMark(env) !== undefined
  const word = env[variable]?.trim() || (isPassing ? 'memory' : isPerson ? 'keyring, file' : 'file')
  const observed = defined({ onEvent })
  // Each is loaded only where it is used: a CI script starts sooner.
  const file = async () => (await import('@flyte-js/token-store/file')).fileStore(observed)
  const keyring = async () => (await import('@flyte-js/token-store/keyring')).keyringStore({ endpoint, ...observed })
  switch (word.toLowerCase()) {
    case 'memory':
      return undefined
    case 'file':
      return file()
    case 'keyring':
      return keyring()
    case 'keyring, file': {
      const { firstAvailable } = await import('@flyte-js/token-store')
      return firstAvailable([await keyring(), await file()], observed)
    }
  }
  if (/^rediss?:\/\//i.test(word)) {
    const { redisStore } = await import('@flyte-js/token-store/redis')
    return redisStore({ url: word, ...observed })
  }
  const message = `${variable} is none of memory, file, keyring and redis://host:port. Set it to one of them, or leave it unset: then logins are kept in the keyring or a file, and in CI in memory`
  throw new ConfigError('FLYTE_CONFIG_INVALID', message, { setting: variable })
}

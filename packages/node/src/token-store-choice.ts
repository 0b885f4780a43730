import { ConfigError, defined, type EventListener, type TokenStore } from '@flyte-js/core'

/** The variable that says where logins live between runs. */
const variable = 'FLYTE_JS_TOKEN_STORE'

/** What {@link tokenStoreFor} chooses from. */
export interface TokenStoreChoice {
  env: Readonly<Record<string, string | undefined>>
  /** Whether a person logs in: their login is kept, so that nobody has to log in for every run. */
  isPerson: boolean
  onEvent?: EventListener | undefined
}

/**
 * Where logins live between runs: as `FLYTE_JS_TOKEN_STORE` says, `file` or `memory`; by default a person's login is kept in a
 * file that only this user can read, and client credentials, which are in the configuration anyway, in memory.
 *
 * @throws ConfigError `FLYTE_CONFIG_INVALID` for any other word
 */
export async function tokenStoreFor({ env, isPerson, onEvent }: TokenStoreChoice): Promise<TokenStore | undefined> {
  const word = env[variable]?.trim().toLowerCase() || (isPerson ? 'file' : 'memory')
  if (word === 'memory') return undefined
  if (word === 'file') {
    // Loaded only where it is used: a CI script starts sooner.
    const { fileStore } = await import('@flyte-js/token-store/file')
    return fileStore(defined({ onEvent }))
  }
  const message = `${variable} is neither file nor memory. Set it to file, so that a login lasts longer than this process, or to memory`
  throw new ConfigError('FLYTE_CONFIG_INVALID', message, { setting: variable })
}

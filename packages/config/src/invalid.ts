import { ConfigError } from '@flyte-js/core'

/** The error of a setting whose value cannot be used. */
export function invalid(setting: string, says: string): ConfigError {
  return new ConfigError('FLYTE_CONFIG_INVALID', `${setting}: ${says}`, { setting })
}

/** The error of a configuration file that cannot be read. What it holds is not repeated: it may be a secret. */
export function invalidFile(place: string, says: string): ConfigError {
  return new ConfigError('FLYTE_CONFIG_FILE_INVALID', `${place}: ${says}`)
}

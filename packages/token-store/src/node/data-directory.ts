import { isAbsolute, join, resolve } from 'node:path'
import { TokenStoreError } from '@flyte-js/core'
import { fileError } from './file-error.js'

/** The directory that a caller named, wherever the program goes later. */
export function givenDirectory(directory: string): string {
  if (directory !== '') return resolve(directory)
  const message = 'The directory of a store is empty. Give a path, or leave it out'
  throw new TokenStoreError('FLYTE_INVALID_ARGUMENT', message, { store: 'file' })
}

/**
 * A folder in the user's data directory: `~/.local/share/flyte-js`, or under `XDG_DATA_HOME`; `~/Library/Application
 * Support/flyte-js`; `%LOCALAPPDATA%\flyte-js\Data`.
 *
 * @param cure - what to do where there is none, for the error
 * @throws TokenStoreError `FLYTE_STORE_UNAVAILABLE`
 */
export async function dataDirectory(folder: string, cure: string): Promise<string> {
  let data: string
  try {
    // On first use, because it throws where the user has no home, as in containers under a number without a name.
    const { default: envPaths } = await import('env-paths')
    data = envPaths('flyte-js', { suffix: '' }).data
  } catch (cause) {
    throw fileError('FLYTE_STORE_UNAVAILABLE', `There is no home directory for ${folder}. ${cure}`, cause)
  }
  if (isAbsolute(data)) return join(data, folder)
  const message = `The directory for ${folder} would be ${data}, in whatever directory a program runs: XDG_DATA_HOME or HOME is not an absolute path. ${cure}`
  throw new TokenStoreError('FLYTE_STORE_UNAVAILABLE', message, { store: 'file' })
}

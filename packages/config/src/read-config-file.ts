import type { ConfigFile, ConfigFileText, YamlReader } from './config-file.js'
import { readIni } from './ini-file.js'
import { invalidFile } from './invalid.js'
import { withoutByteOrderMark } from './python-text.js'

/** Whether a file is YAML, by its name. */
export const isYaml = (path: string): boolean => /\.ya?ml$/i.test(path)

/**
 * Reads a configuration file: `*.yaml` and `*.yml` in any case as YAML, anything else as INI.
 *
 * @throws ConfigError when the file cannot be read as what it is, or is YAML and there is no reader for it
 */
export function readConfigFile({ path, text }: ConfigFileText, yaml: YamlReader | undefined): ConfigFile {
  if (typeof text !== 'string') throw invalidFile(path, 'expected text')
  const file = { path, text: withoutByteOrderMark(text) }
  if (!isYaml(path)) return readIni(file)
  if (yaml) return yaml(file)
  throw invalidFile(path, "this is YAML. Give yaml: readYaml, of '@flyte-js/config/yaml'")
}

// For users

export type { AuthMode } from './auth-mode.js'
export { checkConfig } from './check-config.js'
export type { ConfigFileText, ConfigFinding, ConfigRule } from './config-file.js'
export type { ConfigOverrides, FlyteConfig, Get } from './config-view.js'
export type { ExplainRow } from './explain.js'
export { httpBaseUrl } from './http-base-url.js'
export { type ConfigResolution, type ResolveConfigOptions, resolveConfig } from './resolve-config.js'
export {
  environmentName,
  type Setting,
  type SettingName,
  type SettingType,
  type SettingValue,
  settings,
} from './settings.js'
export type { Environment } from './waterfall.js'

// For authors of libraries

export { parseAuthMode } from './auth-mode.js'
export type { ConfigFile, FileEntry, YamlReader } from './config-file.js'

// For users
export { type LoadConfigOptions, loadConfig } from './load-config.js'
export { listProfiles } from './profiles.js'

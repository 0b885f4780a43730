// For users
export { configPath } from './config-path.js'
export { type LoadConfigOptions, loadConfig } from './load-config.js'
export { listProfiles, profilePath } from './profiles.js'

// For authors of libraries

export { homeOf } from './home-of.js'

// For users
export { readYaml } from './read-yaml.js'

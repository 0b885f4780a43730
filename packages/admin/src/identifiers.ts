// For users: the names of things as one text.
export { formatIdentifier } from './identifiers/format-identifier.js'
export { parseIdentifier } from './identifiers/parse-identifier.js'

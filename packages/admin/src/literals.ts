// For users: Literals, Flyte's values, from and to those of JavaScript.
export { duration, type FlyteDuration } from './literals/duration.js'
export { fromLiteral } from './literals/from-literal.js'
export { type LiteralInput, toLiteral } from './literals/to-literal.js'

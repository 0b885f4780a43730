import { FlyteError } from '@flyte-js/core'
import type { Literal, LiteralMap } from '@flyte-js/idl'
import { AdminError } from '../admin-error.js'
import { formatIdentifier } from '../identifiers/format-identifier.js'
import { describeType } from '../literals/describe.js'
import { attempt, lines, placeOf, problem } from '../literals/place.js'
import { convert } from '../literals/to-literal.js'
import type { Launchable } from './interface.js'

/**
 * Makes Literals of the inputs, of the types that what is launched wants. An input that is `undefined` is not given.
 *
 * @throws AdminError `FLYTE_ADMIN_INPUTS_INVALID`, with a line for each that is unknown, fixed, missing or of another type
 */
export function checkInputs(given: object, { id, inputs, fixed }: Launchable): LiteralMap {
  if (typeof given !== 'object' || given === null) throw new FlyteError('FLYTE_INVALID_ARGUMENT', 'inputs is no object')
  const problems: string[] = []
  const literals: [string, Literal][] = []
  const missing = new Set([...inputs].filter(([, { required }]) => required).map(([name]) => name))

  for (const name of Object.keys(given)) {
    const place = { ...placeOf('inputs'), keys: [name], problems }
    const literal = attempt(place, () => {
      const value = (given as { [name: string]: unknown })[name]
      if (value === undefined) return
      missing.delete(name)
      if (fixed.has(name)) return problem(place, 'is fixed by the launch plan: leave it out')
      const expected = inputs.get(name)
      return expected ? convert(value, expected.type, place) : problem(place, `is unknown. ${takes(inputs)}`)
    })
    if (literal !== undefined) literals.push([name, literal])
  }
  for (const name of missing) {
    const place = { ...placeOf('inputs'), keys: [name], problems }
    const type = inputs.get(name)?.type
    problem(place, `is missing${type ? `: expected ${describeType(type)}` : ''}`)
  }
  if (problems.length === 0) return { literals: Object.fromEntries(literals) }
  throw new AdminError(
    'FLYTE_ADMIN_INPUTS_INVALID',
    `${formatIdentifier(id)} cannot be launched with these inputs, so nothing was sent:\n${lines(problems)}`,
    { rpc: 'createExecution' },
  )
}

function takes(inputs: Launchable['inputs']): string {
  return inputs.size === 0 ? 'No inputs are taken' : `What is taken: ${[...inputs.keys()].join(', ')}`
}

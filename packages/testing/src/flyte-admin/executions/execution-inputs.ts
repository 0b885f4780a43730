// The inputs of an execution: what its caller gives, completed by the launch plan's defaults and fixed inputs.
import { invalidArgument } from '../grpc-status.js'
import { hasValue, simpleTypeOf, simpleTypeOfLiteral, typeMismatch } from '../literal-types.js'
import { type Message, messageField } from '../message.js'

/** Refuses an input that holds nothing. */
export function checkInputs(given: Message): void {
  const empty = Object.keys(given).find((name) => !hasValue(given[name] as Message))
  if (empty !== undefined) throw invalidArgument(`missing valid literal in inputs ${empty}`)
}

/** All inputs of an execution; refuses unknown ones, missing ones and those of another type. */
export function executionInputs(given: Message, launchPlan: Message): Message {
  const expected = messageField(messageField(messageField(launchPlan, 'closure'), 'expected_inputs'), 'parameters')
  const fixed = messageField(messageField(messageField(launchPlan, 'spec'), 'fixed_inputs'), 'literals')
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(expected, name))
  if (unknown !== undefined) throw invalidArgument(`invalid input ${unknown}`)
  const inputs: Message = { ...given }
  for (const [name, parameter] of Object.entries(expected)) {
    const { required, default: value } = parameter as Message
    if (Object.hasOwn(given, name)) {
      const expectedType = simpleTypeOf(messageField(parameter as Message, 'var'))
      const mismatch = typeMismatch(expectedType, simpleTypeOfLiteral(given[name] as Message))
      if (mismatch === undefined) continue
      throw invalidArgument(`invalid ${name} input wrong type. Expected ${mismatch[0]}, but got ${mismatch[1]}`)
    }
    if (required === true) throw invalidArgument(`expected_inputs ${name} missing`)
    if (value !== undefined) inputs[name] = value
  }
  return { ...inputs, ...fixed }
}

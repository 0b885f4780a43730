// The inputs that an execution of a launch plan may set.
import { invalidArgument } from './grpc-status.js'
import { hasValue, simpleTypeOf, simpleTypeOfLiteral, typeMismatch } from './literal-types.js'
import { type Message, messageField } from './message.js'

/** The launch plan's defaults, and what the workflow wants that is neither among them nor fixed. */
export function expectedInputsOf(workflowInterface: Message, spec: Message): Message {
  const variables = messageField(messageField(workflowInterface, 'inputs'), 'variables')
  const defaults = messageField(messageField(spec, 'default_inputs'), 'parameters')
  const fixed = messageField(messageField(spec, 'fixed_inputs'), 'literals')
  for (const [name, literal] of Object.entries(fixed)) {
    if (!hasValue(literal as Message)) throw invalidArgument(`missing valid literal in fixed_inputs ${name}`)
  }
  for (const [name, parameter] of Object.entries(defaults)) checkParameter(name, parameter as Message)
  for (const [kind, inputs] of [
    ['default', defaults],
    ['fixed', fixed],
  ] as const) {
    checkKnown(kind, inputs, variables)
  }
  checkTypes(defaults, fixed, variables)

  const parameters = Object.entries(variables).flatMap(([name, variable]) => {
    if (Object.hasOwn(defaults, name)) return [[name, defaults[name] as Message] as const]
    if (Object.hasOwn(fixed, name)) return []
    const { type, description } = variable as Message
    const required: Message = {
      var: { ...(type !== undefined && { type }), ...(description !== undefined && { description }) },
      required: true,
    }
    return [[name, required] as const]
  })
  return parameters.length === 0 ? {} : { parameters: Object.fromEntries(parameters) as Message }
}

function checkParameter(name: string, parameter: Message): void {
  if (messageField(parameter, 'var').type === undefined) {
    throw invalidArgument(
      `The Variable component of the Parameter ${name} in default_inputs either is missing, or has a missing Type`,
    )
  }
  if (parameter.default === undefined && parameter.required !== true) {
    throw invalidArgument(
      `Invalid variable ${name} in default_inputs - variable has neither default, nor is required. One must be specified`,
    )
  }
}

function checkKnown(kind: 'default' | 'fixed', inputs: Message, variables: Message): void {
  const names = Object.keys(inputs)
  if (names.length > 0 && Object.keys(variables).length === 0) {
    throw invalidArgument(`invalid launch plan ${kind} inputs, expected none but found ${names.length}`)
  }
  const unexpected = names.find((name) => !Object.hasOwn(variables, name))
  if (unexpected !== undefined) throw invalidArgument(`unexpected ${kind}_input ${unexpected}`)
}

function checkTypes(defaults: Message, fixed: Message, variables: Message): void {
  for (const [name, parameter] of Object.entries(defaults)) {
    const given = simpleTypeOf(messageField(parameter as Message, 'var'))
    const mismatch = typeMismatch(given, simpleTypeOf(variables[name] as Message))
    if (mismatch === undefined) continue
    throw invalidArgument(
      `invalid default_input wrong type ${name}, expected ${mismatch[0]}, got ${mismatch[1]} instead`,
    )
  }
  for (const [name, literal] of Object.entries(fixed)) {
    const mismatch = typeMismatch(simpleTypeOf(variables[name] as Message), simpleTypeOfLiteral(literal as Message))
    if (mismatch === undefined) continue
    throw invalidArgument(`invalid fixed_input wrong type ${name}, expected ${mismatch[0]}, got ${mismatch[1]} instead`)
  }
}

// Labels, which go to Kubernetes and so must be as it wants them.
import { invalidArgument } from './grpc-status.js'
import { type Message, messageField } from './message.js'

const mostLabels = 16
const longestName = 63
const keyPattern = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/
const valuePattern = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/

/** Refuses labels that Kubernetes would refuse. */
export function checkLabels(labels: Message): void {
  const values = Object.entries(messageField(labels, 'values'))
  if (values.length > mostLabels) throw invalidArgument(`labels map cannot exceed ${mostLabels} entries`)
  for (const [key, value] of values) {
    const reasons = keyReasons(key.slice(key.lastIndexOf('/') + 1))
    if (reasons.length > 0) throw invalidArgument(`invalid label key [${key}]: [${reasons.join(' ')}]`)
    if (!valuePattern.test(String(value))) {
      throw invalidArgument(
        `invalid label value [${value}]: [a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')]`,
      )
    }
  }
}

function keyReasons(name: string): string[] {
  return [
    ...(name === '' ? ['name part must be non-empty'] : []),
    ...(name.length > longestName ? [`name part must be no more than ${longestName} characters`] : []),
    ...(keyPattern.test(name)
      ? []
      : [
          `name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
        ]),
  ]
}

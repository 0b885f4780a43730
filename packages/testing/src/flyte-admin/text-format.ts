// Messages in the text form of Go's protobuf, nested ones too, as they stand in refusals.
import type { FieldDescriptor } from '@flyte-js/idl/messages'
import { fieldsOf, type Message, type MessageValue } from './message.js'

/** `node_id:"n0" execution_id:{project:"p" domain:"d" name:"x"}`, in the order of the proto; enums and numbers stand bare. */
export function textFormat(type: string, message: Message): string {
  return fieldsOf(type)
    .fields.filter(({ name }) => message[name] !== undefined)
    .flatMap((field) => entriesOf(field, message[field.name] as MessageValue))
    .join(' ')
}

function entriesOf(field: FieldDescriptor, value: MessageValue): string[] {
  const single = (item: MessageValue) => {
    if (field.type === 'google.protobuf.Duration') return `{${durationFormat(String(item))}}`
    if (field.kind === 'message') return `{${textFormat(field.type as string, item as Message)}}`
    return field.kind === 'string' ? JSON.stringify(item) : String(item)
  }
  if (field.map !== undefined) {
    const entries = Object.entries(value as Message).sort(([left], [right]) => (left < right ? -1 : 1))
    return entries.map(([key, item]) => `${field.name}:{key:${JSON.stringify(key)} value:${single(item)}}`)
  }
  return (Array.isArray(value) ? value : [value]).map((item) => `${field.name}:${single(item)}`)
}

/** `seconds:1 nanos:500000000` of the JSON `1.5s`; what is zero is left out. */
function durationFormat(text: string): string {
  const [seconds = '0', fraction = ''] = text.replace('s', '').split('.')
  const entries = { seconds: Number(seconds), nanos: Number(fraction.padEnd(9, '0')) }
  return Object.entries(entries)
    .filter(([, value]) => value !== 0)
    .map(([name, value]) => `${name}:${value}`)
    .join(' ')
}

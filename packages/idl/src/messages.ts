// For servers and test doubles of Flyte Admin. Clients need none of it, so it has an entry of its own.
export type { FieldDescriptor, FieldKind, RpcBinding, RpcDescriptor } from './descriptors'
export { enums, messages, rpcs } from './gen/messages'

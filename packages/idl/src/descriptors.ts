// The forms that the generated descriptions of messages and RPCs are written in.

/** What a field holds; for a map, what its values are. */
export type FieldKind =
  | 'string'
  | 'bool'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float'
  | 'double'
  | 'bytes'
  | 'enum'
  | 'message'

/** One field of a message. */
export interface FieldDescriptor {
  /** As in the proto, and in Flyte Admin's answers to `Accept: application/json`. */
  name: string
  /** In lowerCamel, as protobuf's JSON has it by default. */
  jsonName: string
  /** The number on the wire. */
  number: number
  /** What it holds. */
  kind: FieldKind
  /** The full proto name of the enum or message. */
  type?: string
  /** Set for lists. */
  repeated?: true
  /** Set for maps: the kind of their keys. */
  map?: FieldKind
  /** The oneof it belongs to. */
  oneof?: string
}

/** One way to call an RPC over HTTP. */
export interface RpcBinding {
  /** The HTTP method. */
  method: 'GET' | 'PUT' | 'POST' | 'DELETE' | 'PATCH'
  /** With parameters in braces: `/api/v1/projects/{id}`. */
  path: string
  /** `*` when the body is the whole request, else empty. */
  body: '*' | ''
}

/** One RPC that has an HTTP route. */
export interface RpcDescriptor {
  /** The simple name of the service. */
  service: string
  /** The name in the proto. */
  rpc: string
  /** The name in lowerCamel, as a client has it. */
  method: string
  /** The full proto name of the request. */
  request: string
  /** The full proto name of the response. */
  response: string
  /** The field of the response that holds the items of a page, or empty. */
  items: string
  /** The primary one first. */
  bindings: readonly RpcBinding[]
}

// Which form a kind of field has on the wire.
import { WireType } from '@bufbuild/protobuf/wire'
import type { FieldKind } from '@flyte-js/idl/messages'

/** The wire type of a kind. */
export function wireTypeOf(kind: FieldKind): WireType {
  if (kind === 'string' || kind === 'bytes' || kind === 'message') return WireType.LengthDelimited
  return kind === 'float' ? WireType.Bit32 : kind === 'double' ? WireType.Bit64 : WireType.Varint
}

/** True for kinds whose lists are written in one piece. */
export function isPackable(kind: FieldKind): boolean {
  return wireTypeOf(kind) !== WireType.LengthDelimited
}

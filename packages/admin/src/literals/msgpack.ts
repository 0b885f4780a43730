/**
 * Reads MessagePack, which flytekit writes dataclasses and dicts in.
 *
 * Integers beyond 2^53 become bigints. Keys become texts. Times and other extensions are refused: flytekit writes none.
 *
 * @throws `RangeError` or `TypeError` for bytes that end too soon, go on too long, or are no MessagePack
 *
 * Source: https://github.com/msgpack/msgpack/blob/master/spec.md
 */
export function decodeMsgpack(bytes: Uint8Array): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let offset = 0
  /** Moves on by so many bytes, and says where they begin. */
  const take = (size: number): number => {
    offset += size
    return offset - size
  }
  const unsigned = (size: number): number =>
    size === 1 ? view.getUint8(take(1)) : size === 2 ? view.getUint16(take(2)) : view.getUint32(take(4))
  const exact = (integer: bigint) => (Number.isSafeInteger(Number(integer)) ? Number(integer) : integer)
  // Where the bytes end too soon, the end is not where it should be: see below.
  const slice = (size: number): Uint8Array => bytes.slice(take(size), offset)
  const text = (size: number) => new TextDecoder('utf-8', { fatal: true }).decode(slice(size))
  const list = (size: number) => {
    const items: unknown[] = []
    while (items.length < size) items.push(read())
    return items
  }
  const map = (size: number) => {
    const entries: [string, unknown][] = []
    while (entries.length < size) entries.push([String(read()), read()])
    return Object.fromEntries(entries)
  }

  const read = (): unknown => {
    const format = unsigned(1)
    if (format < 0x80) return format
    if (format < 0x90) return map(format & 0x0f)
    if (format < 0xa0) return list(format & 0x0f)
    if (format < 0xc0) return text(format & 0x1f)
    if (format >= 0xe0) return format - 0x100
    switch (format) {
      case 0xc0:
        return null
      case 0xc2:
        return false
      case 0xc3:
        return true
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return slice(unsigned(1 << (format - 0xc4)))
      case 0xca:
        return view.getFloat32(take(4))
      case 0xcb:
        return view.getFloat64(take(8))
      case 0xcc:
      case 0xcd:
      case 0xce:
        return unsigned(1 << (format - 0xcc))
      case 0xcf:
        return exact(view.getBigUint64(take(8)))
      case 0xd0:
        return view.getInt8(take(1))
      case 0xd1:
        return view.getInt16(take(2))
      case 0xd2:
        return view.getInt32(take(4))
      case 0xd3:
        return exact(view.getBigInt64(take(8)))
      case 0xd9:
      case 0xda:
      case 0xdb:
        return text(unsigned(1 << (format - 0xd9)))
      case 0xdc:
      case 0xdd:
        return list(unsigned(2 << (format - 0xdc)))
      case 0xde:
      case 0xdf:
        return map(unsigned(2 << (format - 0xde)))
      default:
        throw new TypeError('no MessagePack, or an extension of it')
    }
  }

  const value = read()
  if (offset !== bytes.length) throw new TypeError('there is more than one value, or less')
  return value
}

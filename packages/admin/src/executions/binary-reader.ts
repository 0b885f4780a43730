/** Reads protobuf's binary form (protobuf.dev/programming-guides/encoding). It throws a `RangeError` where bytes are missing. */
export interface BinaryReader {
  /** True at the end. */
  isDone(): boolean
  /** A field's number, and how its value is written. */
  tag(): [field: number, wireType: number]
  varint(): bigint
  double(): number
  float(): number
  /** A string, a message or a packed list: whatever has its length before it. */
  bytes(): Uint8Array
  /** Passes over a value. */
  skip(wireType: number): void
}

/** Reads from the beginning of some bytes. */
export function createBinaryReader(bytes: Uint8Array): BinaryReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let position = 0
  const take = (length: number): number => {
    const begin = position
    position += length
    if (position > bytes.length) throw new RangeError('the message is cut off')
    return begin
  }
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = view.getUint8(take(1))
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
    throw new RangeError('a number has no end')
  }
  const reader: BinaryReader = {
    isDone: () => position === bytes.length,
    tag() {
      const tag = Number(varint())
      return [Math.floor(tag / 8), tag % 8]
    },
    varint,
    double: () => view.getFloat64(take(8), true),
    float: () => view.getFloat32(take(4), true),
    bytes() {
      const length = Number(varint())
      const begin = take(length)
      return bytes.subarray(begin, begin + length)
    },
    skip(wireType) {
      if (wireType === 0) varint()
      else if (wireType === 1) take(8)
      else if (wireType === 2) reader.bytes()
      else if (wireType === 5) take(4)
      else throw new RangeError(`a value is written in no known way (${wireType})`)
    },
  }
  return reader
}

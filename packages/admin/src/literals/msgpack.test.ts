import { describe, expect, it } from 'vitest'
import { fromBase64 } from './base64.js'
import { decodeMsgpack } from './msgpack.js'

const decode = (...bytes: number[]) => decodeMsgpack(Uint8Array.from(bytes))

describe('what Python writes', () => {
  it('is read with all of its formats', () => {
    const written =
      'iqFhnwB//+DQ38zIzQEszgABEXDR/zjS//9jwM8AAAABKgXyANP////+1foOAM9//////////8///////////9OAAAAAAAAAAKFiwKFjksPCoWTLP/gAAAAAAAChZdkoeHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eKFmxAIA/6FngaLDvIChaNwAEQABAgMEBQYHCAkKCwwNDg8QoWneABChMAChMQGhMgKhMwOhNAShNQWhNgahNwehOAihOQmiMTAKojExC6IxMgyiMTMNojE0DqIxNQ+ha4EBo29uZQ=='
    const sixteen = Array.from({ length: 16 }, (_, index) => index)
    const value = decodeMsgpack(fromBase64(written))
    expect(value).toEqual({
      a: [
        ...[0, 127, -1, -32, -33, 200, 300, 70_000, -200, -40_000, 5_000_000_000, -5_000_000_000],
        ...[2n ** 63n - 1n, 2n ** 64n - 1n, -(2n ** 63n)],
      ],
      b: null,
      c: [true, false],
      d: 1.5,
      e: 'x'.repeat(40),
      f: new Uint8Array([0, 255]),
      g: { ü: {} },
      h: [...sixteen, 16],
      i: Object.fromEntries(sixteen.map((index) => [`${index}`, index])),
      k: { 1: 'one' },
    })
  })

  it('is read where sizes and numbers are longer than they need be', () => {
    expect(decode(0xc5, 0, 1, 7)).toEqual(new Uint8Array([7]))
    expect(decode(0xc6, 0, 0, 0, 1, 7)).toEqual(new Uint8Array([7]))
    expect(decode(0xda, 0, 1, 0x61)).toBe('a')
    expect(decode(0xdb, 0, 0, 0, 1, 0x61)).toBe('a')
    expect(decode(0xdd, 0, 0, 0, 1, 7)).toEqual([7])
    expect(decode(0xdf, 0, 0, 0, 1, 0xa1, 0x61, 7)).toEqual({ a: 7 })
    expect(decode(0xca, 0x3f, 0xc0, 0, 0)).toBe(1.5)
    expect(decode(0xd3, 0, 0, 0, 0, 0, 0, 0, 7)).toBe(7)
  })

  it('is read where it is part of a longer buffer', () => {
    expect(decodeMsgpack(new Uint8Array([9, 9, 0xc4, 1, 5, 9]).subarray(2, 5))).toEqual(new Uint8Array([5]))
  })

  it('leaves prototypes alone', () => {
    const value = decode(0x81, 0xa9, ...new TextEncoder().encode('__proto__'), 0x81, 0xa1, 0x61, 7) as object
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(Object.keys(value)).toEqual(['__proto__'])
  })
})

it.each([
  ['nothing', []],
  ['a text that is cut', [0xa3, 0x61]],
  ['bytes that are cut', [0xc4, 2, 1]],
  ['a list that is cut', [0xdd, 0xff, 0xff, 0xff, 0xff, 1]],
  ['a number that is cut', [0xcf, 1]],
  ['an extension', [0xd4, 0xff, 0]],
  ['the format that is never used', [0xc1]],
  ['a second value', [1, 2]],
  ['a text that is no UTF-8', [0xa1, 0xff]],
])('%s is refused', (_name, bytes) => {
  expect(() => decode(...bytes)).toThrow()
})

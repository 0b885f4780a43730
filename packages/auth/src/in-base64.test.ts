import fc from 'fast-check'
import { expect, it } from 'vitest'
import { inBase64 } from './in-base64.js'

const secrets = fc.string({ minLength: 6, maxLength: 40, unit: 'grapheme' })
const form = (text: string) => new URLSearchParams([['', text]]).toString().slice(1)

it('has a piece of whatever base64 a text stands in, in either alphabet', () => {
  fc.assert(
    fc.property(
      secrets,
      fc.string(),
      fc.string(),
      fc.constantFrom((text: string) => text, form, encodeURIComponent),
      fc.constantFrom('base64' as const, 'base64url' as const),
      (secret, before, after, encode, alphabet) => {
        const packed = Buffer.from(before + encode(secret) + after).toString(alphabet)
        expect(inBase64(secret).some((piece) => packed.includes(piece))).toBe(true)
      },
    ),
  )
})

it('has no piece so short that it stands in texts by chance', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const piece of inBase64(text)) expect(piece.length).toBeGreaterThan(3)
    }),
  )
})

import type { TokenSet } from '@flyte-js/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readValue, writeValue } from './redis-value.js'
import { createSealer } from './seal.js'

const sealer = createSealer('k'.repeat(32), 'redis')
const tokenSet: TokenSet = { accessToken: 'access', tokenType: 'bearer', expiresAt: 1, refreshToken: 'refresh' }

describe('a value', () => {
  it('is read as it was written, encrypted or not', async () => {
    expect(await readValue(await writeValue(tokenSet, undefined, 'p'), undefined, 'p')).toEqual(tokenSet)
    const sealed = await writeValue(tokenSet, sealer, 'p')
    expect(sealed).not.toContain('access')
    expect(await readValue(sealed, sealer, 'p')).toEqual(tokenSet)
  })

  it('is undefined where it is anything else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (text) => {
        expect(await readValue(text, undefined, 'p')).toBeUndefined()
        expect(await readValue(text, sealer, 'p')).toBeUndefined()
      }),
    )
    const nothingInside = JSON.stringify({ version: 1, sealed: await sealer.seal('{}', 'p') })
    expect(await readValue(nothingInside, sealer, 'p')).toBeUndefined()
  })

  it('does not open at another place, without the key, or unencrypted when there is a key', async () => {
    const refused = expect.objectContaining({ code: 'FLYTE_STORE_DECRYPTION_FAILED' })
    const sealed = await writeValue(tokenSet, sealer, 'p')
    await expect(readValue(sealed, sealer, 'q')).rejects.toEqual(refused)
    await expect(readValue(sealed, undefined, 'p')).rejects.toEqual(refused)
    await expect(readValue(await writeValue(tokenSet, undefined, 'p'), sealer, 'p')).rejects.toEqual(refused)
  })
})

import { expect, test } from 'vitest'
import { createLazyIdentityProvider } from './lazy-identity-provider.js'

const callbackUrls = () => ['http://localhost:1/callback']

test('one provider is started for all who ask, and stopped even while it starts', async () => {
  const lazy = createLazyIdentityProvider(undefined, callbackUrls)
  const [first, second] = [lazy.get(), lazy.get()]
  await lazy.close()
  expect(await first).toBe(await second)
  await expect(fetch((await first).issuer)).rejects.toThrow()
})

test('none is started after the end, nor where another one is given', async () => {
  const lazy = createLazyIdentityProvider(undefined, callbackUrls)
  await lazy.close()
  await expect(lazy.get()).rejects.toThrow('closed')
  const given = createLazyIdentityProvider({ issuer: 'http://localhost:1' }, callbackUrls)
  expect((await given.get()).issuer).toBe('http://localhost:1')
  await given.close()
})

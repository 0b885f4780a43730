import { AuthError } from '@flyte-js/core'
import { expect, it, vi } from 'vitest'
import { loadedOnce } from './loaded-once.js'

it('is loaded when it is wanted, once for all who want it', async () => {
  const load = vi.fn(async () => 'code')
  const part = loadedOnce(load, (code) => ({ code }))
  expect(part.ifWanted()).toBeUndefined()
  expect(load).not.toHaveBeenCalled()
  const [one, other] = await Promise.all([part(), part()])
  expect(one).toEqual({ code: 'code' })
  expect(other).toBe(one)
  expect(await part.ifWanted()).toBe(one)
  expect(load).toHaveBeenCalledOnce()
})

it('is loaded again where that failed, and says what may have happened', async () => {
  const cause = new TypeError('Failed to fetch dynamically imported module')
  const load = vi.fn(async () => 'code').mockRejectedValueOnce(cause)
  const part = loadedOnce(load, (code) => code)
  const error = await part().catch((reason) => reason)
  expect(error).toBeInstanceOf(AuthError)
  expect(error).toMatchObject({
    code: 'FLYTE_AUTH_LOGIN_UNAVAILABLE',
    message: expect.stringMatching(/reload the page/),
  })
  expect(part.ifWanted()).toBeUndefined()
  expect(await part()).toBe('code')
})

it('lets errors of what is made through', async () => {
  const reason = new Error('no page')
  const part = loadedOnce(
    async () => 'code',
    () => {
      throw reason
    },
  )
  await expect(part()).rejects.toBe(reason)
  await expect(part()).rejects.toBe(reason)
})

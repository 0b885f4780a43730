import { expect } from 'vitest'
import { AdminError } from '../../src/admin-error.js'

/** What a call is rejected with, which must be one of ours. */
export async function failureOf(call: Promise<unknown>): Promise<AdminError> {
  const error = await call.then(
    (value) => expect.unreachable(`it resolved with ${JSON.stringify(value)}`),
    (error) => error,
  )
  expect(error).toBeInstanceOf(AdminError)
  return error
}

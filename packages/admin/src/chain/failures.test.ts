import { FlyteError } from '@flyte-js/core'
import { expect, it } from 'vitest'
import { createCall, cut, refusal } from '../../test/chain-call.js'
import { failure, isMaybeSent, unanswered } from './failures.js'

it('an error has what a report of it needs, and says how often it was tried from the second try on', () => {
  const call = createCall({ url: 'http://localhost/api?canary', tries: 1 })
  expect(failure(call, 'FLYTE_ADMIN_RPC_FAILED', 'why').toJSON()).toEqual({
    name: 'AdminError',
    code: 'FLYTE_ADMIN_RPC_FAILED',
    message: 'getTask: why',
    rpc: 'getTask',
    url: 'http://localhost/api',
    requestId: 'r-1',
    tries: 1,
    isRetryable: false,
  })
  expect(failure({ ...call, tries: 2 }, 'FLYTE_ADMIN_RPC_FAILED', 'why').message).toBe('getTask: why (try 2)')
})

it('only what is known not to have been sent counts as that', () => {
  expect(isMaybeSent(cut('no'))).toBe(false)
  for (const error of [cut('unknown'), cut('yes'), refusal({ status: 503 })]) expect(isMaybeSent(error)).toBe(true)
})

it('an error of ours that is none of the network stays as it is', () => {
  const error = new FlyteError('FLYTE_INVALID_ARGUMENT', 'no')
  expect(unanswered(error, createCall())).toBe(error)
})

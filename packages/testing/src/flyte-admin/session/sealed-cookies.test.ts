import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createTestClock } from '../../test-clock.js'
import { createSealedCookies } from './sealed-cookies.js'

test('a sealed cookie is read with its age, for its own name, and for thirty days', async () => {
  const clock = createTestClock()
  const cookies = createSealedCookies(randomBytes(32), clock.now)
  const line = cookies.make('flyte_idt', 'a|token')
  expect(line).toMatch(/^flyte_idt=[\w-]+; HttpOnly$/)
  const [pair = ''] = line.split(';')
  const headers = { cookie: `other=1; ${pair}; flyte_rt=${pair.slice('flyte_idt='.length)}` }
  const madeAt = clock.now()
  await clock.advance(30 * 86_400_000)
  expect(cookies.read(headers, 'flyte_idt')).toEqual({ value: 'a|token', madeAt })
  expect(cookies.read(headers, 'flyte_rt')).toBeUndefined()
  expect(cookies.read(headers, 'missing')).toBeUndefined()
  await clock.advance(1)
  expect(cookies.read(headers, 'flyte_idt')).toBeUndefined()
})

test('cookies are set as they are told, but cleared without a word of other sites', () => {
  const options = { sameSite: 'None', secure: true, domain: '.flyte.example' } as const
  const cookies = createSealedCookies(randomBytes(32), Date.now, options)
  expect(cookies.make('flyte_rt', 'x')).toMatch(
    /^flyte_rt=[\w-]+; Domain=flyte\.example; HttpOnly; Secure; SameSite=None$/,
  )
  expect(cookies.clear('flyte_rt')).toMatch(/^flyte_rt=; Domain=flyte\.example; Expires=[^;]+ GMT; HttpOnly; Secure$/)
})

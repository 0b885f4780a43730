import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FlyteAdmin, startFlyteAdmin } from './server.js'

let admin: FlyteAdmin
beforeAll(async () => {
  admin = await startFlyteAdmin({ auth: 'none' })
})
afterAll(() => admin.close())

const execution = { project: 'flytesnacks', domain: 'development', name: 'e' }

async function call(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(`${admin.url}/api/v1/${path}`, {
    method,
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return (await response.json()) as Record<string, unknown>
}
const set = (signal_id: string, value: unknown) =>
  call('POST', 'signals', { id: { signal_id, execution_id: execution }, value })
const list = async () => (await call('GET', 'signals/flytesnacks/development/e?limit=9')).signals

test('a signal that was made can be set, to a value of its type', async () => {
  admin.createSignal({ ...execution, signal_id: 'approve' }, { simple: 'BOOLEAN' })
  expect(await list()).toMatchObject([
    { id: { signal_id: 'approve', execution_id: execution }, type: { simple: 'BOOLEAN' }, value: null },
  ])
  const yes = { scalar: { primitive: { boolean: true } } }
  expect(await set('approve', { scalar: { primitive: { integer: 1 } } })).toEqual({
    code: 3,
    message: 'requested signal value [scalar:{primitive:{integer:1}}] is not castable to existing signal type [[8 4]]',
    details: [],
  })
  expect(await set('approve', yes)).toEqual({})
  expect(await list()).toMatchObject([{ value: yes }])
})

test('making it again changes nothing', async () => {
  admin.createSignal({ ...execution, signal_id: 'approve' }, { simple: 'INTEGER' })
  expect(await list()).toMatchObject([
    { type: { simple: 'BOOLEAN' }, value: { scalar: { primitive: { boolean: true } } } },
  ])
  expect(() => admin.createSignal({ ...execution, signal_id: 'other' }, { simple: 'NOTHING' })).toThrow('NOTHING')
})

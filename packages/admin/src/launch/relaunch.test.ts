import { startFlyteAdmin } from '@flyte-js/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type AdminClient, createAdminClient } from '../create-admin-client.js'
import { recover } from './recover.js'
import { relaunch } from './relaunch.js'
import { terminate } from './terminate.js'

const id = { project: 'flytesnacks', domain: 'development', name: 'f2b1', org: '' }
const text = 'ex:flytesnacks:development:f2b1'
const made = expect.stringMatching(/^a[b-z2-9]{19}$/)

let server: Awaited<ReturnType<typeof startFlyteAdmin>>
let admin: AdminClient['admin']

beforeAll(async () => {
  server = await startFlyteAdmin({ auth: 'none' })
  admin = createAdminClient({ endpoint: server.url }).admin
})
afterAll(() => server.close())

const last = () => {
  const { method, path, body } = server.requests.at(-1) ?? {}
  return { method, path, body: JSON.parse(body ?? '{}') }
}

it('a relaunch has its name before it is sent', async () => {
  // The embedded Flyte Admin has not that execution: it answers as if.
  const answer = ({ body }: { body: string }) => ({ body: { id: { ...id, name: JSON.parse(body).name } } })
  server.answer('/api/v1/executions/relaunch', answer, 2)
  const first = await relaunch(admin, text)
  const { name } = last().body
  expect(last()).toEqual({
    method: 'POST',
    path: '/api/v1/executions/relaunch',
    body: { id, name: made, overwrite_cache: false },
  })
  expect(first).toEqual({ ...id, name })
  expect(await relaunch(admin, id, { name: 'again', overwriteCache: true })).toEqual({ ...id, name: 'again' })
  expect(last().body).toEqual({ id, name: 'again', overwrite_cache: true })
  await expect(relaunch(admin, id, { name: 'A' })).rejects.toMatchObject({ code: 'FLYTE_INVALID_ARGUMENT' })
})

it('a recovery has its name before it is sent', async () => {
  server.answer(
    '/api/v1/executions/recover',
    ({ body }) => ({ body: { id: { ...id, name: JSON.parse(body).name } } }),
    2,
  )
  const { name } = await recover(admin, id)
  expect(last()).toEqual({ method: 'POST', path: '/api/v1/executions/recover', body: { id, name } })
  expect(name).toEqual(made)
  const metadata = { parent_node_execution: { node_id: 'n0', execution_id: id } }
  expect(await recover(admin, text, { name: 'again', metadata })).toEqual({ ...id, name: 'again' })
  expect(last().body).toEqual({ id, name: 'again', metadata })
})

it('an execution is terminated with a cause', async () => {
  server.answer('/api/v1/executions/flytesnacks/development/f2b1', { body: {} }, 1)
  await terminate(admin, text, 'a test')
  expect(last()).toEqual({
    method: 'DELETE',
    path: '/api/v1/executions/flytesnacks/development/f2b1',
    body: { id, cause: 'a test' },
  })
  await expect(terminate(admin, text, 'a test')).rejects.toMatchObject({ grpcStatus: 'NOT_FOUND' })
})

import { createTestClock } from '@flyte-js/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AdminClient } from '../../src/create-admin-client.js'
import { failureOf } from './failure-of.js'
import { answers, faulty } from './scenes.js'
import { createNodeTransport, createTestClient, type Stage, startStage } from './stage.js'

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage[Symbol.asyncDispose]())

const outages = [
  ['503', answers(503, 14), 'FLYTE_ADMIN_RPC_FAILED'],
  ['connections that are cut', faulty({ kind: 'reset' }), 'FLYTE_ADMIN_UNREACHABLE'],
] as const

const getProjects = (client: AdminClient, count: number) =>
  Array.from({ length: count }, (_, index) => client.admin.getProject({ id: `p${index}` }))

function open(endpoint: string) {
  const { transport, close } = createNodeTransport({})
  return { ...createTestClient({ endpoint, transport, clock: createTestClock() }), close }
}

test.each(outages)('100 calls at once make no storm of %s', async (_, setScene, code) => {
  await using scene = await setScene(stage)
  const { client, events, close } = open(scene.endpoint)
  const errors = await Promise.all(getProjects(client, 100).map(failureOf))
  const retries = scene.seen() - 100
  // Without a budget there would be 400.
  expect(retries).toBeGreaterThanOrEqual(10)
  expect(retries).toBeLessThanOrEqual(20)
  for (const error of errors) expect(error).toMatchObject({ code, isRetryable: true })
  expect(events.filter(({ type }) => type === 'admin.retry')).toHaveLength(retries)
  // Whoever was refused a retry is told so.
  expect(events.filter(({ type }) => type === 'admin.retries-spent').length).toBeGreaterThan(80)
  close()
})

test('calls one after the other have a tenth of their number in retries, after the first ten', async () => {
  await using scene = await answers(503)(stage)
  const { client, close } = open(scene.endpoint)
  for (const call of Array.from({ length: 200 }, (_, index) => `p${index}`))
    await failureOf(client.admin.getProject({ id: call }))
  expect(scene.seen() - 200).toBeGreaterThanOrEqual(20)
  expect(scene.seen() - 200).toBeLessThanOrEqual(30)
  close()
})

test('calls that go well earn retries again', async () => {
  await using scene = await answers(503)(stage)
  const { client, events, close } = open(scene.endpoint)
  await Promise.all(getProjects(client, 100).map(failureOf))
  await scene.heal()
  for (const call of getProjects(client, 50)) await call
  events.length = 0
  await using again = await answers(503)(stage)
  expect(await failureOf(client.admin.getProject({ id: 'p' }))).toMatchObject({ tries: 5 })
  expect(again.seen()).toBe(5)
  expect(events.map(({ type }) => type)).not.toContain('admin.retries-spent')
  close()
})

test('each client has a budget of its own', async () => {
  await using scene = await answers(503)(stage)
  const spent = open(scene.endpoint)
  await Promise.all(getProjects(spent.client, 50).map(failureOf))
  const other = open(scene.endpoint)
  expect(await failureOf(other.client.admin.getProject({ id: 'p' }))).toMatchObject({ tries: 5 })
  spent.close()
  other.close()
})

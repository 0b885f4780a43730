// Names and versions of any text that a path can hold: what is registered is found by path, on the embedded Flyte Admin or a real one.
import { nodeHttpTransport } from '@flyte-js/core/node'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type AdminClient, createAdminClient } from '../../src/create-admin-client.js'
import { startTarget, type Target } from '../target.js'
import { taskSpec, uniqueName } from './world.js'

const transport = nodeHttpTransport()
let target: Target
let client: AdminClient
beforeAll(async () => {
  target = await startTarget()
  const { accessToken } = await target.tokenSource.getToken()
  const tokenSource = { getToken: async () => ({ accessToken, tokenType: 'bearer' }) }
  client = createAdminClient({ endpoint: target.url, tokenSource, transport })
})
afterAll(async () => {
  transport.close?.()
  await target[Symbol.asyncDispose]()
})

const hard = [
  ' ',
  '+',
  '%',
  '%2F',
  '%252e',
  '..',
  '...',
  ';',
  '&=?#',
  '\\',
  ':',
  "'()*!~",
  '"',
  'é',
  'e\u0301',
  '\u{1f40d}',
]

/** No slash, which no path can hold, and no NUL, which no database can. */
const anyText = fc
  .oneof(fc.constantFrom(...hard), fc.string({ minLength: 1, maxLength: 20, unit: 'binary' }))
  .filter((text) => !/[/\0]/.test(text))

it('are read back as they were written', async () => {
  const property = fc.asyncProperty(anyText, anyText, async (name, version) => {
    const id = {
      resource_type: 'TASK' as const,
      project: 'flytesnacks',
      domain: 'development',
      name: `${uniqueName()} ${name}`,
      version: `v${version}`,
    }
    await client.admin.createTask({ id, spec: taskSpec })
    expect((await client.admin.getTask({ id })).id).toEqual({ ...id, org: '' })
    const { tasks } = await client.admin.listTasks({ id, limit: 2 })
    expect(tasks.map((task) => task.id)).toEqual([{ ...id, org: '' }])
  })
  await fc.assert(property, { numRuns: 30, examples: hard.map((text) => [text, text]) })
})

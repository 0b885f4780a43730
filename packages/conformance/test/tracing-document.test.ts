import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createAdminClient } from '@flyte-js/admin'
import type { EventListener } from '@flyte-js/core'
import { startFlyteAdmin } from '@flyte-js/testing'
import { SpanStatusCode, type Tracer } from '@opentelemetry/api'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterAll, expect, test } from 'vitest'
import { snippetsOf } from './documents.js'
import { root } from './run.js'

const folder = join(root, 'packages/conformance/.generated/tracing')
afterAll(() => rm(folder, { recursive: true, force: true }))

/** The listener that the guide shows. */
async function traceCalls(tracer: Tracer): Promise<EventListener> {
  const snippet = snippetsOf(join(root, 'docs/admin-client.md')).find(({ code }) => code.includes('traceCalls'))
  await mkdir(folder, { recursive: true })
  const file = join(folder, 'trace-calls.ts')
  await writeFile(file, snippet?.code ?? '')
  const shown: { traceCalls(tracer: Tracer): EventListener } = await import(file)
  return shown.traceCalls(tracer)
}

test('the guide makes OpenTelemetry spans of calls: one a call, its tries and waits as events', async () => {
  await using server = await startFlyteAdmin({ auth: 'none' })
  server.answer('/api/v1/version', { status: 503, headers: { 'retry-after': '0' } }, 1)
  const exporter = new InMemorySpanExporter()
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
  const onEvent = await traceCalls(provider.getTracer('flyte-js'))
  const { admin } = createAdminClient({ endpoint: server.url, onEvent, random: () => 0 })

  await admin.getVersion()
  await admin.getProject({ id: 'nobody' }).catch(() => {})
  const controller = new AbortController()
  const left = admin.getDomains({}, { signal: controller.signal })
  controller.abort()
  await left.catch(() => {})

  const [version, project, domains] = exporter.getFinishedSpans()
  expect(version?.name).toBe('flyte getVersion')
  expect(version?.events.map(({ name }) => name)).toEqual(['admin.try', 'admin.retry', 'admin.try'])
  expect(version?.attributes).toEqual({
    'flyte.request_id': server.requests[0]?.headers['x-request-id'],
    'flyte.tries': 2,
  })
  expect(project?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'FLYTE_ADMIN_RPC_FAILED' })
  // Who leaves has not failed.
  expect([domains?.name, domains?.status]).toEqual(['flyte getDomains', { code: SpanStatusCode.UNSET }])
})

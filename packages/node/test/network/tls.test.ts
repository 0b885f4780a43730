// Each connection of a client has its trust, and no other client's.
import type { FlyteEvent } from '@flyte-js/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createCertificate } from '../../../admin/test/faults/certificate.js'
import { connections, good, type NetworkStage, startNetworkStage } from './network-stage.js'

let stage: NetworkStage
beforeEach(async () => {
  stage = await startNetworkStage()
})
afterEach(() => stage[Symbol.asyncDispose]())

const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => expect.unreachable(),
    (error: unknown) => error as Error & { code: string },
  )

const faults = {
  'an authority that nobody trusts': [createCertificate('localhost'), [], /self.signed/i],
  'a certificate that has ended': [createCertificate('localhost', -1), ['its own'], /expired/i],
  'a certificate of another host': [createCertificate('flyte.example'), ['its own'], /altnames/i],
} as const

describe.each(Object.entries(connections))('%s', (_, { front, before, go }) => {
  it('trusts the authority of platform.ca_cert_file_path', async () => {
    const flyte = await stage.connect()
    await before(flyte, stage)
    await go(flyte, stage)
    expect(stage[front].visitors.length).toBeGreaterThan(0)
  })

  it.each(Object.entries(faults))('refuses %s, and says so', async (_, [certificate, trusted, words]) => {
    if (trusted.length > 0) stage.trust(good, certificate)
    const flyte = await stage.connect()
    await before(flyte, stage)
    await stage[front].change(certificate)
    stage.admin.clearRequests()
    const error = await failureOf(go(flyte, stage))
    expect(error.message).toMatch(words)
    expect(stage.admin.requests.filter(({ path }) => !path.includes('artifact_urn'))).toEqual([])
  })

  it('shows a client certificate', async () => {
    const ci = createCertificate('ci')
    const flyte = await stage.connect({}, { tls: { cert: ci.cert, key: ci.key } })
    await before(flyte, stage)
    await stage[front].change({ ...good, ca: ci.cert })
    stage[front].visitors.length = 0
    await go(flyte, stage)
    expect(stage[front].visitors).toContain('ci')
  })
})

it('a client certificate that the server wants is missed', async () => {
  await using strict = await startNetworkStage({ ca: createCertificate('ci').cert, rejectUnauthorized: true })
  const error = await failureOf((await strict.connect()).auth.login())
  expect(error.message).toMatch(/ECONNRESET|certificate|alert|socket hang up/i)
}, 10_000)

it('insecure_skip_verify is for one client alone, and is told once', async () => {
  const events: FlyteEvent[] = []
  await stage.front.change(createCertificate('elsewhere', -1))
  const onEvent = (event: FlyteEvent) => events.push(event)
  const careless = await stage.connect({ FLYTE_PLATFORM_INSECURE_SKIP_VERIFY: 'true' }, { onEvent })
  const careful = await stage.connect()
  await careless.admin.getVersion()
  await careless.admin.getVersion()
  expect((await failureOf(careful.admin.getVersion())).message).toMatch(/expired|self.signed/i)
  expect(events.filter(({ type }) => type === 'tls.unverified')).toEqual([
    { type: 'tls.unverified', endpoint: stage.front.url },
  ])
  expect(process.env.NODE_TLS_REJECT_UNAUTHORIZED).toBeUndefined()
})

it('the file of authorities is read again when it has changed, and its last good state is kept', async () => {
  const flyte = await stage.connect()
  await flyte.admin.getVersion()
  const next = createCertificate('localhost')
  await stage.front.change(next)
  await failureOf(flyte.admin.getVersion())
  stage.trust(next)
  await flyte.admin.getVersion()
  stage.trust({ cert: 'half a file' })
  await stage.front.change(next)
  await flyte.admin.getVersion()
})

it.each([
  ['is missing', '/nowhere/ca.pem', /cannot be read \(ENOENT\)/],
  ['holds no certificate', import.meta.filename, /no certificate in PEM/],
])('a file of authorities that %s is an error at once', async (_, path, words) => {
  const error = await failureOf(stage.connect({ FLYTE_PLATFORM_CA_CERT_FILE_PATH: path }))
  expect(error).toMatchObject({ code: 'FLYTE_CONFIG_INVALID', setting: 'platform.ca_cert_file_path' })
  expect(error.message).toMatch(words)
})

it('so is a client certificate that cannot be used', async () => {
  const options = { tls: { cert: good.cert, key: createCertificate('x').key } }
  await expect(stage.connect({}, options)).rejects.toMatchObject({ code: 'FLYTE_CONFIG_INVALID' })
})

import { type FlyteAdmin, startFlyteAdmin } from '@flyte-js/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fetchPublicClientConfig } from './public-client-config.js'

const path = '/config/v1/flyte_client'

let admin: FlyteAdmin
beforeAll(async () => {
  admin = await startFlyteAdmin({ basePath: '/flyte' })
})
afterAll(() => admin.close())

describe("the public client's configuration", () => {
  it('is asked for with exactly Accept: application/json, below the path of the endpoint', async () => {
    const config = await fetchPublicClientConfig({ endpoint: admin.url })
    expect(config).toEqual({
      clientId: 'flytectl',
      redirectUri: 'http://localhost:53593/callback',
      scopes: ['all', 'offline'],
      authorizationMetadataKey: 'flyte-authorization',
    })
    expect(admin.requests.map(({ url, headers }) => [url, headers.accept])).toEqual([
      [`/flyte${path}`, 'application/json'],
    ])
  })

  it('reads camelCase, and writes the name of the header in lower case', async () => {
    const undo = admin.answer(path, {
      body: { clientId: 'c', redirectUri: 'r', scopes: ['s', 7], authorizationMetadataKey: 'X-Auth', audience: 'a' },
    })
    expect(await fetchPublicClientConfig({ endpoint: admin.url })).toEqual({
      clientId: 'c',
      redirectUri: 'r',
      scopes: ['s'],
      authorizationMetadataKey: 'x-auth',
      audience: 'a',
    })
    undo()
  })

  it('has no scopes where none are told, and leaves out what is ""', async () => {
    const undo = admin.answer(path, { body: { client_id: '', audience: '', scopes: null } })
    expect(await fetchPublicClientConfig({ endpoint: admin.url })).toEqual({ scopes: [] })
    undo()
  })

  it('is not asked for in plain text unless that is meant', async () => {
    await expect(fetchPublicClientConfig({ endpoint: 'http://flyte.example.com' })).rejects.toMatchObject({
      code: 'FLYTE_AUTH_INSECURE_ENDPOINT',
    })
  })

  it('is an error where Flyte Admin has no authentication', async () => {
    await using open = await startFlyteAdmin({ auth: 'none' })
    await expect(fetchPublicClientConfig({ endpoint: open.url })).rejects.toMatchObject({
      code: 'FLYTE_AUTH_DISCOVERY_FAILED',
      message: expect.stringContaining('with authentication on'),
    })
  })
})

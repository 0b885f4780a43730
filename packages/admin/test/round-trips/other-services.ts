import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import { flyteUrl } from './node-executions.js'
import { inputs, outputs, type RoundTrips } from './world.js'

const upload = {
  filename: 'a b.txt',
  content_md5: createHash('md5').update('hello').digest('base64'),
  expires_in: '60s',
}

/** The version, and every service but AdminService. */
export const otherServices: RoundTrips<
  | 'admin.getVersion'
  | `signal.${'listSignals' | 'setSignal'}`
  | `dataProxy.${'createUploadLocation' | 'createDownloadLocation' | 'createDownloadLink' | 'getData'}`
  | 'identity.userInfo'
  | `authMetadata.${'getOAuth2Metadata' | 'getPublicClientConfig'}`
> = {
  'admin.getVersion': async ({ admin }) => {
    expect((await admin.getVersion()).control_plane_version).toMatchObject({ Version: expect.any(String) })
  },

  'signal.listSignals': async ({ signal, execution }) => {
    const page = await signal.listSignals({ workflow_execution_id: execution, limit: 5 })
    expect(page).toEqual({ signals: [], token: '' })
  },

  'signal.setSignal': async ({ signal, execution }) => {
    // A signal comes into being over gRPC only, so that none can be set here.
    const id = { signal_id: 'approve', execution_id: execution }
    const answer = signal.setSignal({ id, value: { scalar: { primitive: { boolean: true } } } })
    await expect(answer).rejects.toMatchObject({ grpcStatus: 'INVALID_ARGUMENT' })
  },

  'dataProxy.createUploadLocation': async ({ dataProxy, parent }) => {
    const { signed_url, native_url, expires_at } = await dataProxy.createUploadLocation({ ...parent, ...upload })
    expect(signed_url).toMatch(/^https?:\/\//)
    expect(native_url).toContain(parent.project)
    expect(Date.parse(expires_at ?? '')).toBeGreaterThan(Date.now())
  },

  'dataProxy.createDownloadLocation': async ({ dataProxy, parent }) => {
    const { native_url } = await dataProxy.createUploadLocation({ ...parent, ...upload })
    const { signed_url } = await dataProxy.createDownloadLocation({ native_url, expires_in: '60s' })
    expect(signed_url).toMatch(/^https?:\/\//)
  },

  'dataProxy.createDownloadLink': async ({ dataProxy, node }) => {
    // The node has no deck.
    const request = { artifact_type: 'ARTIFACT_TYPE_DECK', node_execution_id: node, expires_in: '60s' } as const
    await expect(dataProxy.createDownloadLink(request)).rejects.toMatchObject({ grpcStatus: 'NOT_FOUND' })
  },

  'dataProxy.getData': async ({ dataProxy, node }) => {
    const literals = async (flyte_url: string) => (await dataProxy.getData({ flyte_url })).literal_map
    expect(await literals(`${flyteUrl(node)}/i`)).toMatchObject(inputs)
    expect(await literals(`${flyteUrl(node)}/o`)).toMatchObject(outputs)
    expect(await literals(`${flyteUrl(node)}/0/o`)).toMatchObject(outputs)
    const unknown = dataProxy.getData({ flyte_url: `${flyteUrl({ ...node, node_id: 'n9' })}/i` })
    await expect(unknown).rejects.toMatchObject({ grpcStatus: 'NOT_FOUND' })
  },

  'identity.userInfo': async ({ identity }) => {
    const { subject, additional_claims } = await identity.userInfo()
    expect([subject, additional_claims?.scp]).toEqual(['', ['all']])
  },

  'authMetadata.getOAuth2Metadata': async ({ authMetadata }) => {
    const { issuer, ...metadata } = await authMetadata.getOAuth2Metadata()
    expect(metadata).toMatchObject({
      authorization_endpoint: `${issuer}/oauth2/authorize`,
      token_endpoint: `${issuer}/oauth2/token`,
      scopes_supported: ['all'],
      code_challenge_methods_supported: ['S256'],
      device_authorization_endpoint: '',
    })
  },

  'authMetadata.getPublicClientConfig': async ({ authMetadata }) => {
    expect(await authMetadata.getPublicClientConfig()).toMatchObject({
      client_id: 'flytectl',
      scopes: ['all', 'offline'],
      authorization_metadata_key: 'flyte-authorization',
    })
  },
}

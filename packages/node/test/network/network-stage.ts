// A Flyte Admin behind TLS, and clients of it by their environment.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TlsOptions } from 'node:tls'
import { type FlyteAdmin, startFlyteAdmin } from '@flyte-js/testing'
import { createCertificate } from '../../../admin/test/faults/certificate.js'
import { createFlyteClient, type FlyteClient, type FlyteClientOptions } from '../../src/create-flyte-client.js'
import { startTlsFront, type TlsFront } from './tls-front.js'

export const good = createCertificate('localhost')

/** It, running. */
export interface NetworkStage extends AsyncDisposable {
  readonly admin: FlyteAdmin
  /** Before Flyte Admin. */
  readonly front: TlsFront
  /** Before the store that takes uploads. */
  readonly store: TlsFront
  /** A file that holds the certificates that are trusted. */
  readonly caFile: string
  /** A file to upload. */
  readonly file: string
  trust(...certificates: { cert: string }[]): void
  connect(env?: Record<string, string>, options?: FlyteClientOptions): Promise<FlyteClient>
}

/** Starts it: both fronts show the good certificate, and the file of trust holds it. */
export async function startNetworkStage(options: TlsOptions = {}): Promise<NetworkStage> {
  const directory = mkdtempSync(join(tmpdir(), 'flyte-network-'))
  const caFile = join(directory, 'ca.pem')
  const file = join(directory, 'data.csv')
  writeFileSync(file, 'a,b\n1,2\n')
  const front = await startTlsFront({ ...good, ...options }, () => admin.port)
  const store = await startTlsFront({ ...good, ...options }, () => admin.port)
  const admin = await startFlyteAdmin({ authorizedUris: [front.url] })
  const location = { native_url: 's3://bucket/data.csv', expires_at: null, headers: {} }
  admin.answer('/api/v1/dataproxy/artifact_urn', { body: { ...location, signed_url: `${store.url}/put/data.csv` } })
  admin.answer('/put/data.csv', { status: 200 })
  const clients: FlyteClient[] = []
  const trust: NetworkStage['trust'] = (...certificates) =>
    writeFileSync(caFile, certificates.map(({ cert }) => cert).join(''))
  trust(good)
  return {
    admin,
    front,
    store,
    caFile,
    file,
    trust,
    async connect(env = {}, options = {}) {
      const client = await createFlyteClient({
        env: {
          FLYTE_PLATFORM_URL: front.url,
          FLYTE_PLATFORM_AUTH: 'true',
          FLYTE_PLATFORM_CA_CERT_FILE_PATH: caFile,
          FLYTE_CREDENTIALS_AUTH_MODE: 'basic',
          FLYTE_CREDENTIALS_CLIENT_ID: 'flytepropeller',
          FLYTE_CREDENTIALS_CLIENT_SECRET: 'short-secret',
          FLYTE_JS_TOKEN_STORE: 'memory',
          ...env,
        },
        ...options,
      })
      clients.push(client)
      return client
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.close()
      await Promise.all([front, store, admin].map((each) => each[Symbol.asyncDispose]()))
      rmSync(directory, { recursive: true })
    },
  }
}

/** What goes out on a connection of its own, and what must have happened before. */
export const connections: Record<
  string,
  {
    front: 'front' | 'store'
    before(flyte: FlyteClient, stage: NetworkStage): Promise<unknown>
    go(flyte: FlyteClient, stage: NetworkStage): Promise<unknown>
  }
> = {
  discovery: { front: 'front', before: async () => {}, go: (flyte) => flyte.auth.login() },
  'the token endpoint': {
    front: 'front',
    before: (flyte) => flyte.auth.login(),
    go: (flyte) => flyte.auth.login(),
  },
  'Flyte Admin': {
    front: 'front',
    before: (flyte) => flyte.admin.getVersion(),
    go: (flyte) => flyte.admin.getVersion(),
  },
  'an upload': {
    front: 'store',
    before: (flyte) => flyte.admin.getVersion(),
    go: (flyte, { file }) => flyte.uploadFile({ path: file, project: 'flytesnacks', domain: 'development' }),
  },
}

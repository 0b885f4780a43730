import { createTokenManager, discoverAuthorizationServer } from '@flyte-js/auth'
import { clientCredentials } from '@flyte-js/basic-auth'
import { startFlyteAdmin } from '@flyte-js/testing'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    endpoint: string
    accessToken: string
  }
}

/** An embedded Flyte Admin for the pages under test, with the CORS headers that Flyte Admin has by default. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const client = { id: 'page', secret: 'known to the server of the page only' }
  const admin = await startFlyteAdmin({ auth: 'self', clients: [client], cors: { allowedOrigins: ['*'] } })
  const authorizationServer = await discoverAuthorizationServer({ endpoint: admin.url })
  const grant = clientCredentials({
    authorizationServer,
    clientId: client.id,
    clientSecret: client.secret,
    scopes: ['all'],
  })
  const { accessToken } = await createTokenManager({ grant }).getToken()
  project.provide('endpoint', admin.url)
  project.provide('accessToken', accessToken)
  return () => admin.close()
}

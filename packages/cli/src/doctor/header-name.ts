import { authorizationHeader } from '@flyte-js/core'
import { serverCheck } from './check.js'
import { ok, skipped, warning } from './finding.js'

const setting = 'credentials.authorization_metadata_key'
const variable = 'FLYTE_CREDENTIALS_AUTHORIZATION_METADATA_KEY'

/**
 * The header that carries the token. Flyte Admin advertises the name of gRPC; over HTTP it takes `authorization`, and the name that
 * its operator has set for HTTP, which may be another one.
 */
export const headerName = serverCheck({
  name: 'header-name',
  limit: 5_000,
  cure: `Unset ${setting} (${variable})`,
  async run(_target, { session, known }) {
    const { credentials } = (known.resolution ?? (await session.resolution())).config
    // Throws for what is no name of a header.
    const name = authorizationHeader(credentials.authorizationMetadataKey || undefined)
    if (known.isOpen) return skipped('Flyte Admin asks for no login')
    const advertised = known.documents?.client?.authorizationMetadataKey
    const forGrpc = advertised && advertised !== name ? `; Flyte Admin advertises ${advertised}, for gRPC` : ''
    if (name === 'authorization') return ok(`authorization, which Flyte Admin always takes over HTTP${forGrpc}`)
    if (advertised === name) return ok(`${name}, as Flyte Admin advertises; the call below shows whether HTTP takes it`)
    if (advertised === undefined) return ok(`${name}, as configured; Flyte Admin advertises none`)
    const cure = `Unset ${setting} (${variable}), or set it to auth.httpAuthorizationHeader of Flyte Admin`
    return warning(`${setting} is ${name}, and Flyte Admin advertises ${advertised}`, cure)
  },
})

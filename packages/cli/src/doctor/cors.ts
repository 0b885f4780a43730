import { authorizationHeader } from '@flyte-js/core'
import { type Check, serverCheck } from './check.js'
import { fault, ok, warning } from './finding.js'

const originCure = (origin: string) =>
  `Set server.security.allowCors of Flyte Admin to true, and put ${origin} into server.security.allowedOrigins. Or have a server of your own between (@flyte-js/code-auth), which needs no CORS`

/**
 * Whether the browser of a page would be let in: what it asks before a call with a token (Fetch standard, "CORS-preflight fetch").
 *
 * @param origin - the page's
 */
export function cors(origin: string): Check {
  return serverCheck({
    name: 'cors',
    limit: 12_000,
    cure: originCure(origin),
    async run({ endpoint, transport }, { session, known }, signal) {
      const { credentials } = (known.resolution ?? (await session.resolution())).config
      const { client } = known.documents ?? {}
      // A page takes the advertised name: the default CORS of Flyte Admin lets no `authorization` through.
      const name =
        client?.authorizationMetadataKey ?? authorizationHeader(credentials.authorizationMetadataKey || undefined)
      const asked = ['content-type', name].sort()
      const { status, header } = await transport.request({
        method: 'OPTIONS',
        url: `${endpoint}/api/v1/executions`,
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': asked.join(','),
        },
        signal,
        timeout: 10_000,
      })
      const list = (value = '') => value.toLowerCase().split(/\s*,\s*/)
      const allowedOrigin = header('access-control-allow-origin')
      const allowed = list(header('access-control-allow-headers'))
      const missing = asked.filter(
        (each) => !allowed.includes(each) && !(allowed.includes('*') && each !== 'authorization'),
      )
      // Flyte Admin says 403 to a header, and 200 without a word to an origin.
      if (status === 403 || (allowedOrigin !== undefined && missing.length > 0)) {
        const which = status === 403 ? `one of the headers ${asked.join(', ')}` : `the headers ${missing.join(', ')}`
        const cure = `Put ${asked.join(' and ')} into server.security.allowedHeaders of Flyte Admin`
        return fault(`pages of ${origin} may not send ${which}${status === 403 ? ' (HTTP 403)' : ''}`, cure)
      }
      if (allowedOrigin !== undefined && allowedOrigin !== '*' && allowedOrigin !== origin)
        return fault(`only pages of ${allowedOrigin} are let in, and not those of ${origin}`, originCure(origin))
      if (allowedOrigin === undefined || status < 200 || status > 299)
        return fault(
          `pages of ${origin} are not let in${status === 200 ? '' : ` (HTTP ${status})`}`,
          originCure(origin),
        )
      if (allowedOrigin !== '*') return ok(`pages of ${origin} are let in, with ${asked.join(', ')}`)
      return warning(
        'pages of every origin are let in (*), which browsers take for none where cookies are sent (the session of Flyte Admin)',
        `Put ${origin} into server.security.allowedOrigins of Flyte Admin, in the place of *`,
      )
    },
  })
}

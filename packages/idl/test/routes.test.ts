// The route table against the project's own list of what Flyte Admin serves, which nobody generates.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as idl from '../src/index'
import { rpcs } from '../src/messages'

const expected = readFileSync(new URL('expected-routes.tsv', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .slice(1)

const routesByService: Record<string, Readonly<Record<string, idl.Route>>> = {
  AdminService: idl.adminRoutes,
  SignalService: idl.signalRoutes,
  DataProxyService: idl.dataProxyRoutes,
  IdentityService: idl.identityRoutes,
  AuthMetadataService: idl.authMetadataRoutes,
}

const place = (index: number) => (index === 0 ? 'primary' : 'additional')

describe('the routes of a client', () => {
  it('are the ones expected, in their order', () => {
    const rows = Object.entries(routesByService).flatMap(([service, routes]) =>
      Object.entries(routes).flatMap(([method, [items, ...bindings]]) =>
        bindings.map((binding, index) => {
          const rpc = method.charAt(0).toUpperCase() + method.slice(1)
          const [verb, path, body = ''] = binding.split(' ')
          return [service, rpc, verb, path, body, items, place(index)].join('\t')
        }),
      ),
    )
    expect(rows).toEqual(expected)
  })

  it('are 69, of 65 RPCs', () => {
    const routes = Object.values(routesByService).flatMap((each) => Object.values(each))
    expect(routes).toHaveLength(65)
    expect(routes.flatMap(([, ...bindings]) => bindings)).toHaveLength(69)
  })

  it('leave out the RPC that has no HTTP route', () => {
    expect(idl.signalRoutes).not.toHaveProperty('getOrCreateSignal')
  })

  it('are all that the main entry holds at run time', () => {
    expect(Object.keys(idl).sort()).toEqual([
      'adminRoutes',
      'authMetadataRoutes',
      'dataProxyRoutes',
      'identityRoutes',
      'signalRoutes',
    ])
  })
})

describe('the RPCs of a server', () => {
  it('have the routes expected', () => {
    const rows = rpcs.flatMap(({ service, rpc, items, bindings }) =>
      bindings.map(({ method, path, body }, index) =>
        [service, rpc, method, path, body, items, place(index)].join('\t'),
      ),
    )
    expect(rows).toEqual(expected)
  })

  it('are called as in a client', () => {
    const methods = Object.values(routesByService).flatMap((routes) => Object.keys(routes))
    expect(rpcs.map(({ method }) => method)).toEqual(methods)
  })

  it('name their messages in full', () => {
    expect(rpcs.find(({ rpc }) => rpc === 'GetOAuth2Metadata')).toMatchObject({
      method: 'getOAuth2Metadata',
      request: 'flyteidl.service.OAuth2MetadataRequest',
      response: 'flyteidl.service.OAuth2MetadataResponse',
    })
  })
})

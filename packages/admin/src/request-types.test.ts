// Checked by tsc (tsconfig.test.json), and run for nothing but its names.
import type {
  AdminService,
  AuthMetadataService,
  DataProxyService,
  IdentityService,
  SignalService,
  Task,
} from '@flyte-js/idl'
import { describe, expectTypeOf, it } from 'vitest'
import type { AdminClient } from './create-admin-client.js'
import type { ServiceMethods } from './request-types.js'

/** The methods of a service that can be called with nothing. */
type CallableWithNothing<Service> = {
  [Method in keyof ServiceMethods<Service>]: ServiceMethods<Service>[Method] extends (
    ...args: infer Parameters
  ) => unknown
    ? [] extends Parameters
      ? Method
      : never
    : never
}[keyof Service]

/** The methods of a service whose RPC has a field in the path. */
type WithPath<Service> = {
  [Method in keyof Service]: Service[Method] extends { path: infer Path }
    ? [Path] extends [never]
      ? never
      : Method
    : never
}[keyof Service]

declare const client: AdminClient

describe('the fields of a path', () => {
  it('are required by the types, for every RPC that has any, and nothing else is', () => {
    expectTypeOf<CallableWithNothing<AdminService>>().toEqualTypeOf<
      Exclude<keyof AdminService, WithPath<AdminService>>
    >()
    expectTypeOf<CallableWithNothing<SignalService>>().toEqualTypeOf<'setSignal'>()
    expectTypeOf<CallableWithNothing<DataProxyService>>().toEqualTypeOf<keyof DataProxyService>()
    expectTypeOf<CallableWithNothing<IdentityService>>().toEqualTypeOf<'userInfo'>()
    expectTypeOf<CallableWithNothing<AuthMetadataService>>().toEqualTypeOf<
      'getOAuth2Metadata' | 'getPublicClientConfig'
    >()
  })

  it('are required one by one', () => {
    const unused = () => {
      client.admin.getTask({ id: { project: 'p', domain: 'd', name: 'n', version: 'v' } })
      // @ts-expect-error the version is missing
      client.admin.getTask({ id: { project: 'p', domain: 'd', name: 'n' } })
      // @ts-expect-error the name may not be null
      client.admin.getTask({ id: { project: 'p', domain: 'd', name: null, version: 'v' } })
      // @ts-expect-error the id may not be null
      client.admin.getTask({ id: null })
      // @ts-expect-error the id is missing
      client.admin.getTask({})
      // @ts-expect-error a field that the proto does not have
      client.admin.getTask({ id: { project: 'p', domain: 'd', name: 'n', version: 'v' }, nonsense: 1 })
      // @ts-expect-error a number where a text belongs
      client.admin.getProject({ id: 1 })
    }
    expectTypeOf(unused).toBeFunction()
  })

  it('are those of every route: a name may be left out where an additional route has none', () => {
    const unused = () => {
      client.admin.listTasks({ id: { project: 'p', domain: 'd' } })
      client.admin.listTasks({ id: { project: 'p', domain: 'd', name: 'n' }, limit: 1, sort_by: { key: 'created_at' } })
      client.admin.listDescriptionEntities({ resource_type: 'TASK', id: { project: 'p', domain: 'd' } })
      // @ts-expect-error the domain is in both
      client.admin.listTasks({ id: { project: 'p' } })
      // @ts-expect-error the resource type is in both, by its name
      client.admin.listDescriptionEntities({ resource_type: 'task', id: { project: 'p', domain: 'd' } })
    }
    expectTypeOf(unused).toBeFunction()
  })

  it('are required at any depth, numbers too', () => {
    const execution_id = { project: 'p', domain: 'd', name: 'n' }
    const task_id = { project: 'p', domain: 'd', name: 'n', version: 'v' }
    const node_execution_id = { execution_id, node_id: 'n0' }
    const unused = () => {
      client.admin.getTaskExecution({ id: { node_execution_id, task_id, retry_attempt: 0 } })
      // @ts-expect-error the retry attempt is missing, though it may be 0
      client.admin.getTaskExecution({ id: { node_execution_id, task_id } })
      // @ts-expect-error the node is missing
      client.admin.getTaskExecution({ id: { node_execution_id: { execution_id }, task_id, retry_attempt: 0 } })
    }
    expectTypeOf(unused).toBeFunction()
  })

  it('are required by the iterators as well', () => {
    const unused = () => {
      // @ts-expect-error the project is missing
      client.admin.listTasks.paginate({ id: { domain: 'd' } })
      // @ts-expect-error the project is missing
      client.admin.listTasks.pages({ id: { domain: 'd' } })
    }
    expectTypeOf(unused).toBeFunction()
  })
})

describe('everything else', () => {
  it('may be left out at any depth, or be null', () => {
    const unused = () => {
      client.admin.createTask()
      client.admin.createTask({ spec: { template: { metadata: null, container: { args: ['a'] } } } })
      // @ts-expect-error a text where a list belongs
      client.admin.createTask({ spec: { template: { container: { args: 'a' } } } })
    }
    expectTypeOf(unused).toBeFunction()
  })
})

describe('an answer', () => {
  it('has every field, messages or null', () => {
    expectTypeOf<AdminClient['admin']['getTask']>().returns.resolves.toEqualTypeOf<Task>()
    expectTypeOf<Task['id']>().extract<null>().toEqualTypeOf<null>()
  })

  it('in pages has an iterator over its items, and another over the pages', () => {
    expectTypeOf<AdminClient['admin']['listTasks']['paginate']>().returns.toEqualTypeOf<
      AsyncGenerator<Task, void, undefined>
    >()
    expectTypeOf<AdminClient['admin']['getTask']>().not.toHaveProperty('paginate')
  })
})

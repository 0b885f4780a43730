// What the types of the five services say, all of their RPCs at once. Vitest strips types: compile.test.ts has them checked.
import type {
  AdminService,
  AuthMetadataService,
  DataProxyService,
  Execution,
  IdentityService,
  LaunchPlan,
  NamedEntity,
  NamedEntityIdentifier,
  NodeExecution,
  Project,
  Signal,
  SignalService,
  Task,
  TaskExecution,
  TaskList,
  UserInfoResponse,
  Workflow,
} from '@flyte-js/idl'
import { describe, expectTypeOf, it } from 'vitest'
import type { AdminClient } from '../../src/create-admin-client.js'
import type { CallOptions, ServiceMethods } from '../../src/request-types.js'

type Admin = AdminClient['admin']

/** The methods that may be called with nothing. */
type CallableWithNothing<Methods> = {
  [Rpc in keyof Methods]: Methods[Rpc] extends (...given: infer Given) => unknown
    ? [] extends Given
      ? Rpc
      : never
    : never
}[keyof Methods]

/** The methods with iterators. */
type Paginated<Methods> = {
  [Rpc in keyof Methods]: Methods[Rpc] extends { paginate: unknown; pages: unknown } ? Rpc : never
}[keyof Methods]

/** The methods that answer with anything else than their RPC does. */
type Misanswering<Service> = {
  [Rpc in keyof Service]: Service[Rpc] extends { response: infer Response }
    ? ServiceMethods<Service>[Rpc] extends (...given: never[]) => Promise<infer Answer>
      ? [Answer, Response] extends [Response, Answer]
        ? never
        : Rpc
      : Rpc
    : Rpc
}[keyof Service]

describe('a client', () => {
  it('has five services', () => {
    expectTypeOf<Exclude<keyof AdminClient, 'forget'>>().toEqualTypeOf<
      'admin' | 'signal' | 'dataProxy' | 'identity' | 'authMetadata'
    >()
  })

  it('has a method for each RPC, and no other', () => {
    expectTypeOf<keyof Admin>().toEqualTypeOf<keyof AdminService>()
    expectTypeOf<keyof AdminClient['signal']>().toEqualTypeOf<'listSignals' | 'setSignal'>()
    expectTypeOf<keyof AdminClient['dataProxy']>().toEqualTypeOf<
      'createUploadLocation' | 'createDownloadLocation' | 'createDownloadLink' | 'getData'
    >()
    expectTypeOf<keyof AdminClient['identity']>().toEqualTypeOf<'userInfo'>()
    expectTypeOf<keyof AdminClient['authMetadata']>().toEqualTypeOf<'getOAuth2Metadata' | 'getPublicClientConfig'>()
  })

  it('answers with what each RPC answers', () => {
    expectTypeOf<Misanswering<AdminService>>().toEqualTypeOf<never>()
    expectTypeOf<Misanswering<SignalService>>().toEqualTypeOf<never>()
    expectTypeOf<Misanswering<DataProxyService>>().toEqualTypeOf<never>()
    expectTypeOf<Misanswering<IdentityService>>().toEqualTypeOf<never>()
    expectTypeOf<Misanswering<AuthMetadataService>>().toEqualTypeOf<never>()
    expectTypeOf<Admin['getTask']>().returns.resolves.toEqualTypeOf<Task>()
    expectTypeOf<AdminClient['identity']['userInfo']>().returns.resolves.toEqualTypeOf<UserInfoResponse>()
  })
})

describe('a request', () => {
  it('may be left out where nothing of it is in a path, and nowhere else', () => {
    expectTypeOf<CallableWithNothing<Admin>>().toEqualTypeOf<
      | 'createTask'
      | 'createWorkflow'
      | 'createLaunchPlan'
      | 'createExecution'
      | 'relaunchExecution'
      | 'recoverExecution'
      | 'createWorkflowEvent'
      | 'createNodeEvent'
      | 'createTaskEvent'
      | 'registerProject'
      | 'listProjects'
      | 'getDomains'
      | 'listMatchableAttributes'
      | 'getVersion'
    >()
    expectTypeOf<CallableWithNothing<AdminClient['signal']>>().toEqualTypeOf<'setSignal'>()
    expectTypeOf<CallableWithNothing<AdminClient['dataProxy']>>().toEqualTypeOf<keyof DataProxyService>()
    expectTypeOf<CallableWithNothing<AdminClient['identity']>>().toEqualTypeOf<'userInfo'>()
    expectTypeOf<CallableWithNothing<AdminClient['authMetadata']>>().toEqualTypeOf<keyof AuthMetadataService>()
  })
})

describe('the iterators', () => {
  it('are there where an answer comes in pages, and nowhere else', () => {
    expectTypeOf<Paginated<Admin>>().toEqualTypeOf<
      | 'listTaskIds'
      | 'listTasks'
      | 'listWorkflowIds'
      | 'listWorkflows'
      | 'listActiveLaunchPlans'
      | 'listLaunchPlanIds'
      | 'listLaunchPlans'
      | 'listExecutions'
      | 'listNodeExecutions'
      | 'listNodeExecutionsForTask'
      | 'listProjects'
      | 'listTaskExecutions'
      | 'listNamedEntities'
      | 'listDescriptionEntities'
    >()
    expectTypeOf<Paginated<AdminClient['signal']>>().toEqualTypeOf<'listSignals'>()
    expectTypeOf<Paginated<AdminClient['dataProxy']>>().toEqualTypeOf<never>()
    expectTypeOf<Paginated<AdminClient['identity']>>().toEqualTypeOf<never>()
    expectTypeOf<Paginated<AdminClient['authMetadata']>>().toEqualTypeOf<never>()
  })

  it('yield what the answer has in its list', () => {
    type ItemsOf<Method extends { paginate: (...given: never[]) => unknown }> = ReturnType<Method['paginate']>
    type Items<Item> = AsyncGenerator<Item, void, undefined>
    expectTypeOf<ItemsOf<Admin['listTaskIds']>>().toEqualTypeOf<Items<NamedEntityIdentifier>>()
    expectTypeOf<ItemsOf<Admin['listTasks']>>().toEqualTypeOf<Items<Task>>()
    expectTypeOf<ItemsOf<Admin['listWorkflows']>>().toEqualTypeOf<Items<Workflow>>()
    expectTypeOf<ItemsOf<Admin['listLaunchPlans']>>().toEqualTypeOf<Items<LaunchPlan>>()
    expectTypeOf<ItemsOf<Admin['listActiveLaunchPlans']>>().toEqualTypeOf<Items<LaunchPlan>>()
    expectTypeOf<ItemsOf<Admin['listExecutions']>>().toEqualTypeOf<Items<Execution>>()
    expectTypeOf<ItemsOf<Admin['listNodeExecutions']>>().toEqualTypeOf<Items<NodeExecution>>()
    expectTypeOf<ItemsOf<Admin['listNodeExecutionsForTask']>>().toEqualTypeOf<Items<NodeExecution>>()
    expectTypeOf<ItemsOf<Admin['listTaskExecutions']>>().toEqualTypeOf<Items<TaskExecution>>()
    expectTypeOf<ItemsOf<Admin['listProjects']>>().toEqualTypeOf<Items<Project>>()
    expectTypeOf<ItemsOf<Admin['listNamedEntities']>>().toEqualTypeOf<Items<NamedEntity>>()
    expectTypeOf<ItemsOf<AdminClient['signal']['listSignals']>>().toEqualTypeOf<Items<Signal>>()
  })

  it('over pages yield whole answers', () => {
    expectTypeOf<Admin['listTasks']['pages']>().returns.toEqualTypeOf<AsyncGenerator<TaskList, void, undefined>>()
  })

  it('take what the method takes', () => {
    expectTypeOf<Admin['listTasks']['paginate']>().parameters.toEqualTypeOf<Parameters<Admin['listTasks']>>()
    expectTypeOf<Admin['listTasks']['pages']>().parameters.toEqualTypeOf<Parameters<Admin['listTasks']>>()
  })
})

describe('the options of a call', () => {
  it('are the same for every RPC', () => {
    expectTypeOf<Admin['getTask']>().parameter(1).toEqualTypeOf<CallOptions | undefined>()
    expectTypeOf<AdminClient['identity']['userInfo']>().parameter(1).toEqualTypeOf<CallOptions | undefined>()
    expectTypeOf<CallOptions>().toHaveProperty('signal').toEqualTypeOf<AbortSignal | undefined>()
    expectTypeOf<CallOptions>().toHaveProperty('timeout').toEqualTypeOf<number | undefined>()
  })
})

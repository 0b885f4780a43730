// What the types say. Vitest strips types, so the last test hands this very file to the compiler.
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, expectTypeOf, it } from 'vitest'
import type * as idl from '../src/index'
import { adminRoutes, identityRoutes } from '../src/index'

type Admin = idl.AdminService

describe('a service', () => {
  it('says which path parameters every route has', () => {
    expectTypeOf<Admin['listTasks']['path']>().toEqualTypeOf<'id.project' | 'id.domain'>()
    expectTypeOf<Admin['getTask']['path']>().toEqualTypeOf<'id.project' | 'id.domain' | 'id.name' | 'id.version'>()
    expectTypeOf<Admin['getNamedEntity']['path']>().toEqualTypeOf<
      'resource_type' | 'id.project' | 'id.domain' | 'id.name'
    >()
    expectTypeOf<Admin['createTask']['path']>().toEqualTypeOf<never>()
  })

  it('says where the items of a page are', () => {
    expectTypeOf<Admin['listTasks']['items']>().toEqualTypeOf<'tasks'>()
    expectTypeOf<Admin['listDescriptionEntities']['items']>().toEqualTypeOf<'descriptionEntities'>()
    expectTypeOf<Admin['getTask']['items']>().toEqualTypeOf<never>()
    // A list, but not in pages.
    expectTypeOf<Admin['listMatchableAttributes']['items']>().toEqualTypeOf<never>()
  })

  it('says what is sent and answered', () => {
    expectTypeOf<Admin['listTasks']['request']>().toEqualTypeOf<idl.ResourceListRequest>()
    expectTypeOf<Admin['listTasks']['response']>().toEqualTypeOf<idl.TaskList>()
  })

  it('leaves out an RPC without a route', () => {
    expectTypeOf<keyof idl.SignalService>().toEqualTypeOf<'listSignals' | 'setSignal'>()
  })
})

describe('routes', () => {
  it('have the items field of their RPC', () => {
    expectTypeOf(adminRoutes.listTasks[0]).toEqualTypeOf<'tasks'>()
    expectTypeOf(adminRoutes.createTask[0]).toEqualTypeOf<''>()
    expectTypeOf(identityRoutes.userInfo[1]).toEqualTypeOf<idl.RouteBinding>()
  })
})

describe('a message', () => {
  it('may be null where it is a field', () => {
    expectTypeOf<idl.Task['id']>().toEqualTypeOf<idl.Identifier | null>()
    expectTypeOf<idl.TaskMetadata['generates_deck']>().toEqualTypeOf<boolean | null>()
    expectTypeOf<idl.TaskTemplate['custom']>().toEqualTypeOf<idl.JsonObject | null>()
    expectTypeOf<idl.TaskClosure['created_at']>().toEqualTypeOf<idl.Timestamp | null>()
    expectTypeOf<idl.TaskMetadata['timeout']>().toEqualTypeOf<idl.Duration | null>()
  })

  it('is left out where it is an unset member of a oneof, and never null', () => {
    expectTypeOf<idl.TaskTemplate>().toHaveProperty('container').toEqualTypeOf<idl.Container | undefined>()
    expectTypeOf<Pick<idl.TaskTemplate, 'container'>>().toEqualTypeOf<{ container?: idl.Container }>()
    expectTypeOf<Pick<idl.Primitive, 'integer'>>().toEqualTypeOf<{ integer?: idl.Int64 }>()
  })

  it('has lists and maps always', () => {
    expectTypeOf<idl.TaskList['tasks']>().toEqualTypeOf<idl.Task[]>()
    expectTypeOf<idl.TaskTemplate['config']>().toEqualTypeOf<{ [key: string]: string }>()
    expectTypeOf<idl.LiteralMap['literals']>().toEqualTypeOf<{ [key: string]: idl.Literal }>()
  })

  it('has scalars as JSON writes them', () => {
    expectTypeOf<idl.FixedRate['value']>().toEqualTypeOf<number>()
    expectTypeOf<idl.CreateUploadLocationRequest['content_md5']>().toEqualTypeOf<idl.Bytes>()
    expectTypeOf<idl.Identifier['resource_type']>().toEqualTypeOf<idl.ResourceType>()
  })

  it('is called by its simple name, or with its package where two have the same', () => {
    expectTypeOf<idl.Project_ProjectState>().toEqualTypeOf<
      'ACTIVE' | 'ARCHIVED' | 'SYSTEM_GENERATED' | 'SYSTEM_ARCHIVED'
    >()
    expectTypeOf<idl.CoreError>().toHaveProperty('failed_node_id')
    expectTypeOf<idl.Binding>().toHaveProperty('var')
    expectTypeOf<idl.AdminTaskNodeMetadata>().toHaveProperty('cache_status')
    expectTypeOf<idl.EventTaskNodeMetadata>().toHaveProperty('cache_status')
  })

  it('fits what Flyte Admin answers', () => {
    const project: idl.Project = {
      id: 'flytesnacks',
      name: 'flytesnacks',
      domains: [{ id: 'development', name: 'development' }],
      description: '',
      labels: { values: { team: 'a' } },
      state: 'ACTIVE',
      org: '',
    }
    const literal: idl.Literal = {
      hash: '',
      metadata: {},
      scalar: { primitive: { integer: '9007199254740993' } },
    }
    expectTypeOf(project).toExtend<Admin['getProject']['response']>()
    expectTypeOf(literal).toExtend<idl.LiteralMap['literals'][string]>()
  })
})

it('all of this holds for the compiler', { timeout: 120_000 }, () => {
  const { config } = ts.readConfigFile(
    fileURLToPath(new URL('../tsconfig.test.json', import.meta.url)),
    ts.sys.readFile,
  )
  const directory = fileURLToPath(new URL('..', import.meta.url))
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, directory)
  const program = ts.createProgram([fileURLToPath(import.meta.url)], options)
  const messages = ts.getPreEmitDiagnostics(program).map(({ messageText, file, start = 0 }) => {
    const line = file === undefined ? '' : file.getLineAndCharacterOfPosition(start).line + 1
    return `${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
  })
  expect(messages).toEqual([])
})

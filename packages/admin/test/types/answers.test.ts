// What a reader can tell of an answer by its type. Vitest strips types: compile.test.ts has them checked.
import type {
  Execution,
  ExecutionClosure,
  Identifier,
  Literal,
  LiteralCollection,
  LiteralMap,
  LiteralOffloadedMetadata,
  Primitive,
  Project,
  Scalar,
  Task,
  TaskTemplate,
  WorkflowExecution_Phase,
} from '@flyte-js/idl'
import { describe, expectTypeOf, it } from 'vitest'

/** The fields that may be left out. */
type Optional<Message> = {
  [Field in keyof Message]-?: Record<never, never> extends Pick<Message, Field> ? Field : never
}[keyof Message]

describe('a field', () => {
  it('is null where it is a message that is absent', () => {
    expectTypeOf<Task['id']>().toEqualTypeOf<Identifier | null>()
    expectTypeOf<ExecutionClosure['started_at']>().toEqualTypeOf<string | null>()
    expectTypeOf<ExecutionClosure['duration']>().toEqualTypeOf<string | null>()
    expectTypeOf<Project['labels']>().toEqualTypeOf<{ values: { [key: string]: string } } | null>()
  })

  it('is there, where it is no member of a oneof', () => {
    expectTypeOf<Optional<Task>>().toEqualTypeOf<never>()
    expectTypeOf<Optional<Execution>>().toEqualTypeOf<never>()
    expectTypeOf<Optional<Project>>().toEqualTypeOf<never>()
  })

  it('is a text where it is a 64-bit integer', () => {
    expectTypeOf<Primitive['integer']>().toEqualTypeOf<string | undefined>()
    expectTypeOf<LiteralOffloadedMetadata['size_bytes']>().toEqualTypeOf<string>()
  })

  it('is one of the names where it is an enum', () => {
    expectTypeOf<ExecutionClosure['phase']>().toEqualTypeOf<WorkflowExecution_Phase>()
    expectTypeOf<'SUCCEEDED' | 'FAILED' | 'ABORTED' | 'TIMED_OUT'>().toExtend<WorkflowExecution_Phase>()
    expectTypeOf<'DONE'>().not.toExtend<WorkflowExecution_Phase>()
  })
})

describe('a oneof', () => {
  it('has its members as the only fields that may be left out, and they are never null', () => {
    expectTypeOf<Optional<Literal>>().toEqualTypeOf<'scalar' | 'collection' | 'map' | 'offloaded_metadata'>()
    expectTypeOf<Literal[Optional<Literal>]>().toEqualTypeOf<
      Scalar | LiteralCollection | LiteralMap | LiteralOffloadedMetadata | undefined
    >()
    expectTypeOf<Optional<Primitive>>().toEqualTypeOf<keyof Primitive>()
    expectTypeOf<Optional<TaskTemplate>>().toEqualTypeOf<'container' | 'k8s_pod' | 'sql'>()
    expectTypeOf<Optional<ExecutionClosure>>().toEqualTypeOf<
      'outputs' | 'error' | 'abort_cause' | 'abort_metadata' | 'output_data'
    >()
  })

  it('says by `!== undefined` which member is set, a falsy one too', () => {
    const read = ({ integer, boolean, string_value }: Primitive): string | boolean | undefined => {
      if (integer !== undefined) {
        expectTypeOf(integer).toEqualTypeOf<string>()
        return integer
      }
      return boolean !== undefined ? boolean : string_value
    }
    expectTypeOf(read).returns.toEqualTypeOf<string | boolean | undefined>()
  })
})

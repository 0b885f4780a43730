import { describe, expect, it } from 'vitest'
import { type EntityReference, resolveReference } from './entity-reference.js'
import { executionName } from './execution-name.js'
import { executionIdOf } from './execution-reference.js'

const refused = expect.objectContaining({ code: 'FLYTE_INVALID_ARGUMENT' })

describe('what is launched', () => {
  it.each<[EntityReference, object]>([
    ['train', { project: 'dp', domain: 'dd', name: 'train' }],
    ['a:b', { project: 'dp', domain: 'dd', name: 'a:b' }],
    ['lp', { project: 'dp', domain: 'dd', name: 'lp' }],
    ['lp:p:d:train', { project: 'p', domain: 'd', name: 'train' }],
    ['lp:p:d:a.b:v1', { project: 'p', domain: 'd', name: 'a.b', version: 'v1' }],
    ['lp:p:d:a:b:v1', { project: 'p', domain: 'd', name: 'a:b', version: 'v1' }],
    [
      { name: 'train', version: 'v1' },
      { project: 'dp', domain: 'dd', name: 'train', version: 'v1' },
    ],
    [
      { project: 'p', name: 'train' },
      { project: 'p', domain: 'dd', name: 'train' },
    ],
  ])('%j', (reference, expected) => {
    const resolved = resolveReference('LAUNCH_PLAN', reference, { project: 'dp', domain: 'dd' })
    expect(resolved).toEqual({ resource_type: 'LAUNCH_PLAN', ...expected })
  })

  it('is named in full', () => {
    expect(() => resolveReference('TASK', 'train', { project: 'p' })).toThrow(refused)
    expect(() => resolveReference('TASK', { name: '' }, { project: 'p', domain: 'd' })).toThrow(refused)
    expect(() => resolveReference('TASK', 'tsk:p:d:', {})).toThrow(refused)
    expect(() => resolveReference('TASK', 'tsk::d:a:v1', {})).toThrow(refused)
  })

  it('is what it is called', () => {
    expect(() => resolveReference('TASK', 'lp:p:d:train:v1', {})).toThrow(/lp:… is no TASK/)
  })
})

describe('the name of an execution', () => {
  it('is left to the client where none was asked for', () => {
    expect(executionName(undefined)).toEqual({})
  })

  it('is the one that was asked for, if it can be', () => {
    expect(executionName('a-1')).toEqual({ name: 'a-1' })
    expect(executionName('a'.repeat(63)).name).toHaveLength(63)
    for (const name of ['', '1a', 'A', 'a_b', 'a.b', 'a'.repeat(64), 'a\n']) {
      expect(() => executionName(name)).toThrow(refused)
    }
  })
})

it('an execution is an identifier or its text', () => {
  const id = { project: 'p', domain: 'd', name: 'f1' }
  expect(executionIdOf('ex:p:d:f1')).toEqual({ ...id, org: '' })
  expect(executionIdOf(id)).toEqual({ ...id, org: '' })
  expect(() => executionIdOf('lp:p:d:a:v1')).toThrow(refused)
})

import { describe, expect, it } from 'vitest'
import { violations } from './conformance.js'

const project = {
  id: 'p',
  name: 'p',
  domains: [{ id: 'd', name: 'd' }],
  description: '',
  labels: { values: { a: 'b' } },
  state: 'ACTIVE',
  org: '',
}
const inProject = (changes: object) => violations('flyteidl.admin.Project', { ...project, ...changes })
const inUrlBlob = (changes: object) => violations('flyteidl.admin.UrlBlob', { url: '', bytes: '0', ...changes })

describe('an answer', () => {
  it('that is what its type says has no violations', () => {
    expect(inProject({})).toEqual([])
    expect(inProject({ labels: null, domains: [] })).toEqual([])
    expect(inUrlBlob({ bytes: '-9007199254740993' })).toEqual([])
    expect(violations('flyteidl.core.Primitive', {})).toEqual([])
    expect(violations('flyteidl.core.Primitive', { datetime: '2026-01-31T09:30:00.5Z', duration: '1.500s' })).toEqual(
      [],
    )
  })

  it.each([
    [{ id: undefined }, '.id: missing'],
    [{ labels: undefined }, '.labels: missing'],
    [{ nonsense: 1 }, '.nonsense: not in flyteidl.admin.Project'],
    [{ id: null }, '.id: null is no string'],
    [{ state: 'active' }, '.state: "active" is no enum'],
    [{ state: 0 }, '.state: 0 is no enum'],
    [{ state: 'toString' }, '.state: "toString" is no enum'],
    [{ domains: null }, '.domains: no list'],
    [{ domains: [null] }, '.domains[0]: no message'],
    [{ domains: [{ id: 'd' }] }, '.domains[0].name: missing'],
    [{ labels: { values: { a: 1 } } }, '.labels.values[a]: 1 is no string'],
    [{ labels: { values: null } }, '.labels.values: no map'],
  ])('with %j has one', (changes, violation) => {
    expect(inProject(changes)).toEqual([violation])
  })

  it('has 64-bit integers, times and spans as texts', () => {
    expect(inUrlBlob({ bytes: 0 })).toEqual(['.bytes: 0 is no int64'])
    expect(inUrlBlob({ bytes: '1.5' })).toEqual(['.bytes: "1.5" is no int64'])
    expect(violations('flyteidl.core.Primitive', { integer: null })).toEqual(['.integer: null is no int64'])
    expect(violations('flyteidl.core.Primitive', { datetime: 1 })).toEqual(['.datetime: no google.protobuf.Timestamp'])
    expect(violations('flyteidl.core.Primitive', { duration: '1m' })).toEqual([
      '.duration: no google.protobuf.Duration',
    ])
  })
})

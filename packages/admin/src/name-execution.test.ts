import { describe, expect, it } from 'vitest'
import { nameExecution } from './name-execution.js'

const place = { project: 'p', domain: 'd', org: 'o' }
const requests: [string, object][] = [
  ['createExecution', { ...place, spec: { launch_plan: null } }],
  ['relaunchExecution', { id: { ...place, name: 'before' }, overwrite_cache: true }],
  ['recoverExecution', { id: { ...place, name: 'before' } }],
]

describe.each(requests)('%s', (rpc, request) => {
  it.each([{}, { name: '' }, { name: null }])('gets a name where it has none: %j', (name) => {
    const given = Object.freeze({ ...request, ...name })
    const named = nameExecution(rpc, given)
    const { name: made } = named.request as { name: string }
    expect(made).toMatch(/^a[a-z0-9]{19}$/)
    expect(named.request).toEqual({ ...request, name: made })
    expect(named.answer).toEqual({ id: { ...place, name: made } })
    expect(named.isNameOwn).toBe(true)
  })

  it('keeps the name it has', () => {
    const named = nameExecution(rpc, { ...request, name: 'mine' })
    expect(named).toEqual({
      request: { ...request, name: 'mine' },
      answer: { id: { ...place, name: 'mine' } },
      isNameOwn: false,
    })
  })
})

it('answers as Flyte Admin does where no organisation is told', () => {
  const { answer } = nameExecution('createExecution', { project: 'p', domain: 'd', name: 'n' })
  expect(answer).toEqual({ id: { project: 'p', domain: 'd', name: 'n', org: '' } })
})

it.each(['createTask', 'getExecution', 'terminateExecution', 'createLaunchPlan'])('leaves %s as it is', (rpc) => {
  const request = { id: { name: 'n' } }
  expect(nameExecution(rpc, request)).toEqual({ request, isNameOwn: false })
})

it.each(['relaunchExecution', 'recoverExecution'])('%s of nothing is left for Flyte Admin to refuse', (rpc) => {
  expect(nameExecution(rpc, {})).toEqual({ request: {}, isNameOwn: false })
})

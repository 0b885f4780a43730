import type { FlyteEvent } from '@flyte-js/core'
import { describe, expect, it } from 'vitest'
import { limitsIn } from './running-workflow.js'

describe('inside of a running workflow', () => {
  it.each(['ID', 'PROJECT', 'DOMAIN', 'WORKFLOW', 'LAUNCHPLAN'])(
    'by FLYTE_INTERNAL_EXECUTION_%s the limits drop, and one event says why',
    (name) => {
      const events: FlyteEvent[] = []
      const variable = `FLYTE_INTERNAL_EXECUTION_${name}`
      const limits = limitsIn({ [variable]: 'x' }, {}, (event) => events.push(event))
      expect(limits).toEqual({ concurrency: 2, requestsPerSecond: 5 })
      expect(events).toEqual([
        { type: 'admin.limited', ...limits, reason: `${variable} is set: this is a running workflow` },
      ])
    },
  )

  it('what was given stays', () => {
    const env = { FLYTE_INTERNAL_EXECUTION_ID: 'x' }
    expect(limitsIn(env, { concurrency: 7 }, undefined)).toEqual({ concurrency: 7, requestsPerSecond: 5 })
    expect(limitsIn(env, { requestsPerSecond: 50, burst: 9 }, undefined)).toEqual({
      concurrency: 2,
      requestsPerSecond: 50,
      burst: 9,
    })
  })
})

it.each([{}, { FLYTE_INTERNAL_EXECUTION_ID: '' }, { FLYTE_INTERNAL_IMAGE: 'i' }, { FLYTE_INTERNAL_TASK_NAME: 't' }])(
  'elsewhere nothing changes and nothing is said: %j',
  (env: Record<string, string>) => {
    const events: FlyteEvent[] = []
    expect(limitsIn(env, { burst: 3 }, (event) => events.push(event))).toEqual({ burst: 3 })
    expect(events).toEqual([])
  },
)

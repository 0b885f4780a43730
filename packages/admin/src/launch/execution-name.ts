import { FlyteError } from '@flyte-js/core'
import { randomName } from '../random-name.js'

/**
 * The name of an execution that is to be: the one that was asked for, or a new one of 20 characters.
 *
 * It is chosen before anything is sent, so that a request that is sent twice cannot launch twice.
 *
 * Source: flyteadmin/pkg/manager/impl/validation/execution_validator.go
 */
export function executionName(wanted?: string): string {
  if (wanted === undefined) return randomName()
  // Flyte Admin takes upper case, but Kubernetes, where it becomes the name of a resource, does not.
  if (/^[a-z][a-z0-9-]{0,62}$/.test(wanted)) return wanted
  throw new FlyteError(
    'FLYTE_INVALID_ARGUMENT',
    'name must begin with a letter and hold at most 63 lower-case letters, digits and hyphens; leave it out to have one made',
  )
}

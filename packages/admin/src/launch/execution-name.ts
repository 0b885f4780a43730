import { FlyteError } from '@flyte-js/core'

/**
 * Checks the name that an execution was asked to have. Where none was asked for the client gives it one, which it may send again.
 *
 * Source: flyteadmin/pkg/manager/impl/validation/execution_validator.go
 *
 * @returns the part of the request that says it
 */
export function executionName(wanted: string | undefined): { name?: string } {
  if (wanted === undefined) return {}
  // Flyte Admin takes upper case, but Kubernetes, where it becomes the name of a resource, does not.
  if (/^[a-z][a-z0-9-]{0,62}$/.test(wanted)) return { name: wanted }
  throw new FlyteError(
    'FLYTE_INVALID_ARGUMENT',
    'name must begin with a letter and hold at most 63 lower-case letters, digits and hyphens; leave it out to have one made',
  )
}

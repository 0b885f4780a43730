import { FlyteError } from '@flyte-js/core'

/**
 * Refuses what is no number, such as that of a variable which is not set: as a time it would be for ever, as a limit none.
 *
 * @throws FlyteError `FLYTE_INVALID_ARGUMENT`
 */
export function checkNumbers(numbers: object): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (value === undefined || value >= 0) continue
    throw new FlyteError('FLYTE_INVALID_ARGUMENT', `${name} must be a number, 0 or more`)
  }
}

/** As long as the names that Flyte Admin makes for executions. */
const length = 20
/** Without vowels and what looks alike, as Kubernetes makes its names: no words come of it by chance. */
const letters = 'bcdfghjklmnpqrstvwxz2456789'

/**
 * A name that nobody else has: 20 characters, the first of them `a`, as Flyte Admin names executions
 * (flyteadmin/pkg/common/executions.go).
 */
export function randomName(): string {
  const random = crypto.getRandomValues(new Uint32Array(length - 1))
  return `a${Array.from(random, (number) => letters[number % letters.length]).join('')}`
}

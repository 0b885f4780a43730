import type { ConfigFinding } from '../config-file.js'

/**
 * Adds the name that somebody may have meant to a sentence: the nearest of the known ones, when no more than a third of the
 * letters differ.
 */
export function nearest(
  sentence: string,
  name: string,
  known: Iterable<string>,
): Pick<ConfigFinding, 'message' | 'suggestion'> {
  let suggestion: string | undefined
  let least = Math.min(4, Math.floor(name.length / 3)) + 1
  for (const each of known) {
    if (Math.abs(each.length - name.length) >= least) continue
    const distance = editDistance(name.toLowerCase(), each.toLowerCase())
    if (distance < least) [suggestion, least] = [each, distance]
  }
  return suggestion === undefined
    ? { message: sentence }
    : { message: `${sentence}. Did you mean ${suggestion}?`, suggestion }
}

/**
 * The same for a key of a file that nobody reads. It is repeated only when it looks like a name: a line that is broken in the
 * wrong place makes a key of a secret.
 */
export function nearestKey(key: string, known: Iterable<string>): Pick<ConfigFinding, 'message' | 'suggestion'> {
  const finding = nearest(`nobody reads ${key}`, key, known)
  const isHarmless = finding.suggestion !== undefined || /^[a-z._-]{1,40}$/i.test(key)
  return isHarmless ? finding : { message: 'nobody reads this key' }
}

/** Letters to insert, delete, change or swap with their neighbour (optimal string alignment distance). */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const isSame = a[i - 1] === b[j - 1]
      let distance = Math.min(
        (last[j] as number) + 1,
        (row[j - 1] as number) + 1,
        (last[j - 1] as number) + (isSame ? 0 : 1),
      )
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (isSwap) distance = Math.min(distance, (beforeLast[j - 2] as number) + 1)
      row.push(distance)
    }
    beforeLast = last
    last = row
  }
  return last[b.length] as number
}

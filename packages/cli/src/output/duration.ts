const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const

/**
 * A length of time for people: its two largest units, as `1h 5m`, `42s`, `0s`.
 *
 * @param milliseconds - below a second it is `0s`
 */
export function duration(milliseconds: number): string {
  const first = units.findIndex(([, unit]) => milliseconds >= unit)
  if (first === -1) return '0s'
  let rest = Math.floor(milliseconds / 1000) * 1000
  return units
    .slice(first, first + 2)
    .flatMap(([letter, unit], index) => {
      const count = Math.floor(rest / unit)
      rest -= count * unit
      return count > 0 || index === 0 ? [`${count}${letter}`] : []
    })
    .join(' ')
}

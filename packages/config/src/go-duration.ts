/** Nanoseconds of each unit, as Go writes them (package `time`, `ParseDuration`); both letters mu are micro. */
const units: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, μs: 1e3, ms: 1e6, s: 1e9, m: 6e10, h: 36e11 }

/**
 * Reads a duration as Go writes it, such as `15s`, `1h30m` or `1.5s`.
 *
 * @returns milliseconds; `undefined` when the text is no duration, or a negative one, which is no time to wait
 */
export function parseGoDuration(text: string): number | undefined {
  if (!/^\+?((\d+(\.\d*)?|\.\d+)([nuµμm]?s|m|h))+$/.test(text)) return undefined
  let nanoseconds = 0
  for (const [, amount, unit = ''] of text.matchAll(/([\d.]+)(\D+)/g)) {
    nanoseconds += Number(amount) * (units[unit] as number)
  }
  // Go counts them in 64 bits: about 292 years.
  return nanoseconds < 2 ** 63 ? Math.round(nanoseconds) / 1e6 : undefined
}

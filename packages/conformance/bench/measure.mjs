// Small tools of the benchmarks: medians of interleaved runs, and tables of ratios. Seconds differ from machine to machine and
// from run to run; a ratio against a peer in the same run says something.

/** @param {readonly number[]} values @returns {number} */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/**
 * Runs each candidate once a round, in turn, so that whatever else the machine does hits all of them alike.
 *
 * @param {Record<string, () => Promise<number> | number>} candidates each gives a figure
 * @param {number} rounds
 * @returns {Promise<Record<string, number>>} the median of each
 */
export async function interleave(candidates, rounds) {
  const figures = Object.fromEntries(Object.keys(candidates).map((name) => [name, /** @type {number[]} */ ([])]))
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, run] of Object.entries(candidates)) figures[name].push(await run())
  }
  return Object.fromEntries(Object.entries(figures).map(([name, values]) => [name, median(values)]))
}

/**
 * @param {string} title
 * @param {Record<string, number>} medians
 * @param {string} peer the candidate that is 1
 * @param {string} unit
 * @param {Record<string, string>} [goals] what a ratio should be, for people
 */
export function report(title, medians, peer, unit, goals = {}) {
  console.log(`\n${title}`)
  for (const [name, figure] of Object.entries(medians)) {
    const ratio = (figure / medians[peer]).toFixed(2).padStart(6)
    const goal = goals[name] === undefined ? '' : `  (${goals[name]})`
    console.log(`  ${ratio}  ${name.padEnd(46)} ${figure.toFixed(figure < 10 ? 2 : 0)} ${unit}${goal}`)
  }
}

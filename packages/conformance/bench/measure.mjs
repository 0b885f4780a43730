// Small tools of the benchmarks: medians of interleaved runs, and tables of ratios. Seconds differ from machine to machine and
// from run to run; a ratio against a peer in the same run says something.

/** @param {readonly number[]} values @returns {number} */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/**
 * Runs each candidate once a round, in turn, so that whatever else the machine does hits all of them alike. Each round begins with
 * another, and every second one goes backwards, so that none always pays for the garbage of the same one before it.
 *
 * @param {Record<string, () => Promise<number> | number>} candidates each gives a figure
 * @param {number} rounds
 * @returns {Promise<Record<string, number[]>>} the figures of each, a round each
 */
export async function interleave(candidates, rounds) {
  const names = Object.keys(candidates)
  const figures = Object.fromEntries(names.map((name) => [name, /** @type {number[]} */ ([])]))
  for (let round = 0; round < rounds; round += 1) {
    const first = round % names.length
    const order = [...names.slice(first), ...names.slice(0, first)]
    if (round % 2 === 1) order.reverse()
    for (const name of order) figures[name].push(await candidates[name]())
  }
  return figures
}

/**
 * Prints how each candidate stands to a peer: the median of the ratios of each round, and the median figure.
 *
 * @param {string} title
 * @param {Record<string, number[]>} figures
 * @param {string} peer the candidate that is 1
 * @param {string} unit
 * @param {Record<string, string>} [goals] what a ratio should be, for people
 */
export function report(title, figures, peer, unit, goals = {}) {
  console.log(`\n${title}`)
  for (const [name, values] of Object.entries(figures)) {
    const ratio = median(values.map((value, round) => value / figures[peer][round]))
    const figure = median(values)
    const goal = goals[name] === undefined ? '' : `  (${goals[name]})`
    console.log(
      `  ${ratio.toFixed(2).padStart(6)}  ${name.padEnd(46)} ${figure.toFixed(figure < 10 ? 2 : 0)} ${unit}${goal}`,
    )
  }
}

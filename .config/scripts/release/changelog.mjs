// How changesets become change logs. Used by .changeset/config.json.

/** A changeset as its author wrote it: without the commit, which tells a user nothing. @param {{ summary: string }} changeset */
export async function getReleaseLine({ summary }) {
  const [first = '', ...rest] = summary.trim().split('\n')
  return [`- ${first.trimEnd()}`, ...rest.map((line) => (line.trim() === '' ? '' : `  ${line.trimEnd()}`))].join('\n')
}

/** Nothing: all packages have one version, so that a list of the ones that have it, too, says nothing. */
export async function getDependencyReleaseLine() {
  return ''
}

/** What a package says that goes along with the others. */
const unchanged = 'No change of its own: all packages of flyte-js have one version.'

/** A section without a word gets one. @param {string} text a whole change log @returns {string} */
export function explainEmptySections(text) {
  return text
    .replace(/^(## \d[^\n]*)\n+(?=## |$(?![\s\S]))/gm, `$1\n\n${unchanged}\n\n`)
    .trimEnd()
    .concat('\n')
}

/** What is new in the newest version, by the first line of each entry. @param {string} text a whole change log @returns {string[]} */
export function headlines(text) {
  const [, section = ''] = /^## [^\n]*\n([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(text) ?? []
  const entries = [...section.matchAll(/^- (.*)$/gm)].map(([, line = '']) => line)
  return entries.length > 0 ? entries : [section.trim()].filter((line) => line !== '')
}

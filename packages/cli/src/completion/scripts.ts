import type { Flag, Place } from './command-tree.js'

/** The script of each shell, from every place in the program. Nothing of ours runs while a person types. */
export const completionScripts = { bash, zsh, fish } as const

/** Finds the command that was typed so far, as bash and zsh alike say it: flags and their values are passed over. */
function walk(places: readonly Place[], chain: string, words: string): string {
  const longer = `$${chain}\${${chain}:+ }$each`
  const commands = places.flatMap(({ path }) => (path === '' ? [] : [JSON.stringify(path)])).join('|')
  return `  for each in ${words}; do
    if [[ -n "$skip" ]]; then skip=""; continue; fi
    case "$each" in
      ${valued(places).join('|')}) skip=1 ;;
      -*) ;;
      *) case "${longer}" in ${commands}) ${chain}="${longer}" ;; esac ;;
    esac
  done`
}

/** bash has words alone. */
function bash(places: readonly Place[]): string {
  return `# flyte-js completion for bash
_flyte_js() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" path="" words="" each skip=""
  COMPREPLY=()
  case "$before" in
${valueCases(places, (value) => (value === 'file' ? 'COMPREPLY=($(compgen -f -- "$word")); return' : value === 'other' ? 'return' : `COMPREPLY=($(compgen -W "${(value as readonly string[]).join(' ')}" -- "$word")); return`))}
  esac
${walk(places, 'path', `"\${COMP_WORDS[@]:1:COMP_CWORD-1}"`)}
  case "$path" in
${places.map((place) => `    ${JSON.stringify(place.path)}) if [[ "$word" == -* ]]; then words="${spellings(place).join(' ')}"; else words="${wordsOf(place).join(' ')}"; fi ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _flyte_js flyte-js
`
}

/** zsh shows what each word is. */
function zsh(places: readonly Place[]): string {
  // A colon with nothing behind it would be shown as an empty description.
  const described = (word: string, description = '') =>
    `'${[word.replace(/:/g, '\\:'), description].filter((each) => each !== '').join(':')}'`
  return `#compdef flyte-js
# flyte-js completion for zsh
_flyte_js() {
  local word="\${words[CURRENT]}" before="\${words[CURRENT-1]}" chain="" each skip=""
  local -a found
  case "$before" in
${valueCases(places, (value) => (value === 'file' ? '_files; return' : value === 'other' ? 'return' : `compadd -- ${(value as readonly string[]).join(' ')}; return`))}
  esac
${walk(places, 'chain', `"\${(@)words[2,CURRENT-1]}"`)}
  case "$chain" in
${places
  .map(
    (place) =>
      `    "${place.path}") if [[ "$word" == -* ]]; then found=(${place.flags.flatMap((flag) => flag.spellings.map((each) => described(each, flag.description))).join(' ')}); else found=(${[...place.commands.map(({ word, description }) => described(word, description)), ...place.choices.map((each) => described(each))].join(' ')}); fi ;;`,
  )
  .join('\n')}
  esac
  _describe 'flyte-js' found
}
compdef _flyte_js flyte-js
`
}

/** fish asks line by line. */
function fish(places: readonly Place[]): string {
  const everywhere = places[0]?.flags ?? []
  const lines = places.flatMap((place) => {
    const condition = `-n '__flyte_js_at ${JSON.stringify(place.path)} ${place.commands.map(({ word }) => word).join(' ')}'`
    return [
      ...place.commands.map(
        ({ word, description }) => `complete -c flyte-js -f ${condition} -a ${word} -d '${description}'`,
      ),
      ...place.choices.map((word) => `complete -c flyte-js -f ${condition} -a ${word}`),
      ...place.flags
        .filter((flag) => place.path === '' || !everywhere.some((each) => isSame(each, flag)))
        .map((flag) => `complete -c flyte-js ${place.path === '' ? '' : `${condition} `}${fishFlag(flag)}`),
    ]
  })
  return `# flyte-js completion for fish
# Whether the commands typed so far are these, and none of those that can follow them.
function __flyte_js_at
  set -l path
  set -l skip 0
  for each in (commandline -opc)[2..-1]
    if test $skip = 1
      set skip 0
      continue
    end
    switch $each
      case ${valued(places).join(' ')}
        set skip 1
      case '-*'
      case '*'
        set -a path $each
    end
  end
  set -l wanted $argv[1]
  test "$wanted" = ""; and test (count $path) = 0; and return 0
  test "$wanted" != ""; and string match -q -- "$wanted *" "$path "; or return 1
  for each in $argv[2..-1]
    contains -- $each $path; and return 1
  end
  return 0
end
${lines.join('\n')}
`
}

function fishFlag({ spellings, description, value }: Flag): string {
  const names = spellings
    .map((each) => (each.startsWith('--') ? `-l ${each.slice(2)}` : `-s ${each.slice(1)}`))
    .join(' ')
  const follows =
    value === 'none' ? '' : value === 'file' ? ' -r -F' : value === 'other' ? ' -x' : ` -x -a '${value.join(' ')}'`
  return `${names}${follows} -d '${description}'`
}

const isSame = (one: Flag, other: Flag) => one.spellings.join() === other.spellings.join()

const spellings = ({ flags }: Place) => flags.flatMap((flag) => flag.spellings)

const wordsOf = ({ commands, choices }: Place) => [...commands.map(({ word }) => word), ...choices]

/** The flags that are followed by a value, all spellings. */
function valued(places: readonly Place[]): string[] {
  return [
    ...new Set(
      places.flatMap(({ flags }) => flags.filter(({ value }) => value !== 'none').flatMap((flag) => flag.spellings)),
    ),
  ]
}

/** What follows a flag, as branches of a `case`. */
function valueCases(places: readonly Place[], branch: (value: Flag['value']) => string): string {
  const seen = new Set<string>()
  return places
    .flatMap(({ flags }) => flags)
    .filter((flag) => {
      const isNew = flag.value !== 'none' && flag.spellings.some((each) => !seen.has(each))
      for (const each of flag.spellings) seen.add(each)
      return isNew
    })
    .map((flag) => `    ${flag.spellings.join('|')}) ${branch(flag.value)} ;;`)
    .join('\n')
}

import type { Command } from 'commander'

/** A word that can be completed, and what it is. */
export interface Word {
  readonly word: string
  readonly description: string
}

/** A flag: all its spellings, and what follows it. */
export interface Flag {
  readonly spellings: readonly string[]
  readonly description: string
  /** What follows: nothing, one of these words, the name of a file, or what only a person knows. */
  readonly value: 'none' | 'file' | 'other' | readonly string[]
}

/** What can come behind a chain of commands. */
export interface Place {
  /** The commands so far, e.g. `get projects`; empty at the beginning. Each name and each alias has a place of its own. */
  readonly path: string
  readonly commands: readonly Word[]
  readonly flags: readonly Flag[]
  /** Words for its argument. */
  readonly choices: readonly string[]
}

/** Every place in a program; its own flags are everywhere. */
export function commandTree(program: Command): readonly Place[] {
  const everywhere = program.options.map(flagOf)
  const places: Place[] = []
  const visit = (command: Command, path: string): void => {
    const children = command.createHelp().visibleCommands(command)
    places.push({
      path,
      commands: children.map((child) => ({ word: child.name(), description: firstSentence(child.description()) })),
      flags: [...(command === program ? [] : command.options.map(flagOf)), ...everywhere, help],
      choices: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    })
    for (const child of children) {
      for (const name of [child.name(), ...child.aliases()]) visit(child, path === '' ? name : `${path} ${name}`)
    }
  }
  visit(program, '')
  return places
}

const help: Flag = { spellings: ['--help', '-h'], description: 'show help', value: 'none' }

function flagOf(option: Command['options'][number]): Flag {
  const { short, long, argChoices, description, required, optional } = option
  const isFile = /<(file|path|directory)>/.test(option.flags)
  return {
    spellings: [long, short].filter((each) => each !== undefined && each !== null) as string[],
    description: firstSentence(description),
    value: argChoices ?? (isFile ? 'file' : required || optional ? 'other' : 'none'),
  }
}

/** What a list has room for, in characters that no shell takes for its own. */
const firstSentence = (text: string) => (text.split(/[;:(\n]/)[0] ?? '').replace(/['"`$\\[\]]/g, '').trim()

import type { Command } from 'commander'
import type { GlobalFlags } from '../global-flags.js'
import type { Io } from '../io.js'
import type { Session } from '../session.js'

/** How the process is to end: a command that has done its work may still have bad news. */
export interface Ending {
  code: number
}

/**
 * What a command does. It throws, or calls `session.endWith`, for an exit code that is not 0.
 *
 * @param options - its own flags, and the global ones
 * @param words - its arguments, in their order; `undefined` for one that was left out
 */
export type Action = (
  session: Session,
  options: Readonly<Record<string, unknown>>,
  ...words: readonly (string | undefined)[]
) => Promise<void>

/** Says what a command does: it gets a session, which is closed whatever happens. */
export type Does = (command: Command, action: Action) => Command

/** Makes commands do what they do, in these surroundings. */
export function running(io: Io, ending: Ending): Does {
  return (command, action) =>
    command.action(async (...parameters: unknown[]) => {
      // Behind the arguments come the flags and the command itself.
      const words = parameters.slice(0, -2) as (string | undefined)[]
      const options = command.optsWithGlobals()
      const { createSession } = await import('../session.js')
      const session = createSession(io, options as unknown as GlobalFlags, ending)
      try {
        await action(session, options, ...words)
      } finally {
        session.close()
      }
    })
}

import type { Io } from '../io.js'

/** Milliseconds after which a person would wonder. */
const patience = 500

/** Shows a person that something is under way, on stderr alone. */
export interface Progress {
  /** Shows it, from half a second on, until the work has ended, whichever way. */
  busy<Result>(text: string, work: Promise<Result>): Promise<Result>
  /** Writes a line, with whatever turns out of its way. */
  tell(line: string): void
}

/** What turns while something is under way. */
export interface Spinner {
  start(): unknown
  stop(): unknown
}

/** Makes what turns, loaded where something takes long. Ctrl-C is the command's own business. */
async function loadSpinner(text: string): Promise<Spinner> {
  const { default: yoctoSpinner } = await import('yocto-spinner')
  return yoctoSpinner({ text, handleSignals: false })
}

/** @param io - where there is no terminal, nothing turns */
export function createProgress(io: Io, makeSpinner: (text: string) => Promise<Spinner> = loadSpinner): Progress {
  let spinner: Spinner | undefined
  const isShown = io.isErrorTerminal && io.env.TERM !== 'dumb' && !io.env.CI
  return {
    async busy(text, work) {
      if (!isShown || spinner !== undefined) return work
      let isOver = false
      const timer = setTimeout(async () => {
        const made = await makeSpinner(text)
        if (isOver) return
        spinner = made
        spinner.start()
      }, patience)
      return work.finally(() => {
        isOver = true
        clearTimeout(timer)
        spinner?.stop()
        spinner = undefined
      })
    },
    tell(line) {
      spinner?.stop()
      io.stderr.write(`${line}\n`)
      spinner?.start()
    },
  }
}

import { readFileSync } from 'node:fs'
import { isatty, type ReadStream } from 'node:tty'

/** This process's terminal, where a person may paste; `undefined` where there is none, or somebody else reads it already. */
export function freeTerminal(): ReadStream | undefined {
  // Not process.stdin at first: to touch it is to open it.
  if (!isatty(0) || !isForeground()) return undefined
  const { stdin } = process
  const isRead = stdin.isRaw || stdin.readableFlowing === true || stdin.listenerCount('readable') > 0
  return isRead ? undefined : stdin
}

/** A terminal whose keys come as they are pressed, none of them shown. */
export interface HeldTerminal {
  /** What a key that is no text makes of the line; `undefined`: it is text. */
  press(key: string, line: string): string | undefined
  /** The terminal is as it was. */
  release(): void
}

/** What a terminal does of itself for these keys, as long as it is not held. */
const signals: Readonly<Record<string, NodeJS.Signals>> = {
  '\u0003': 'SIGINT',
  '\u001a': 'SIGTSTP',
  '\u001c': 'SIGQUIT',
}

/**
 * Holds a terminal: it shows nothing and cuts no line, and the keys that it would take itself (Ctrl-C, Ctrl-Z) are taken here.
 *
 * @param events - `onEnd` hears of Ctrl-D, `onReturn` that the terminal is held again after Ctrl-Z
 */
export function holdTerminal(input: ReadStream, events: { onEnd(): void; onReturn(): void }): HeldTerminal {
  /** Back from the background, where a shell may have left the terminal otherwise. Who is still there must not touch it. */
  function comeBack(): void {
    if (!isForeground()) return
    input.setRawMode(false)
    input.setRawMode(true)
    input.resume()
    events.onReturn()
  }
  input.setRawMode(true)
  process.on('SIGCONT', comeBack)

  return {
    press(key, line) {
      const signal = signals[key]
      if (signal !== undefined) {
        if (signal === 'SIGTSTP') {
          input.pause()
          input.setRawMode(false)
        }
        raise(signal)
        return line
      }
      if (key === '\u007f' || key === '\b') return line.slice(0, -1)
      if (key === '\u0015') return ''
      if (key === '\u0004' && line === '') events.onEnd()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: keys that mean nothing here
      return /[\u0000-\u001f]/.test(key) ? line : undefined
    },
    release() {
      process.off('SIGCONT', comeBack)
      input.setRawMode(false)
    },
  }
}

/** Signals whom the terminal would: all processes of its foreground. Windows has no such signals; there it is us alone. */
function raise(signal: NodeJS.Signals): void {
  if (process.platform !== 'win32') process.kill(0, signal)
  else if (signal === 'SIGINT') process.emit('SIGINT')
}

/** Whether the terminal is ours now: whoever reads it from the background is stopped. Where that cannot be told (not Linux), yes. */
function isForeground(): boolean {
  try {
    // proc_pid_stat(5): after the name, in brackets, state, parent, process group, session, terminal, its foreground group.
    const [, , group, , , foreground] = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return group === foreground
  } catch {
    return true
  }
}
